// Spans of time in a question: "in Q1 2024", "between Jan and March 2024", "since 2015",
// "last 30 days", "before 3/14/2024", "in the 1990s".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "offline/words/text.h"
#include "wire/plan.h"

namespace tabletalk::offline {

/// A phrase that picks a stretch of time. `from` is its first day, `until` the day after its last;
/// either may be open.
struct TimeSpan {
  std::size_t begin = 0;  ///< Tokens [begin, end), the preposition included.
  std::size_t end = 0;
  std::optional<std::chrono::sys_days> from;
  std::optional<std::chrono::sys_days> until;
  std::optional<wire::Span> last;  ///< Counted back from the newest date in the data.
  /// Months without a year: the year must come from the data. Then from and until are of year 4.
  bool year_missing = false;
  /// Of "from A to B": where A ends and where B begins.
  std::optional<std::chrono::sys_days> first_until, second_from;
  bool bare = false;         ///< No preposition and nothing but a year: may be a plain number.
  bool month_first = false;  ///< Read 3/4/2024 as March; worth an assumption.
  bool relative_to_today = false;  ///< "this year": worth an assumption.
};

/// Every span that starts anywhere, also where several overlap.
std::vector<TimeSpan> FindTimeSpans(const std::vector<Token>& tokens, std::chrono::sys_days today);

}  // namespace tabletalk::offline
