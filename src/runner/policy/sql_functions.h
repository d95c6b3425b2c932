// Which functions a statement may call.
//
// policies/sql_functions.txt is the list: reviewed, committed, and embedded at build. It was made
// by FunctionRule from the catalogue of the DuckDB we link, and a test makes it again and compares,
// so that a new DuckDB cannot widen it in silence: what is new shows as a difference to be read.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tabletalk::runner {

class Engine;

enum class FunctionKind {
  none,      ///< Not on the list: may not be called.
  pure,      ///< The same arguments give the same answer.
  changing,  ///< Allowed, but another run may give another answer: random(), now().
};

/// Of a call in an expression; `name` in any case.
FunctionKind ScalarFunction(std::string_view name);
/// Of a call in FROM.
bool IsTableFunction(std::string_view name);
/// The names DuckDB reads as a clock where no column has them: current_date and its kin.
bool IsClockName(std::string_view name);

/// The list as the rule makes it from the catalogue of `engine`: what the file should be.
base::Result<std::string> FunctionRule(const Engine& engine);

}  // namespace tabletalk::runner
