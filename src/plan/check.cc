#include "plan/check.h"

#include "plan/bind.h"

namespace tabletalk::plan {

std::vector<wire::Issue> Check(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset,
                               const Limits& limits) {
  Report report;
  Bind(plan, dataset, limits, report);
  return std::move(report.issues);
}

}  // namespace tabletalk::plan
