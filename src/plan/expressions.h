// The part of a statement that differs between engines: names, literals and expressions as text.
//
// Statement (statement.h) decides what is selected from what and in which stage; an implementation
// of Expressions says how a thing is spelled. DuckDB's is in duckdb_expressions.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plan/bound.h"

namespace tabletalk::plan {

/// The literals of a statement, numbered as they come.
class Parameters {
 public:
  /// Keeps a value and gives the text that stands for it: "$p1".
  std::string Bind(const wire::Value& value);
  std::map<std::string, wire::Value> Take() { return std::move(values_); }

 private:
  std::map<std::string, wire::Value> values_;
};

/// What names mean inside one SELECT. Text is written out already.
struct Scope {
  const BoundPlan* plan = nullptr;
  std::vector<std::string> aliases;    ///< Of each source, quoted.
  std::vector<std::string> relations;  ///< What each source is read from, quoted: a table or a CTE.
  std::vector<std::string> items;      ///< Of each item: its quoted name, or its expression.
  /// The smallest and largest value of a binned column: a relation with columns "low" and "high".
  std::map<std::pair<std::size_t, std::size_t>, std::string> bounds;
};

class Expressions {
 public:
  virtual ~Expressions() = default;
  virtual std::string Quote(const std::string& name) const = 0;
  virtual std::string Write(const Expr& expr, const Scope& scope) = 0;
  virtual std::string Write(const Predicate& predicate, const Scope& scope) = 0;
  virtual std::string Write(const BoundAggregate& aggregate, const Scope& scope) = 0;
  virtual std::string Write(const BoundWindow& window, const Scope& scope) = 0;
  /// `"amount" DESC NULLS LAST` of a key whose text is `"amount"`.
  virtual std::string WriteKey(const std::string& text, const Key& key) const = 0;
};

}  // namespace tabletalk::plan
