// JSON as models write it.
//
// A reader that takes RFC 8259 and, beyond it, what can be meant in one way only:
//   - trailing commas, // and /* */ comments, Python's None, True and False;
//   - names without quotes, strings in single or triple quotes, raw line ends inside strings;
//   - an escape that JSON does not know (\d keeps its backslash, \' and \_ lose it);
//   - a quote inside a string that nobody escaped ("SELECT "Region" FROM t"): a string ends at a
//     quote that is followed by what may follow a string;
//   - an object whose closing brackets are missing at the end of the text. A value that was itself
//     cut (half a string, half a number) is dropped with its name, since half a statement is
//     another statement.
// What is ambiguous is refused: the caller says to the model what was wrong, which works better
// than a guess. Bounded: depth 64, and a number of steps that all attempts on one text share, so
// that a text of opening brackets costs no more than its length.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace tabletalk::model {

class LooseJsonReader {
 public:
  /// `text` must outlive the reader.
  explicit LooseJsonReader(std::string_view text);

  struct Found {
    base::json::value value;
    std::size_t end = 0;  ///< Just behind it.
    bool cut = false;     ///< Closing brackets were added.
  };
  /// The object or array that begins at `position`; nothing where none does.
  std::optional<Found> ReadAt(std::size_t position);

  /// No further attempt will be made.
  bool exhausted() const { return steps_left_ == 0; }

 private:
  enum class Place { key, value };

  bool Step();
  char Peek(std::size_t ahead = 0) const;
  bool AtEnd() const;
  void SkipBlanks();
  bool ReadValue(base::json::value& out, int depth);
  bool ReadObject(base::json::value& out, int depth);
  bool ReadArray(base::json::value& out, int depth);
  bool ReadString(std::string& out, Place place);
  bool ReadTripleQuoted(std::string& out);
  bool ReadEscape(std::string& out);
  bool ReadUnits(std::string& out);
  bool ReadWord(base::json::value& out);
  bool ReadNumber(base::json::value& out);
  bool EndsString(char quote, Place place, bool& misleading);

  const std::string_view text_;
  std::size_t at_ = 0;
  std::size_t steps_left_;
  bool cut_ = false;
};

}  // namespace tabletalk::model
