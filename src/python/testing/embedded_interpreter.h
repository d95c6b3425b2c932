// One interpreter for all tests of a program, warm, with a small table in `df`.
#pragma once

#include "python/interpreter.h"

namespace tabletalk::python::testing {

/// `df` has three rows of city (text), amount (double), count (whole, with a gap), day (date) and
/// price (DECIMAL(9,2), with a gap), read from a Parquet file. Ends the program where Python or the
/// packages it needs are missing: tools/setup installs them.
const Interpreter& TheInterpreter();

}  // namespace tabletalk::python::testing
