// One sentence about a result that nobody asked a question about.
#pragma once

#include <string>

#include "narrative/template.h"
#include "wire/run.h"

namespace tabletalk::runs {

/// "12 rows." and the like.
std::string SayRows(const wire::Table& table);

/// What a run of SQL or Python gave: how many rows, or the value itself, and whether a figure was
/// drawn. A number in it is filled from the run, and linked to it, as in any other answer.
base::Result<narrative::Filled> SayResult(const wire::Run& run);

}  // namespace tabletalk::runs
