#include "plan/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace tabletalk::plan {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Reads exactly `count` digits at the front.
std::optional<int> TakeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool TakeDate(std::string_view& text) {
  const auto year = TakeDigits(text, 4);
  if (!year || *year < 1 || !Take(text, '-')) return false;
  const auto month = TakeDigits(text, 2);
  if (!month || *month < 1 || *month > 12 || !Take(text, '-')) return false;
  const auto day = TakeDigits(text, 2);
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
  const int days = kDays[*month - 1] + (*month == 2 && leap ? 1 : 0);
  return day && *day >= 1 && *day <= days;
}

/// HH:MM[:SS[.ffffff]], to "HH:MM:SS[.ffffff]".
std::optional<std::string> TakeTime(std::string_view& text) {
  const auto hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !Take(text, ':')) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  std::string fraction;
  if (Take(text, ':')) {
    const auto seconds = TakeDigits(text, 2);
    if (!seconds || *seconds > 59) return std::nullopt;
    second = *seconds;
    if (Take(text, '.')) {
      while (!text.empty() && IsDigit(text.front()) && fraction.size() < 6) {
        fraction += text.front();
        text.remove_prefix(1);
      }
      if (fraction.empty()) return std::nullopt;
      fraction.insert(0, ".");
    }
  }
  return fmt::format("{:02}:{:02}:{:02}{}", *hour, *minute, second, fraction);
}

/// A recursive descent over the part of RE2's syntax that people use.
class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : rest_(pattern) {}

  std::optional<std::string> Fault() {
    Alternatives(0);
    if (fault_.empty() && !rest_.empty()) fault_ = "has a ) without its (";
    if (fault_.empty()) return std::nullopt;
    return fault_;
  }

 private:
  void Alternatives(int depth) {
    if (depth > 50) return Fail("has groups too deep inside one another");
    do {
      while (fault_.empty() && !rest_.empty() && rest_.front() != '|' && rest_.front() != ')')
        Piece(depth);
    } while (fault_.empty() && Take(rest_, '|'));
  }

  void Piece(int depth) {
    Atom(depth);
    if (!fault_.empty() || !Quantifier()) return;
    Take(rest_, '?');
    if (!rest_.empty() && std::string_view("*+?").find(rest_.front()) != std::string_view::npos)
      Fail("repeats a repetition");
    if (fault_.empty() && !rest_.empty() && rest_.front() == '{' && LooksLikeCount())
      Fail("repeats a repetition");
  }

  void Atom(int depth) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '(': return GroupOf(depth);
      case '[': return Class();
      case '\\': return Escape(false);
      case '*':
      case '+':
      case '?': return Fail(fmt::format("has nothing before \"{}\" to repeat", c));
      case '{':
        if (!rest_.empty() && IsDigit(rest_.front())) Fail("has nothing before \"{\" to repeat");
        return;
      case '\0': return Fail("has a NUL character");
      default: return;
    }
  }

  void GroupOf(int depth) {
    if (Take(rest_, '?')) {
      if (rest_.starts_with(":")) {
        rest_.remove_prefix(1);
      } else if (rest_.starts_with("i:") || rest_.starts_with("s:") || rest_.starts_with("m:")) {
        rest_.remove_prefix(2);
      } else {
        return Fail("uses a (?...) form that is not supported; only (?:...) and (?i:...) are");
      }
    }
    Alternatives(depth + 1);
    if (fault_.empty() && !Take(rest_, ')')) Fail("has a ( without its )");
  }

  void Escape(bool in_class) {
    if (rest_.empty()) return Fail("ends in a lone \\");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    constexpr std::string_view kClasses = "dDwWsStnrfv";
    if (kClasses.find(c) != kClasses.npos) return;
    if (!in_class && std::string_view("bBAz").find(c) != std::string_view::npos) return;
    if (std::ispunct(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80) return;
    Fail(IsDigit(c) ? "uses a back reference, which the engine does not have"
                    : fmt::format("uses \\{}, which is not supported", c));
  }

  void Class() {
    Take(rest_, '^');
    bool first = true;
    unsigned char low = 0;  // A letter or digit that a range may start at; 0 for none.
    while (fault_.empty()) {
      if (rest_.empty()) return Fail("has a [ without its ]");
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == ']' && !first) return;
      first = false;
      if (c == '[') return Fail("has a [ inside [...]; write \\[");
      if (c == '\\') {
        Escape(true);
        low = 0;
        continue;
      }
      if (c == '-' && low != 0 && !rest_.empty() && rest_.front() != ']') {
        Range(low);
        low = 0;
        continue;
      }
      if (c == '-' && !rest_.empty() && rest_.front() != ']')
        return Fail("has a - inside [...] that is not between two letters or digits; put it last");
      low = 0;
      if (std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80)
        low = static_cast<unsigned char>(c);
    }
  }

  void Range(unsigned char low) {
    const auto high = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (!std::isalnum(high) || high >= 0x80 || high < low)
      Fail("has a range in [...] that is not in order");
  }

  bool LooksLikeCount() const { return rest_.size() > 1 && IsDigit(rest_[1]); }

  bool Quantifier() {
    if (rest_.empty()) return false;
    if (Take(rest_, '*') || Take(rest_, '+') || Take(rest_, '?')) return true;
    if (rest_.front() != '{' || !LooksLikeCount()) return false;
    rest_.remove_prefix(1);
    const int low = Count();
    int high = low;
    if (Take(rest_, ',') && !rest_.empty() && rest_.front() != '}') high = Count();
    if (!Take(rest_, '}')) Fail("has a { that is not {n}, {n,} or {n,m}");
    // RE2 unrolls repetitions, and refuses more than 1,000 of them; we stop well before.
    repeats_ *= std::max(1, std::max(low, high));
    if (low > high || repeats_ > 500) Fail("repeats too often");
    return true;
  }

  int Count() {
    int number = 0;
    while (!rest_.empty() && IsDigit(rest_.front())) {
      number = std::min(10'000, number * 10 + (rest_.front() - '0'));
      rest_.remove_prefix(1);
    }
    return number;
  }

  void Fail(std::string fault) {
    if (fault_.empty()) fault_ = std::move(fault);
  }

  std::string_view rest_;
  std::string fault_;
  int repeats_ = 1;
};

}  // namespace

std::optional<Moment> ParseMoment(std::string_view text) {
  const std::string_view all = text;
  Moment moment;
  if (TakeDate(text)) {
    moment.has_date = true;
    moment.text = std::string(all.substr(0, 10));
    if (text.empty()) return moment;
    if (!Take(text, ' ') && !Take(text, 'T')) return std::nullopt;
  } else {
    text = all;
  }
  const auto time = TakeTime(text);
  if (!time) return std::nullopt;
  if (moment.has_date) Take(text, 'Z');
  if (!text.empty()) return std::nullopt;
  moment.has_time = true;
  moment.text += (moment.has_date ? " " : "") + *time;
  return moment;
}

std::optional<std::string> PatternFault(std::string_view pattern) {
  return PatternReader(pattern).Fault();
}

bool IsWholeNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 38 && std::all_of(text.begin(), text.end(), IsDigit);
}

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && LowerAscii(a) == LowerAscii(b);
}

}  // namespace tabletalk::plan
