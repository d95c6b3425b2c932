// Expressions as DuckDB 1.4 spells them.
#pragma once

#include <string>
#include <string_view>

#include "plan/expressions.h"

namespace tabletalk::plan {

class DuckdbExpressions final : public Expressions {
 public:
  explicit DuckdbExpressions(Parameters& parameters) : parameters_(parameters) {}

  std::string Quote(const std::string& name) const override;
  std::string Write(const Expr& expr, const Scope& scope) override;
  std::string Write(const Predicate& predicate, const Scope& scope) override;
  std::string Write(const BoundAggregate& aggregate, const Scope& scope) override;
  std::string Write(const BoundWindow& window, const Scope& scope) override;
  std::string WriteKey(const std::string& text, const Key& key) const override;

 private:
  std::string Column(ColumnRef ref, const Scope& scope) const;
  std::string WriteLiteral(const Literal& literal);
  std::string WriteCall(const Call& call, const Type& type, const Scope& scope);
  std::string WriteArithmetic(const Call& call, const Type& type, const Scope& scope);
  std::string WriteTruncated(const Truncated& truncated, const Scope& scope);
  std::string WriteBinned(const Binned& binned, const Type& type, const Scope& scope);
  std::string WriteChoice(const Choice& choice, const Scope& scope);
  std::string WriteCompare(const Compare& compare, const Scope& scope);
  std::string WriteSpan(const Compare& compare, const Scope& scope);
  std::string WriteList(const Compare& compare, const std::string& left);
  std::string WritePair(const Compare& compare, const std::string& left, const Expr& right,
                        std::string_view op, const Scope& scope);
  std::string WriteFirst(const Expr& shown, const Expr& by, bool largest, bool largest_tie,
                         const BoundAggregate& aggregate, const Scope& scope);

  Parameters& parameters_;
};

}  // namespace tabletalk::plan
