// What a policy says of a piece of code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/codec.h"

namespace tabletalk::wire {

enum class Severity { none, info, warning, error };
BOOST_DESCRIBE_ENUM(Severity, none, info, warning, error)

/// One finding. Rule names are stable and documented (docs/policy.md, docs/queryplan.md).
struct Issue {
  std::string rule;
  std::string message;
  std::int64_t line = 0;    ///< From 1; 0 where the finding has no place in the text.
  std::int64_t column = 0;  ///< From 1, in code points.
  Severity severity = Severity::error;
  std::string path;  ///< Plans only: "select[1].column".
  static constexpr std::string_view kOptional[] = {"line", "column", "severity", "path"};
};
BOOST_DESCRIBE_STRUCT(Issue, (), (rule, message, line, column, severity, path))

/// `is_valid` is false exactly where an issue of severity error exists.
struct Verdict {
  bool is_valid = true;
  std::vector<Issue> issues;
  Severity severity = Severity::none;  ///< The worst of the issues.
};
BOOST_DESCRIBE_STRUCT(Verdict, (), (is_valid, issues, severity))

}  // namespace tabletalk::wire
