// Expressions of a bound plan as text. What differs between engines is the dialect's (dialect.h).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/bound.h"
#include "plan/dialect.h"

namespace tabletalk::plan {

/// The literals of a statement, numbered as they come.
class Parameters {
 public:
  /// Keeps a value and gives its name: "p1".
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
  std::vector<std::string> scalars;    ///< Of each plan that gives one value.
  /// The smallest and largest value of a binned column: a relation with columns "low" and "high".
  std::map<std::pair<std::size_t, std::size_t>, std::string> bounds;
};

class SqlExpressions {
 public:
  SqlExpressions(const Dialect& dialect, Parameters& parameters)
      : dialect_(dialect), parameters_(parameters) {}

  std::string Quote(const std::string& name) const { return dialect_.Quote(name); }
  std::string Cast(const std::string& text, CastType type) const;
  std::string Write(const Expr& expr, const Scope& scope);
  std::string Write(const Predicate& predicate, const Scope& scope);
  std::string Write(const BoundAggregate& aggregate, const Scope& scope);
  std::string Write(const BoundWindow& window, const Scope& scope);
  /// `"amount" DESC NULLS LAST` of a key whose text is `"amount"`.
  std::string WriteKey(const std::string& text, const Key& key) const;
  /// `"table" AS "alias"`, or one of them where they are the same.
  std::string WriteRelation(std::size_t source, const Scope& scope) const;

 private:
  using Named = std::vector<std::pair<std::string_view, std::string>>;
  /// `text` with its {places} filled.
  static std::string Fill(std::string_view text, const std::vector<std::string>& args,
                          const Named& named = {});
  std::string Bind(const wire::Value& value);
  std::string Column(ColumnRef ref, const Scope& scope) const;
  std::string WriteLiteral(const Literal& literal);
  std::string WriteCall(const Call& call, const Type& type, const Scope& scope);
  std::string WriteArithmetic(const Call& call, const Type& type, const Scope& scope);
  std::string WriteTruncated(const Truncated& truncated, const Scope& scope);
  std::string WriteBinned(const Binned& binned, const Type& type, const Scope& scope);
  std::string WriteChoice(const Choice& choice, const Scope& scope);
  std::string WriteCompare(const Compare& compare, const Scope& scope);
  std::string WriteRelated(const Related& related, const Scope& scope);
  std::string WriteSpan(const Compare& compare, const Scope& scope);
  std::string WriteList(const Compare& compare, const std::string& left);
  std::string WritePair(const Compare& compare, const std::string& left, const Expr& right,
                        std::string_view op, const Scope& scope);
  std::string Fold(const std::string& text) const;
  std::string WriteFirst(const BoundAggregate& aggregate, std::string_view text,
                         const Scope& scope);

  const Dialect& dialect_;
  Parameters& parameters_;
};

}  // namespace tabletalk::plan
