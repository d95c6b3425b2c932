// From a bound plan to one statement: which SELECTs there are, and what each takes from which.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "plan/bound.h"
#include "plan/sql_expressions.h"
#include "wire/schema.h"

namespace tabletalk::plan {

/// Writes one statement, nested plans as common table expressions. Made for one call of Write.
class Statement {
 public:
  Statement(const wire::DatasetSchema& dataset, SqlExpressions& expressions);
  std::string Write(const BoundPlan& plan);

 private:
  /// A plan on its way to text.
  struct Draft {
    const BoundPlan& plan;
    Scope scope;
    std::string stem;                ///< Names of this plan's CTEs begin with it.
    std::string from, where;         ///< Lines of the first SELECT.
    std::vector<std::string> texts;  ///< Of stage 0, for each item its expression.
    std::string current;             ///< The CTE to read from; empty before the first.
    std::string filter;              ///< A condition on `current` that no SELECT has applied yet.
  };

  std::string Body(const BoundPlan& plan, const std::string& stem, bool outermost);
  void NameSources(Draft& draft);
  void NameItems(Draft& draft);
  void WriteFrom(Draft& draft);
  void WriteBounds(Draft& draft);
  bool HavingFitsFirst(const BoundPlan& plan) const;
  std::string FirstSelect(Draft& draft, bool only_visible);
  void LaterStages(Draft& draft, std::size_t until);
  void KeepTop(Draft& draft, const BoundPlan::Top& top);
  std::string LastSelect(Draft& draft, std::size_t inline_stage, bool outermost);
  std::string ItemText(Draft& draft, std::size_t item);
  std::string OrderAndLimit(const Draft& draft, const std::vector<std::string>& texts,
                            bool outermost) const;
  std::vector<Key> FullOrder(const BoundPlan& plan, std::vector<Key> keys,
                             const std::vector<std::size_t>& per) const;
  std::string AddCte(const std::string& stem, const std::string& body);
  std::string FreshName(const std::string& wish);

  const wire::DatasetSchema& dataset_;
  SqlExpressions& expressions_;
  std::set<std::string> taken_;    ///< Names of tables and CTEs, in lower case.
  std::vector<std::string> ctes_;  ///< `"name" AS (...)`, in order.
};

}  // namespace tabletalk::plan
