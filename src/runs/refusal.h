// What is refused before anything runs, and how it is said.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/policy.h"
#include "wire/run.h"

namespace tabletalk::runs {

/// invalid_argument where `text` is not UTF-8, holds a NUL, is blank or has over `limit`
/// characters.
base::Result<void> CheckText(std::string_view what, std::string_view text, std::uint64_t limit);

/// invalid_argument where a text among the parameters has over `limit` characters.
base::Result<void> CheckParameters(const std::map<std::string, wire::Value>& parameters,
                                   std::uint64_t limit);

/// What a policy refused: the first error's message, and all issues in the details.
base::Error Rejected(const std::vector<wire::Issue>& issues);

/// ENABLE_PYTHON_EXECUTION is false.
base::Error PythonIsOff();

/// A run that failed, as an error: a failed query is never "no data". The code is kept; details
/// has run_id and timed_out, and for Python the logs up to the failure.
base::Error FailureOf(const wire::Run& run);

}  // namespace tabletalk::runs
