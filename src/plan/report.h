// What the binder has to say about a plan: issues for its author, assumptions for the reader of the
// numbers. Shared by a plan and the plans nested in it.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/spelling.h"
#include "wire/policy.h"

namespace tabletalk::plan {

struct Report {
  std::vector<wire::Issue> issues;
  std::vector<std::string> assumptions;
  std::vector<std::string> nearest;  ///< Those that name values which are in the data.
  std::size_t conditions = 0;        ///< Comparisons seen so far.

  void Fail(const std::string& path, std::string_view rule, std::string_view reason) {
    wire::Issue issue;
    issue.rule = rule;
    issue.message = fmt::format("{}: {}", path.empty() ? "plan" : path, reason);
    issue.path = path;
    for (const wire::Issue& known : issues)
      if (known.message == issue.message) return;
    issues.push_back(std::move(issue));
  }
  void Assume(std::string sentence) {
    if (std::find(assumptions.begin(), assumptions.end(), sentence) == assumptions.end())
      assumptions.push_back(std::move(sentence));
  }
};

/// `; did you mean "amount"?`, or nothing.
inline std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& names) {
  const auto nearest = base::NearestName(name, names);
  return nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : std::string();
}

}  // namespace tabletalk::plan
