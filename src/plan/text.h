// Small readings of text that the type check needs: dates as people write them, and patterns.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tabletalk::plan {

/// A date or a time that exists, in the engine's spelling.
struct Moment {
  std::string text;  ///< "2024-02-29", "2024-02-29 23:59:00", "23:59:00".
  bool has_date = false;
  bool has_time = false;
};
/// Reads YYYY-MM-DD, that with HH:MM[:SS[.ffffff]] after a space or T and an optional Z, or a time
/// alone. None where it is neither or does not exist (2023-02-29).
std::optional<Moment> ParseMoment(std::string_view text);

/// What is wrong with a pattern of RE2's syntax (https://github.com/google/re2/wiki/Syntax), or
/// none. Refuses what it does not know, so a pattern that passes is one the engine takes.
std::optional<std::string> PatternFault(std::string_view pattern);

/// True where `text` is a whole number of at most 38 digits.
bool IsWholeNumber(std::string_view text);

bool EqualIgnoringCase(std::string_view a, std::string_view b);
std::string LowerAscii(std::string_view text);

}  // namespace tabletalk::plan
