// How a language writes numbers, dates and the few words that slots print by themselves.
#pragma once

#include <array>
#include <string_view>

namespace tabletalk::narrative {

struct Language {
  std::string_view code;      ///< "en", "de".
  std::string_view decimal;   ///< "1,234.5" has ".".
  std::string_view group;     ///< "1,234.5" has ",".
  bool money_first = true;    ///< "€5" and not "5 €".
  std::string_view day_mark;  ///< After the day of a month: "1. März".
  std::string_view of;        ///< Between day, month and year: "1 de marzo de 2024".
  std::string_view quarter;   ///< "Q" of "Q1 2024".
  std::string_view week;      ///< "the week of ".
  std::string_view conjunction;
  std::string_view others;  ///< ", and others"
  std::string_view yes, no, no_value;
  std::array<std::string_view, 12> months;
  std::array<std::string_view, 7> days;  ///< From Monday.
};

const Language& English();

/// The language that a text is written in, by its small words: English, German, French, Spanish,
/// Italian, Portuguese, Dutch. Null where they do not say.
const Language* LanguageIn(std::string_view text);

}  // namespace tabletalk::narrative
