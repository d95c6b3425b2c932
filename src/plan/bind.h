// The binder: looks up every name of a plan, works out every type, and collects all that is wrong.
// Private to this module; Check is the binder's list of issues, Compile writes what it bound.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/bound.h"
#include "plan/limits.h"
#include "plan/names.h"
#include "plan/report.h"
#include "plan/sources.h"
#include "wire/plan.h"
#include "wire/schema.h"

namespace tabletalk::plan {

/// Binds `plan`, which is `depth` plans deep and found at `path` ("" or "from.plan.").
BoundPlan Bind(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset,
               const Limits& limits, Report& report, const std::string& path = "",
               std::size_t depth = 1);

/// Binds one plan; made for one call and thrown away.
class Binder {
 public:
  Binder(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset, const Limits& limits,
         Report& report, std::string path, std::size_t depth);
  BoundPlan Run();

 private:
  /// What a name means where an expression is being read; none after an issue.
  using Resolver =
      std::function<std::optional<Expr>(const std::string& name, const std::string& path)>;
  enum class State { untouched, underway, done };

  // bind.cc: the plan as a whole.
  void BindSources();
  void CheckNames();
  void BindHaving();
  void BindTop();
  void BindOrder();
  void BindLimits();
  void BindTies();
  void CheckChart();
  void Fail(const std::string& path, std::string_view rule, std::string_view reason) {
    report_.Fail(path_ + path, rule, reason);
  }
  bool FitsInside(const std::string& path);
  bool NameIsGood(const std::string& name, const std::string& path);

  // bind_items.cc: the items of select, and names that mean them.
  void FindInputs();
  void BindItem(std::size_t index);
  void BindColumn(std::size_t index, const wire::ColumnItem& item, const std::string& path);
  void BindRowOrLater(std::size_t index, Expr expr, const std::string& path);
  bool InlineRowItems(Expr& expr, std::size_t& size);
  void HoistColumns(Expr& expr, const std::string& path);
  std::optional<Expr> ValueOf(const std::string& name, const std::string& path, std::size_t self);
  std::optional<Expr> ColumnOf(const std::string& name, const std::string& path);
  std::optional<std::size_t> NamedItem(const std::string& name) const;
  /// An item by its name, or the item that shows the column of that name; a hidden one is made
  /// where there is none and rows are not grouped.
  std::optional<std::size_t> ItemOf(const std::string& name, const std::string& path,
                                    bool may_hide = true);
  std::optional<std::size_t> ItemShowing(ColumnRef column, const std::string& name,
                                         const std::string& path, bool may_hide);
  bool IsRowLevel(std::size_t index) const;
  std::size_t StageAfter(const std::vector<std::size_t>& items) const;
  std::optional<Key> BindKey(const wire::OrderKey& key, const std::string& path);

  // bind_aggregate.cc
  void BindAggregate(std::size_t index, const wire::AggregateItem& item, const std::string& path);
  void BindMeasure(const wire::AggregateItem& item, BoundAggregate& made, const std::string& path);
  void CheckMeasure(const BoundAggregate& made, const std::string& path);
  void CheckFanOut(const wire::AggregateItem& item, const BoundAggregate& made,
                   const std::string& path);
  void BindTimeOrder(const wire::AggregateItem& item, BoundAggregate& made,
                     const std::string& path);
  void CheckCountOfRows(const std::string& path);
  bool IsRepeated(Expr expr) const;
  void MarkRepeated();

  // bind_window.cc
  void BindWindow(std::size_t index, const wire::WindowItem& item, const std::string& path);
  void CheckWindow(const wire::WindowItem& item, const std::optional<Type>& of,
                   const std::string& path);
  void OrderWindow(BoundWindow& made);

  // bind_condition.cc
  std::optional<Predicate> BindCondition(const wire::Condition& condition, const std::string& path,
                                         const Resolver& resolve, std::size_t depth = 1);
  std::optional<Related> FindRelated(const wire::ExistsOf::Related& related,
                                     const std::string& path);
  std::optional<Predicate> BindExists(const wire::ExistsOf::Related& related,
                                      const std::string& path, std::size_t depth);
  std::optional<Predicate> BindParts(const std::vector<wire::Condition>& conditions, bool all,
                                     const std::string& path, const Resolver& resolve,
                                     std::size_t depth);
  std::optional<Predicate> BindComparison(const wire::Comparison& comparison,
                                          const std::string& path, const Resolver& resolve);
  bool BindSpan(const wire::Comparison& comparison, Compare& made, const std::string& path);
  bool BindOther(const wire::Comparison& comparison, Compare& made, const std::string& path,
                 const Resolver& resolve);
  bool BindValues(const wire::Comparison& comparison, Compare& made, const std::string& path);
  void SayWhatNullsDo(const Compare& made);
  void SayNearestValues(const Compare& made);

  // bind_calc.cc
  Expr BindCalc(const wire::Calc& calc, const std::string& path, const Resolver& resolve,
                std::size_t depth = 1);
  std::optional<Expr> BindOperand(const wire::Operand& operand, const std::string& path,
                                  const Resolver& resolve, std::size_t depth);
  std::optional<Expr> BindInner(const wire::AggregateItem& item, const std::string& path);
  std::optional<Expr> BindScalar(const wire::QueryPlan& plan, const std::string& path);
  void FinishCalc(Expr& made, const std::string& path);
  void FinishRound(Call& call, const wire::Calc& calc, const std::string& path);
  void FinishDateDiff(Call& call, const wire::Calc& calc, const std::string& path);
  Expr BindCase(const wire::CaseItem& item, const std::string& path, const Resolver& resolve);
  /// The one type of several values; literals among them are read as that type.
  Type Unify(const std::vector<Expr*>& values, const std::vector<std::string>& paths);
  /// Reads a literal as a value of `wanted`; false after an issue about `subject`.
  bool ReadAs(const Type& wanted, Expr& literal, const std::string& subject,
              const std::string& path);
  bool TextIsGood(const wire::Value& value, const std::string& path);
  std::string Describe(const Expr& expr) const;

  const wire::QueryPlan& wire_;
  const wire::DatasetSchema& dataset_;
  const Limits& limits_;
  Report& report_;
  std::string path_;
  std::size_t depth_;
  BoundPlan plan_;
  Sources sources_;
  Sources* here_ = &sources_;         ///< What names mean in the condition being bound,
  const BoundPlan* around_ = &plan_;  ///< and the tables they are of.
  bool rows_ = false;                 ///< Whether it is one that chooses rows of tables.
  std::vector<std::string> names_;
  std::vector<State> states_;
  std::vector<bool> is_input_;  ///< Row arithmetic that an aggregate measures: no group, not shown.
};

}  // namespace tabletalk::plan
