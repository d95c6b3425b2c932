// Questions and names as words: the one place that knows letters, plurals and number words.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tabletalk::offline {

enum class TokenKind { word, number, date, quoted, symbol };

/// One word, number or sign of a question.
struct Token {
  TokenKind kind = TokenKind::word;
  std::string text;  ///< As typed; of a quoted token, without its quotes.
  std::string lower;
  std::string stem;
  bool glued = false;  ///< An underscore, hyphen or dot ties it to the token before ("temp_max").
  bool parenthesised = false;
  std::optional<double> number;    ///< Of a number ("50,000", "10k") or number word ("five").
  bool whole_number_text = false;  ///< Four plain digits and the like: may be a year.
  std::optional<std::chrono::sys_days> date;
  bool date_ambiguous = false;  ///< 3/4/2024: read month first.
};

/// Splits a question. Never fails; signs that mean nothing are left out.
std::vector<Token> Tokenize(std::string_view question);

/// Lower case of letters with a simple one-to-one mapping: Latin, Greek, Cyrillic.
std::string Lower(std::string_view text);

/// The stem shared by the forms of one English word: "categories" and "category", "created" and
/// "create". Words of other scripts come back as they are. Expects lower case.
std::string Stem(std::string_view word);

/// The words of a table's or column's name, lower case: split at signs, blanks, digits glued to
/// letters stay, and camelCase. "Distance (km)" gives distance, km; "orderDate" gives order, date.
std::vector<std::string> NameWords(std::string_view name);

/// True if two lower-case words differ only by an ending that makes another word of the same idea
/// out of it: rider and ride, rainy and rain. Both are at least three letters long.
bool AreKin(std::string_view a, std::string_view b);

/// "category" to "categories", "person" to "people": for sentences.
std::string Plural(std::string_view noun);
std::string Singular(std::string_view noun);

/// Words with one blank between them.
std::string Join(const std::vector<std::string>& words, std::string_view separator = " ");

}  // namespace tabletalk::offline
