#include "runs/run_book.h"

#include <set>
#include <utility>

namespace tabletalk::runs {

using base::Result;

// What ends in between is found by the second look.
Result<KeptRun> RunBook::Find(const std::string& run_id) const {
  if (auto going = running_.Find(run_id)) return std::move(*going);
  return store_->Find(run_id);
}

Result<wire::RunSummary> RunBook::Summary(const std::string& run_id) const {
  if (const auto going = running_.Find(run_id)) return SummaryOf(**going);
  return store_->Summary(run_id);
}

Result<std::vector<wire::RunSummary>> RunBook::List() const {
  const std::vector<KeptRun> going = running_.List();
  TT_ASSIGN(std::vector<wire::RunSummary> kept, store_->List());
  std::set<std::string_view> ended;
  for (const wire::RunSummary& run : kept) ended.insert(run.run_id);
  std::vector<wire::RunSummary> list;
  list.reserve(going.size() + kept.size());
  for (const KeptRun& run : going)
    if (!ended.contains(run->run_id)) list.push_back(SummaryOf(*run));
  for (wire::RunSummary& run : kept) list.push_back(std::move(run));
  return list;
}

Result<KeptRun> RunBook::Cancel(const std::string& run_id) const {
  if (auto going = running_.Cancel(run_id)) return std::move(*going);
  TT_ASSIGN(const KeptRun ended, store_->Find(run_id));
  return base::MakeError(base::ErrorCode::conflict, "the run has already ended");
}

}  // namespace tabletalk::runs
