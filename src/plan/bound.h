// A plan whose names have been looked up and whose types are known: what the binder makes of a
// wire::QueryPlan and what a dialect's writer turns into SQL. Private to this module.
//
// Stages. An item of `select` is computed in a stage. Stage 0 reads the joined tables: columns, row
// arithmetic, and, in an aggregating plan, groups and aggregates. A later stage reads the one
// before it: windows, and arithmetic over aggregates and windows. Within stage 0 an expression
// holds columns only; in a later one it refers to other items by their index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "wire/plan.h"
#include "wire/schema.h"

namespace tabletalk::plan {

/// How a number is held, as far as arithmetic has to mind: wide ones have 128 bits.
enum class Number { none, whole, wide_whole, decimal, real };
struct Type {
  wire::ColumnType type = wire::ColumnType::other;
  Number number = Number::none;
  bool known = true;
};

struct Expr;
struct Predicate;
struct Branch;

struct ColumnRef {
  std::size_t source = 0;
  std::size_t column = 0;
};
struct ItemRef {
  std::size_t item = 0;
};
/// The one value of a plan in BoundPlan::scalars.
struct ScalarRef {
  std::size_t plan = 0;
};
/// How the text of a literal is to be read by the engine.
enum class LiteralKind { plain, date, timestamp, time, huge_integer };
struct Literal {
  wire::Value value;
  LiteralKind kind = LiteralKind::plain;
};
struct Call {
  std::string function;  ///< One of wire::kCalcFunctions.
  std::vector<Expr> args;
  std::int64_t digits = 0;                    ///< round.
  wire::SpanUnit unit = wire::SpanUnit::day;  ///< date_diff.
};
struct Truncated {
  wire::Boxed<Expr> of;
  wire::Grain grain = wire::Grain::day;
};
struct Binned {
  wire::Boxed<Expr> of;
  wire::Bin bin;
};
struct Choice {
  std::vector<Branch> branches;
  std::vector<Expr> otherwise;  ///< None or one.
};
struct Expr {
  std::variant<ColumnRef, ItemRef, ScalarRef, Literal, Call, Truncated, Binned, Choice> node;
  Type type;
};

struct Compare {
  Expr left;
  wire::ConditionOp op = wire::ConditionOp::equal;
  std::vector<Expr> right;
  std::optional<wire::Span> span;
  bool fold_case = false;
};
struct Group {
  bool all = true;  ///< Else any.
  std::vector<Predicate> parts;
};
struct Negation {
  wire::Boxed<Predicate> of;
};
struct BoundPlan;
/// There is a row of other tables that belongs to this one. `tables` has the sources and joins
/// around it, then, from `first` on, its own; references count through both.
struct Related {
  std::shared_ptr<BoundPlan> tables;
  std::size_t first = 0;
  std::shared_ptr<Predicate> where;  ///< None for any row.
};
struct Predicate {
  std::variant<Compare, Group, Negation, Related> node;
};
struct Branch {
  Predicate when;
  Expr then;
};

struct Key {
  std::size_t item = 0;
  wire::Direction direction = wire::Direction::asc;
  wire::NullsOrder nulls = wire::NullsOrder::last;
};

struct BoundAggregate {
  wire::Aggregate function = wire::Aggregate::count;
  std::vector<Expr> args;  ///< Empty for the count of rows.
  double p = 0.5;
  std::optional<Expr> order;  ///< first and last: the time they follow.
  std::optional<Predicate> where;
};
struct BoundWindow {
  wire::WindowFunction function = wire::WindowFunction::share;
  std::optional<std::size_t> of;
  std::vector<std::size_t> per;
  std::vector<Key> order;
  std::int64_t size = 1;
};
struct BoundItem {
  std::string name;
  Type type;
  std::size_t stage = 0;
  bool visible = true;  ///< Else it only serves other parts of the plan.
  bool is_group = false;
  bool repeated = false;  ///< A join of this plan shows one row's value several times.
  std::variant<Expr, BoundAggregate, BoundWindow> node;
};

struct SourceColumn {
  std::string name;
  Type type;
  wire::ColumnRole role = wire::ColumnRole::dimension;
  bool unique = false;  ///< No two rows share a value.
  bool may_be_null = true;
  bool repeated = false;       ///< Of a nested plan: its own join repeats the value.
  std::string newest;          ///< Largest date in the data, where the profile knows it.
  std::uint64_t distinct = 0;  ///< Number of different values; 0 where it is not known.
  /// Every value of a column of text, where the profile lists them all.
  std::shared_ptr<const std::vector<std::string>> values;
};
struct BoundSource {
  std::string alias;  ///< What the plan calls it.
  std::string table;  ///< Empty for a nested plan.
  std::shared_ptr<BoundPlan> nested;
  std::vector<SourceColumn> columns;
  std::vector<std::size_t> key;  ///< Columns that together no two rows share; may be empty.
  std::uint64_t rows = 0;        ///< 0 where it is not known.
};
struct BoundJoin {
  std::size_t source = 0;
  wire::JoinKind kind = wire::JoinKind::inner;
  std::vector<std::pair<ColumnRef, ColumnRef>> on;  ///< A column from before, one of `source`.
};

struct BoundPlan {
  std::vector<BoundSource> sources;
  std::vector<BoundJoin> joins;  ///< The n-th brings in the source n + 1.
  std::vector<std::shared_ptr<BoundPlan>> scalars;
  std::optional<Predicate> where;
  std::vector<BoundItem> items;  ///< Those of `select` in order, then unseen ones.
  bool aggregated = false;
  std::optional<Predicate> having;
  std::size_t having_stage = 0;  ///< Rows are kept or dropped when this stage is done.
  struct Top {
    std::int64_t n = 1;
    std::vector<std::size_t> per;
    std::vector<Key> by;
    bool ties = false;
  };
  std::optional<Top> top;
  std::optional<Top> last_kept;  ///< A limit that keeps ties.
  bool distinct = false;
  std::vector<Key> order;
  std::optional<std::int64_t> limit;
  std::int64_t offset = 0;
};

}  // namespace tabletalk::plan
