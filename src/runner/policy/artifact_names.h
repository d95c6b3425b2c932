// What a name in an artifact means at the place where it stands.
//
// Scopes are those of ECMAScript with two simplifications, both on the strict side: `var` belongs
// to the block it is written in, and what TypeScript erases (`declare`, overload signatures,
// `import type`) declares nothing. A name that resolves here is never a global when the code runs.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "runner/policy/artifact_syntax.h"

namespace tabletalk::runner {

enum class Binding { imported, function, parameter, constant, variable };

struct Declared {
  Binding binding = Binding::variable;
  TsxNode value;  ///< What a constant was initialized with.
  TsxNode scope;  ///< The node whose scope it is in.
};

class Names {
 public:
  /// Enters the scope that `node` opens, if it opens one: true then, and Leave() is due.
  bool Enter(const TsxNode& node);
  void Leave() { scopes_.pop_back(); }
  /// Null for a name that is not declared anywhere around here.
  const Declared* Find(std::string_view name) const;

 private:
  using Scope = std::map<std::string_view, Declared>;

  void Declare(Scope& scope, const TsxNode& owner, const TsxNode& statement);
  void DeclareImport(Scope& scope, const TsxNode& owner, const TsxNode& import);
  void Bind(Scope& scope, const TsxNode& owner, const TsxNode& pattern, Binding binding,
            const TsxNode& value = {});

  std::vector<Scope> scopes_;
};

}  // namespace tabletalk::runner
