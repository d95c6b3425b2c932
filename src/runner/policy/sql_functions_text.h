// The text of policies/sql_functions.txt, embedded at build.
#pragma once

#include <string_view>

namespace tabletalk::runner {

extern const std::string_view kSqlFunctionsText;

}  // namespace tabletalk::runner
