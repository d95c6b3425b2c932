#include "runner/cells/cell_number.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <utility>

#include "runner/profile/column_meaning.h"

namespace tabletalk::runner {
namespace {

constexpr std::pair<std::string_view, std::string_view> kCurrencies[] = {
    {"US$", "USD"}, {"$", "USD"},   {"€", "EUR"},   {"£", "GBP"},   {"¥", "JPY"},   {"₹", "INR"},
    {"₽", "RUB"}, {"₩", "KRW"},   {"₺", "TRY"},   {"zł", "PLN"},  {"kr", "SEK"},  {"USD", "USD"},
    {"EUR", "EUR"}, {"GBP", "GBP"}, {"JPY", "JPY"}, {"CHF", "CHF"}, {"CAD", "CAD"}, {"AUD", "AUD"},
    {"INR", "INR"}, {"CNY", "CNY"}, {"SEK", "SEK"}, {"NOK", "NOK"}, {"DKK", "DKK"}, {"PLN", "PLN"},
    {"BRL", "BRL"}, {"R$", "BRL"}};

/// Blanks that group digits: space, no-break, narrow no-break and thin space, apostrophes.
constexpr std::string_view kGroupMarks[] = {" ", "\xC2\xA0",    "\xE2\x80\xAF", "\xE2\x80\x89",
                                            "'", "\xE2\x80\x99"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view TrimBlanks(std::string_view text) {
  bool again = true;
  while (again) {
    again = false;
    for (const std::string_view blank : {std::string_view(" "), kGroupMarks[1], kGroupMarks[2]}) {
      if (text.starts_with(blank)) text.remove_prefix(blank.size()), again = true;
      if (text.ends_with(blank)) text.remove_suffix(blank.size()), again = true;
    }
  }
  return text;
}

/// The number without sign, brackets, currency and percent sign.
struct Core {
  std::string_view text;
  bool negative = false;
  NumberShape shape;
};

bool TakeSign(Core& core) {
  if (core.text.empty()) return false;
  if (core.text.starts_with("\xE2\x88\x92")) {  // U+2212, the typographic minus
    core.text.remove_prefix(3);
    core.negative = core.shape.decorated = true;
    return true;
  }
  const char first = core.text.front();
  if (first != '-' && first != '+') return false;
  core.text.remove_prefix(1);
  core.negative = first == '-';
  core.shape.plus = first == '+';
  return true;
}

void TakeCurrency(Core& core) {
  for (const auto& [sign, code] : kCurrencies) {
    if (core.text.starts_with(sign)) {
      core.text.remove_prefix(sign.size());
    } else if (core.text.ends_with(sign)) {
      core.text.remove_suffix(sign.size());
    } else {
      continue;
    }
    core.shape.currency = code;
    core.shape.decorated = true;
    core.text = TrimBlanks(core.text);
    return;
  }
}

/// "5.00-", as mainframes write it.
void TakeTrailingMinus(Core& core) {
  for (const std::string_view minus : {std::string_view("-"), std::string_view("\xE2\x88\x92")}) {
    if (core.text.size() <= minus.size() || !core.text.ends_with(minus)) continue;
    const std::string_view rest = TrimBlanks(core.text.substr(0, core.text.size() - minus.size()));
    if (rest.empty() || !IsDigit(rest.back())) return;
    core.text = rest;
    core.negative = core.shape.decorated = true;
    return;
  }
}

struct Scale {
  std::string_view word;
  int power;
};
constexpr Scale kScales[] = {
    {"k", 3},        {"K", 3},       {"M", 6},       {"m", 6},        {"mn", 6},   {"Mn", 6},
    {"MM", 6},       {"mm", 0},      {"mio", 6},     {"Mio", 6},      {"Mio.", 6}, {"B", 9},
    {"bn", 9},       {"Bn", 9},      {"mrd", 9},     {"Mrd", 9},      {"Mrd.", 9}, {"tn", 12},
    {"thousand", 3}, {"million", 6}, {"billion", 9}, {"trillion", 12}};

/// Letters, and the signs that units are written with.
bool IsUnitText(std::string_view word) {
  if (word.empty() || word.size() > 14) return false;
  for (const std::string_view other : {"st", "nd", "rd", "th", "am", "pm", "AM", "PM"})
    if (word == other) return false;
  std::size_t letters = 0;
  for (const char c : word) {
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    if (letter) ++letters;
    if (!letter && c != '/' && c != '.' && c != '%' && c != '-') return false;
  }
  return letters > 0 && word.front() != '-' && word.front() != '/';
}

/// What stands behind the last digit: a suffix or one word.
void TakeSuffix(Core& core) {
  std::size_t at = core.text.size();
  while (at > 0 && !IsDigit(core.text[at - 1])) --at;
  if (at == 0) return;
  const std::string_view behind = core.text.substr(at);
  const std::string_view word = TrimBlanks(behind);
  if (!IsUnitText(word)) return;
  const bool scales = std::any_of(std::begin(kScales), std::end(kScales),
                                  [&](const Scale& s) { return s.word == word && s.power > 0; });
  // "12A" and "7bis" are codes; "10kg" is not.
  if (behind.size() == word.size() && !scales) {
    const bool capital = word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z';
    if (capital || !UnitOfSuffix(word)) return;
  }
  core.shape.suffix = word;
  core.shape.decorated = true;
  for (const Scale& scale : kScales)
    if (word == scale.word) core.shape.scale = scale.power;
  core.text = core.text.substr(0, at);
}

std::optional<Core> StripDecoration(std::string_view cell, bool measure) {
  Core core;
  core.text = cell;
  if (cell.size() > 2 && cell.front() == '(' && cell.back() == ')') {
    core.text = TrimBlanks(cell.substr(1, cell.size() - 2));
    core.negative = core.shape.decorated = true;
  }
  const bool bracketed = core.negative;
  bool signed_already = TakeSign(core);
  if (!signed_already && !bracketed) {
    TakeTrailingMinus(core);
    signed_already = core.negative;
  }
  if (bracketed && signed_already) return std::nullopt;
  if (bracketed) core.negative = true;
  if (core.text.empty()) return std::nullopt;
  if (!IsDigit(core.text.front()) || !IsDigit(core.text.back())) {
    if (core.text.back() == '%') {
      core.text = TrimBlanks(core.text.substr(0, core.text.size() - 1));
      core.shape.percent = core.shape.decorated = true;
    } else {
      TakeCurrency(core);
      if (!signed_already && !bracketed) TakeSign(core);
      if (measure && !core.text.empty() && !IsDigit(core.text.back())) TakeSuffix(core);
    }
  }
  if (core.text.empty()) return std::nullopt;
  return core;
}

/// True if the digits between the marks of `text` are groups as people make them: one to three,
/// then threes (or, as in India, twos and a last three).
bool AreGroups(std::string_view text, char mark) {
  std::size_t start = 0;
  std::size_t count = 0;
  while (true) {
    const std::size_t end = std::min(text.find(mark, start), text.size());
    const std::size_t size = end - start;
    const bool last = end == text.size();
    if (count == 0 ? size < 1 || size > 3 : last ? size != 3 : size != 2 && size != 3) return false;
    ++count;
    if (last) return count > 1;
    start = end + 1;
  }
}

bool IsExponentForm(std::string_view text) {
  std::size_t i = 0;
  std::size_t digits = 0;
  bool point = false;
  for (; i < text.size() && (IsDigit(text[i]) || (text[i] == '.' && !point)); ++i) {
    if (text[i] == '.')
      point = true;
    else
      ++digits;
  }
  if (digits == 0 || i == text.size() || (text[i] != 'e' && text[i] != 'E')) return false;
  if (++i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  const std::size_t exponent = text.size() - i;
  return exponent >= 1 && exponent <= 3 &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), IsDigit);
}

/// One kind of mark, one of them: decimals or thousands?
std::optional<NumberMarks> OneMark(std::string_view text, std::size_t at, bool comma) {
  const std::string_view before = text.substr(0, at);
  const std::size_t after = text.size() - at - 1;
  if (after == 0 && before.empty()) return std::nullopt;
  const bool either = after == 3 && before.size() >= 1 && before.size() <= 3 && before[0] != '0';
  if (comma) {
    if (after == 0 || before.empty()) return std::nullopt;
    return either ? NumberMarks::either_comma : NumberMarks::comma_decimal;
  }
  return either ? NumberMarks::either_point : NumberMarks::point_decimal;
}

std::optional<NumberMarks> MarksOf(std::string_view text) {
  std::size_t points = 0, commas = 0;
  for (const char c : text) {
    if (c == '.')
      ++points;
    else if (c == ',')
      ++commas;
    else if (!IsDigit(c))
      return std::nullopt;
  }
  if (points + commas == 0) return NumberMarks::none;
  if (points + commas == text.size()) return std::nullopt;
  const std::size_t point = text.rfind('.');
  const std::size_t comma = text.rfind(',');
  if (points == 1 && commas == 0) return OneMark(text, point, false);
  if (commas == 1 && points == 0) return OneMark(text, comma, true);
  if (commas == 0)
    return AreGroups(text, '.') ? std::optional(NumberMarks::point_groups) : std::nullopt;
  if (points == 0)
    return AreGroups(text, ',') ? std::optional(NumberMarks::comma_groups) : std::nullopt;
  if (points == 1 && point > comma && AreGroups(text.substr(0, point), ','))
    return NumberMarks::comma_groups;
  if (commas == 1 && comma > point && AreGroups(text.substr(0, comma), '.'))
    return NumberMarks::point_groups;
  return std::nullopt;
}

/// "1 234 567,5" with its blanks as '_' removed; nothing if the groups are not groups.
std::optional<std::string> WithoutBlankGroups(std::string_view text, bool& found) {
  std::string joined;
  std::string grouped;
  for (std::size_t i = 0; i < text.size();) {
    bool mark = false;
    for (const std::string_view group : kGroupMarks) {
      if (!text.substr(i).starts_with(group)) continue;
      grouped += '_';
      i += group.size();
      mark = found = true;
      break;
    }
    if (mark) continue;
    joined += text[i];
    grouped += text[i++];
  }
  if (!found) return joined;
  const std::size_t decimals = grouped.find_first_of(".,");
  if (!AreGroups(std::string_view(grouped).substr(0, decimals), '_')) return std::nullopt;
  return joined;
}

}  // namespace

std::string_view CurrencyOf(std::string_view text) {
  for (const auto& [sign, code] : kCurrencies) {
    if (text == sign) return code;
    if (text.size() == 3 && code.size() == 3 &&
        std::equal(text.begin(), text.end(), code.begin(),
                   [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; }))
      return code;
  }
  return {};
}

namespace {

std::optional<NumberShape> ReadShape(std::string_view cell, bool measure) {
  if (cell.empty() || cell.size() > 64) return std::nullopt;
  auto core = StripDecoration(cell, measure);
  if (!core) return std::nullopt;
  NumberShape shape = core->shape;
  if (const auto marks = MarksOf(core->text)) {
    shape.marks = *marks;
    shape.digits = std::min(core->text.find_first_of(".,"), core->text.size());
    shape.leading_zero = core->text.size() > 1 && core->text[0] == '0' && IsDigit(core->text[1]);
    return shape;
  }
  if (IsExponentForm(core->text)) {
    shape.exponent = true;
    shape.bare_exponent = core->text.find_first_of(".+-") == std::string_view::npos;
    shape.marks = NumberMarks::point_decimal;
    shape.digits = 1;
    return shape;
  }
  bool found = false;
  const auto joined = WithoutBlankGroups(core->text, found);
  if (!joined || !found) return std::nullopt;
  const auto marks = MarksOf(*joined);
  if (!marks) return std::nullopt;
  shape.decorated = true;
  // With blanks between the thousands, a point or comma can only begin the decimals.
  const bool comma = joined->find(',') != std::string::npos;
  if (*marks == NumberMarks::none)
    shape.marks = NumberMarks::space_groups;
  else
    shape.marks = comma ? NumberMarks::comma_decimal : NumberMarks::point_decimal;
  shape.digits = std::min(joined->find_first_of(".,"), joined->size());
  return shape;
}

}  // namespace

std::optional<NumberShape> ReadNumber(std::string_view cell) { return ReadShape(cell, false); }

std::optional<NumberShape> ReadMeasure(std::string_view cell) {
  // A word that only numbers begin: most texts are told apart by their first letter.
  const auto first = static_cast<unsigned char>(cell.empty() ? 'x' : cell.front());
  const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  return ReadShape(cell, !letter || CurrencyOf(cell.substr(0, 3)).size() == 3);
}

std::string PlainNumber(std::string_view cell, bool decimal_comma, bool scaled) {
  const auto core = StripDecoration(cell, true);
  if (!core) return {};
  std::string plain = core->negative ? "-" : "";
  const char decimal = decimal_comma ? ',' : '.';
  for (const char c : core->text) {
    if (c == decimal)
      plain += '.';
    else if (IsDigit(c) || c == 'e' || c == 'E' || c == '-' || c == '+')
      plain += c;
  }
  if (scaled && core->shape.scale > 0) plain += "e" + std::to_string(core->shape.scale);
  return plain;
}

}  // namespace tabletalk::runner
