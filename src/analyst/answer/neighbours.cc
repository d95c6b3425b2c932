// A slot is as good as the cell that it reads; the text around it may still make another number of
// it. "{{r1.rows[0].n}}k orders" says a thousand times as much, "-{{…}}" the opposite, "${{…}}"
// names a currency that nobody gave, and "{{…|percent}}%" is no English. Each slot is looked at
// together with the characters before and behind it, by rules that stand one below the other:
//
//   a percent sign or word     printed by the format, where the column is a percentage
//   a currency sign or word    printed by the format, where the data speak of that currency
//   a word of scale            refused, unless the column says that it is in millions
//   a unit                     once is enough; another one than the column's is refused
//   a minus sign, "fell by"    refused where it contradicts the cell's own sign
//   letters, digits, slots     parted by a blank where that is meant, refused where they would read
//                              as one number
//   a day beside a month       refused: the column has no days
//
// A sign that nothing backs is left out, since the number without it is right. A word is refused:
// the sentence around it has been built on it.
#include "analyst/answer/neighbours.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analyst/answer/slots.h"
#include "narrative/format.h"

namespace tabletalk::analyst {
namespace {

using Words = std::initializer_list<std::string_view>;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\t'; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}
bool IsOneOf(std::string_view word, Words words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Blanks of all kinds at the beginning, no-break ones included.
std::size_t BlankBytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ')
      ++at;
    else if (text.substr(at).starts_with("\u00A0"))
      at += 2;
    else if (text.substr(at).starts_with("\u202F"))
      at += 3;
    else
      break;
  }
  return at;
}
std::size_t BlankBytesAtEnd(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    if (text[end - 1] == ' ')
      --end;
    else if (text.substr(0, end).ends_with("\u00A0"))
      end -= 2;
    else if (text.substr(0, end).ends_with("\u202F"))
      end -= 3;
    else
      break;
  }
  return text.size() - end;
}

bool InWord(char c) { return IsLetter(c) || static_cast<unsigned char>(c) >= 0x80; }

/// The word that a text begins with, after blanks and perhaps a hyphen.
struct NextWord {
  std::size_t start = 0, end = 0;
  bool glued = false;
  std::string word;  ///< Lower case.
};
NextWord WordAfter(std::string_view text) {
  NextWord next;
  next.start = BlankBytes(text);
  next.glued = next.start == 0;
  if (next.start < text.size() && text[next.start] == '-') {
    ++next.start;
    next.glued = false;
  }
  next.end = next.start;
  while (next.end < text.size() && InWord(text[next.end])) ++next.end;
  next.word = Lower(text.substr(next.start, next.end - next.start));
  return next;
}

/// The last words of a text, the nearest first, within its last sentence.
std::vector<std::string> WordsBefore(std::string_view text, std::size_t most) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = text.size(); i > 0 && words.size() < most; --i) {
    const char c = text[i - 1];
    if (InWord(c)) {
      word.insert(word.begin(), c);
      continue;
    }
    if (!word.empty()) words.push_back(Lower(word));
    word.clear();
    if (c == '.' || c == ';' || c == ',' || c == ':' || c == '(') return words;
  }
  if (!word.empty() && words.size() < most) words.push_back(Lower(word));
  return words;
}

struct Currency {
  std::string_view code, sign;
  Words words;
};
const Currency kCurrencies[] = {{"EUR", "€", {"eur", "euro", "euros", "€"}},
                                {"USD", "$", {"usd", "dollar", "dollars", "us$", "$"}},
                                {"GBP", "£", {"gbp", "pound", "pounds", "£"}},
                                {"¥", "¥", {"jpy", "cny", "yen", "yuan", "¥"}},
                                {"INR", "₹", {"inr", "rupee", "rupees", "₹"}},
                                {"CHF", "Fr.", {"chf", "franken", "francs"}}};

/// Words of one scale; a column says that it is in millions by one of them.
const Words kScales[] = {
    {"k", "thousand", "thousands", "tsd", "tausend", "mille", "mil"},
    {"m", "mn", "mio", "mln", "million", "millions", "millionen", "millones"},
    {"b", "bn", "mrd", "billion", "billions", "milliarde", "milliarden", "milliards"},
    {"tn", "trillion", "trillions", "billionen"},
    {"hundred", "hundreds", "hundert"},
    {"dozen", "dozens", "lakh", "lakhs", "crore", "crores"}};

/// Units, by what they measure.
struct Unit {
  char dimension;
  Words words;
};
const Unit kUnits[] = {{'t', {"ms", "millisecond", "milliseconds"}},
                       {'t', {"s", "sec", "secs", "second", "seconds", "sekunde", "sekunden"}},
                       {'t', {"min", "mins", "minute", "minutes", "minuten"}},
                       {'t', {"h", "hr", "hrs", "hour", "hours", "stunde", "stunden"}},
                       {'t', {"day", "days", "tag", "tage", "tagen"}},
                       {'t', {"week", "weeks", "woche", "wochen"}},
                       {'t', {"month", "months", "monat", "monate"}},
                       {'t', {"year", "years", "jahr", "jahre"}},
                       {'l', {"mm", "millimeter", "millimeters", "millimetres"}},
                       {'l', {"cm", "centimeter", "centimeters", "centimetres"}},
                       {'l', {"m", "meter", "meters", "metre", "metres"}},
                       {'l', {"km", "kilometer", "kilometers", "kilometre", "kilometres"}},
                       {'l', {"mi", "mile", "miles"}},
                       {'l', {"ft", "feet", "foot"}},
                       {'m', {"mg", "milligram", "milligrams"}},
                       {'m', {"g", "gram", "grams", "gramm"}},
                       {'m', {"kg", "kilo", "kilos", "kilogram", "kilograms"}},
                       {'m', {"t", "ton", "tons", "tonne", "tonnes"}},
                       {'m', {"lb", "lbs"}},
                       {'v', {"ml", "millilitre", "milliliter", "milliliters"}},
                       {'v', {"l", "liter", "liters", "litre", "litres"}},
                       {'d', {"c", "celsius", "°c"}},
                       {'d', {"f", "fahrenheit", "°f"}},
                       {'e', {"kwh"}},
                       {'e', {"mwh"}}};
const Unit* UnitOf(std::string_view word) {
  for (const Unit& unit : kUnits)
    if (IsOneOf(word, unit.words)) return &unit;
  return nullptr;
}

bool SameWord(std::string_view a, std::string_view b) {
  const auto singular = [](std::string_view word) {
    return word.size() > 3 && word.ends_with('s') ? word.substr(0, word.size() - 1) : word;
  };
  return singular(Lower(a)) == singular(Lower(b));
}

/// One slot and the text on both sides of it, which may be changed.
class Neighbourhood {
 public:
  Neighbourhood(const SlotReader& reader, SlotReading slot, bool bare, std::string& before,
                std::string& after, std::vector<std::string>& faults)
      : reader_(reader),
        slot_(std::move(slot)),
        bare_(bare),
        before_(before),
        after_(after),
        faults_(faults) {
    format_ = reader_.Settled(slot_, bare_);
  }

  /// The slot with its settled format.
  std::string Settle() {
    Percents();
    Currencies();
    Scales();
    Units();
    Counted();
    Signs();
    Directions();
    Days();
    if (!bare_) Letters();
    Digits();
    return WithFormat(slot_.path, format_);
  }

  bool number() const { return slot_.number.has_value(); }
  bool negative() const { return slot_.number && *slot_.number < 0; }

 private:
  void Fault(std::string_view what) {
    faults_.push_back(fmt::format("{} beside {{{{{}}}}}.", what, slot_.path));
  }
  std::string_view FormatName() const {
    return std::string_view(format_).substr(0, format_.find(':'));
  }
  std::string_view FormatArgument() const {
    const std::size_t colon = format_.find(':');
    return colon == std::string::npos ? std::string_view()
                                      : std::string_view(format_).substr(colon + 1);
  }
  /// Takes so many bytes off the text behind, and a blank that would be left before a stop.
  void TakeAfter(std::size_t bytes) { after_.erase(0, bytes); }

  // ---- per cent ----

  /// How many bytes behind the slot say per cent.
  std::size_t PercentBytes() const {
    std::size_t blanks = BlankBytes(after_);
    if (blanks == 0 && after_.starts_with('-')) blanks = 1;  // "35%-percent"
    const std::string rest = Lower(std::string_view(after_).substr(blanks));
    for (const std::string_view word : {"％", "%"})
      if (rest.starts_with(word)) return blanks + word.size();
    for (const std::string_view word : {"percents", "percent", "per cent", "pct", "prozent",
                                        "pour cent", "por ciento", "per cento", "procent"})
      if (rest.starts_with(word) && (rest.size() == word.size() || !InWord(rest[word.size()])))
        return blanks + word.size();
    return 0;
  }
  /// A difference of percentages, which no format prints.
  bool SaysPoints(std::string_view after) const {
    const std::string rest = Lower(after.substr(BlankBytes(after)));
    return rest.starts_with("percentage point") || rest.starts_with("percent point") ||
           rest.starts_with("prozentpunkt") || rest.starts_with("basis point") ||
           rest.starts_with("bps") || rest.starts_with("pp ") || rest.starts_with("pp.") ||
           rest == "pp" || rest.starts_with("‰");
  }
  void Percents() {
    if (SaysPoints(after_)) {
      const Percent kind = slot_.number ? reader_.PercentOf(slot_) : Percent::none;
      if (kind != Percent::points || FormatName() == "percent")
        Fault("Points of per cent, which the cell does not have,");
      else
        format_ = "auto";
      return;
    }
    std::size_t bytes = PercentBytes();
    if (bytes == 0) return;
    if (!slot_.number) return Fault("A percentage is told of what is no number,");
    const Percent kind = reader_.PercentOf(slot_);
    if (kind == Percent::none) return Fault("A percentage is told of what is none,");
    if (kind == Percent::unsure)
      return Fault(
          "Nobody can know whether the cell is a fraction or a percentage; compute what "
          "you tell; it stands");
    for (; bytes > 0; bytes = PercentBytes()) TakeAfter(bytes);
    const bool digits = FormatName() == "fixed" && kind == Percent::points;
    if (digits || (bare_ && kind == Percent::points))
      after_.insert(0, "%");
    else
      format_ = kind == Percent::fraction ? "percent" : "unit:%";
  }

  // ---- currencies ----

  std::size_t SignBytesBefore(const Currency& currency) const {
    const std::size_t blanks = BlankBytesAtEnd(before_);
    const std::string_view text = std::string_view(before_).substr(0, before_.size() - blanks);
    if (blanks <= 1 && text.ends_with(currency.sign)) return blanks + currency.sign.size();
    return 0;
  }
  /// A code or a word for it before the slot ("EUR 5") or behind it ("5 euros").
  static bool Names(const Currency& currency, std::string_view word) {
    return IsOneOf(word, currency.words);
  }

  void Currencies() {
    // "€$5" has two of them, in any order.
    for (bool more = true; more;) {
      more = false;
      for (const Currency& currency : kCurrencies)
        if (TakeSigns(currency)) {
          TakeSign(currency);
          more = true;
        }
    }
    for (const Currency& currency : kCurrencies) CurrencyWords(currency);
  }
  /// Whether there was one, before the slot or behind it.
  bool TakeSigns(const Currency& currency) {
    if (currency.code == "CHF") return false;
    bool sign = false;
    for (std::size_t bytes; (bytes = SignBytesBefore(currency)) > 0; sign = true) {
      const bool parted = BlankBytesAtEnd(before_) > 0;
      before_.resize(before_.size() - bytes);
      if (before_.ends_with("US")) before_.resize(before_.size() - 2);  // "US$5"
      const bool open = before_.empty() || IsBlank(before_.back()) || before_.back() == '(';
      if (parted && !open) before_ += " ";
    }
    for (std::size_t blanks = BlankBytes(after_);
         std::string_view(after_).substr(blanks).starts_with(currency.sign) &&
         !IsNextAmount(blanks + currency.sign.size());
         blanks = BlankBytes(after_)) {
      TakeAfter(blanks + currency.sign.size());
      sign = true;
    }
    return sign;
  }
  /// "5 €7": the sign belongs to what follows.
  bool IsNextAmount(std::size_t at) const {
    return (at < after_.size() && IsDigit(after_[at])) || (at == after_.size() && at > 1 && next_);
  }
  void TakeSign(const Currency& currency) {
    if (!slot_.number) return Fault("A currency is told of what is no number,");
    const std::string_view name = FormatName();
    if (name == "auto" || format_.empty() || name == "plain")
      if (reader_.MayBeMoney(slot_, currency.code) && reader_.Settled(Without(), false) != "plain")
        format_ = "money:" + std::string(currency.code);
    if (name == "fixed" && reader_.MayBeMoney(slot_, currency.code)) before_ += currency.sign;
  }
  SlotReading Without() const {
    SlotReading slot = slot_;
    slot.format.clear();
    return slot;
  }
  bool IsMoneyOf(const Currency& currency) const {
    return FormatName() == "money" &&
           (FormatArgument() == currency.code || FormatArgument() == currency.sign);
  }
  void CurrencyWords(const Currency& currency) {
    const NextWord next = WordAfter(after_);
    const bool behind = Names(currency, next.word);
    const std::vector<std::string> words = WordsBefore(before_, 1);
    const std::size_t end = before_.size() - BlankBytesAtEnd(before_);
    const bool ahead = !words.empty() && Names(currency, words[0]) && words[0].size() == 3 &&
                       end >= 3 && Lower(std::string_view(before_).substr(end - 3, 3)) == words[0];
    if (!behind && !ahead) return;
    if (!slot_.number) {
      // "EUR {{…}}" of a text; behind it the word may be its noun: "the Norway pound".
      if (ahead) Fault("A currency is told of what is no number,");
      return;
    }
    if (IsMoneyOf(currency)) {
      if (behind) TakeAfter(next.end);
      if (ahead) before_.resize(end - 3);
      return;
    }
    const bool open = FormatName() == "auto" || FormatName() == "fixed" || format_.empty();
    if (!open || !reader_.MayBeMoney(slot_, currency.code))
      Fault("A currency that the data do not say stands");
    else if (ahead && end == before_.size())
      before_ += " ";
  }

  // ---- scales, units, nouns ----

  void Scales() {
    if (!slot_.number) return;
    const NextWord next = WordAfter(after_);
    for (const Words& scale : kScales) {
      if (!IsOneOf(next.word, scale)) continue;
      const std::vector<std::string> own = reader_.WordsOf(slot_);
      if (UnitOf(next.word) != nullptr && HasWord(own, UnitOf(next.word)->words)) return;
      if (!HasWord(own, scale)) Fault(fmt::format("\"{}\" makes another number", next.word));
      return;
    }
  }
  static bool HasWord(const std::vector<std::string>& words, const Words& wanted) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return IsOneOf(word, wanted); });
  }

  void Units() {
    if (!slot_.number) return;
    std::string_view rest = after_;
    const std::size_t blanks = BlankBytes(rest);
    const std::string_view printed = FormatName() == "unit" ? FormatArgument() : "";
    const bool closed = blanks + printed.size() >= rest.size() ||
                        !InWord(rest[std::min(blanks + printed.size(), rest.size() - 1)]);
    if (!printed.empty() && rest.substr(blanks).starts_with(printed) && closed)
      return TakeAfter(blanks + printed.size());
    NextWord next = WordAfter(after_);
    const Unit* said = UnitOf(next.word);
    if (said == nullptr) {
      if (!printed.empty() && !next.word.empty() && SameWord(next.word, printed))
        TakeAfter(next.end);
      return;
    }
    if (const Unit* own = UnitOf(Lower(printed)); own != nullptr && own == said)
      return TakeAfter(next.end);
    const bool other_kind = FormatName() == "money" || FormatName() == "percent";
    if (other_kind || !printed.empty()) return Fault("Another unit than the column's stands");
    // "duration_min" is in minutes; "orders per day" are not days, so only what is measured counts.
    const std::vector<std::string> words = reader_.WordsOf(slot_);
    const bool same = HasWord(words, said->words);
    const bool other = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      const Unit* unit = UnitOf(word);
      return unit != nullptr && unit != said && unit->dimension == said->dimension &&
             word.size() > 1;
    });
    if (!same && other) Fault("Another unit than the column's stands");
  }

  /// "12 rows" and then "rows".
  void Counted() {
    if (FormatName() != "count") return;
    const std::string_view forms = FormatArgument();
    const std::size_t comma = std::min(forms.find(','), forms.size());
    const NextWord next = WordAfter(after_);
    if (next.word.empty() || next.glued) return;
    const std::string_view many = comma < forms.size() ? forms.substr(comma + 1) : forms;
    if (next.word == Lower(forms.substr(0, comma)) || next.word == Lower(many)) TakeAfter(next.end);
  }

  // ---- signs ----

  void Signs() {
    if (!slot_.number) return;
    if (const auto words = WordsBefore(before_, 1); !words.empty() && words[0] == "minus")
      return Fault("A sign makes another number");
    for (const std::string_view dash : {"–", "—"})
      if (before_.ends_with(dash)) {
        before_ += " ";
        return;
      }
    std::size_t length = 0;
    if (before_.ends_with('-') || before_.ends_with('+')) length = 1;
    for (const std::string_view sign : {"−", "±"})
      if (before_.ends_with(sign)) length = sign.size();
    if (length == 0) return;
    const std::string_view text = std::string_view(before_).substr(0, before_.size() - length);
    const bool plus = before_.back() == '+';
    // "top-5", or between two slots.
    if (!plus && (text.empty() ? !first_ : InWord(text.back()))) return Hyphen();
    if (!plus && (text.empty() || text.back() == '\n')) {
      before_ += " ";  // The mark of a list.
      return;
    }
    if (negative())
      before_.resize(before_.size() - length);
    else if (!plus)
      Fault("A sign makes another number");
  }
  void Hyphen() {
    if (negative()) Fault("A sign makes another number");
  }

  /// "It fell by -5%": the number says so itself.
  void Directions() {
    if (!negative()) return;
    std::vector<std::string> words = WordsBefore(before_, 6);
    while (!words.empty() && IsOneOf(words[0], {"about", "almost", "nearly", "roughly", "around",
                                                "over", "only", "approximately", "some", "just"}))
      words.erase(words.begin());
    const auto stems = [](const std::string& word) {
      for (const std::string_view stem :
           {"fell",      "fall",     "drop",     "decreas", "declin", "lost",   "loss", "shrank",
            "shrunk",    "reduc",    "lower",    "down",    "less",   "fewer",  "rose", "rise",
            "grew",      "grow",     "increas",  "gain",    "up",     "higher", "more", "sank",
            "gestiegen", "gesunken", "gefallen", "minus",   "plus",   "below",  "above"})
        if (word == stem || (stem.size() > 3 && word.starts_with(stem))) return true;
      return false;
    };
    if (words.empty()) return;
    const bool by = IsOneOf(words[0], {"by", "um", "de", "of"});
    const bool direct = stems(words[0]) && !IsOneOf(words[0], {"more", "less", "higher", "lower"});
    if (direct || (by && std::any_of(words.begin() + 1, words.end(), stems)))
      Fault("The sign is in the number; no \"fell by\" or \"rose by\" may stand");
  }

  void Days() {
    if (!IsOneOf(FormatName(), {"month", "monthname", "quarter", "year"})) return;
    const std::size_t end = before_.size() - BlankBytesAtEnd(before_);
    std::size_t start = end;
    if (start > 0 && before_[start - 1] == '.') --start;
    const std::size_t last = start;
    while (start > 0 && IsDigit(before_[start - 1])) --start;
    if (start == last || last - start > 2 || end == before_.size()) return;
    const std::vector<std::string> words =
        WordsBefore(std::string_view(before_).substr(0, start), 1);
    if (words.empty() || !IsOneOf(words[0], {"top", "first", "last", "of", "past", "best"}))
      Fault("A day, which the column does not have, stands");
  }

  // ---- what touches the slot ----

  void Letters() {
    if (!before_.empty() && IsLetter(before_.back()) && slot_.number) {
      const std::vector<std::string> words = WordsBefore(before_, 1);
      const bool part =
          !words.empty() && IsOneOf(words[0], {"q", "h", "w", "fy", "kw", "cw", "p", "v", "t"});
      if (!part) before_ += " ";
    }
    if (after_.empty() || !slot_.number) return;
    const NextWord next = WordAfter(after_);
    if (!next.glued || !IsLetter(after_.front())) return;
    if (IsOneOf(next.word, {"st", "nd", "rd", "th"})) return Ordinal(next);
    if (IsOneOf(next.word, {"x", "s"}) || UnitOf(next.word) != nullptr) return;
    after_.insert(0, " ");
  }
  void Ordinal(const NextWord& next) {
    const double n = *slot_.number;
    if (std::floor(n) != n || n < 0) return Fault("Letters make another number");
    const int tens = static_cast<int>(std::fmod(n, 100)), one = tens % 10;
    const bool teen = tens > 10 && tens < 14;
    after_.replace(0, next.end,
                   !teen && one == 1   ? "st"
                   : !teen && one == 2 ? "nd"
                   : !teen && one == 3 ? "rd"
                                       : "th");
  }

  void Digits() {
    if (!slot_.number && !narrative::HasDigit(Filled())) return;
    const auto touches = [](std::string_view text) {
      if (text.size() > 1 && (text[0] == '.' || text[0] == ',' || text[0] == '\''))
        text.remove_prefix(1);
      return !text.empty() && IsDigit(text[0]);
    };
    std::string reversed(before_.rbegin(), before_.rend());
    const bool e = slot_.number && reversed.size() > 1 &&
                   (reversed[0] == 'e' || reversed[0] == 'E') && IsDigit(reversed[1]);
    if (e || touches(after_) || touches(reversed)) Fault("A digit touches the number");
  }
  std::string Filled() const {
    const auto filled = narrative::FillTemplate("{{" + WithFormat(slot_.path, format_) + "}}", {},
                                                reader_.results());
    return filled.has_value() ? filled->text : "";
  }

 public:
  /// Whether another slot follows the text behind, and whether the text before begins the draft.
  void set_place(bool next, bool first) {
    next_ = next;
    first_ = first;
  }

 private:
  const SlotReader& reader_;
  const SlotReading slot_;
  const bool bare_;
  bool next_ = false, first_ = true;
  std::string& before_;
  std::string& after_;
  std::vector<std::string>& faults_;
  std::string format_;
};

/// Whether the text up to a slot has left a bracket open.
class Brackets {
 public:
  void Follow(std::string_view text) {
    for (const char c : text) {
      if (c == '[') ++open_;
      if (c == ']' && open_ > 0) --open_;
    }
  }
  bool open() const { return open_ > 0; }

 private:
  int open_ = 0;
};

/// Between two slots there is always a text, be it empty.
std::vector<Piece> Alternating(const std::vector<Piece>& pieces) {
  std::vector<Piece> out;
  for (const Piece& piece : pieces) {
    if (piece.slot == (out.size() % 2 == 0)) out.push_back({!piece.slot, ""});
    out.push_back(piece);
  }
  if (out.empty() || out.back().slot) out.push_back({false, ""});
  return out;
}

/// "{{a}}{{b}}", "{{a}}.{{b}}": two cells that would read as one number.
void PartSlots(bool numbers, bool second_negative, std::string& between,
               std::vector<std::string>& faults) {
  if (between.empty() && !numbers) between = " ";
  if (!numbers) return;
  if (between == ",") between = ", ";
  if (between.empty() || between == "." || between == "'" || between == "’" || between == "e" ||
      (between == "-" && second_negative))
    faults.emplace_back("Two slots read as one number; write words between them.");
}

}  // namespace

std::vector<Piece> Pieces(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find("{{"), text.size());
    if (open > 0) pieces.push_back({false, std::string(text.substr(0, open))});
    text.remove_prefix(open);
    const std::size_t close = text.empty() ? std::string_view::npos : SlotEnd(text);
    if (close == std::string_view::npos) {
      if (!text.empty()) pieces.push_back({true, std::string(text.substr(2))});
      break;
    }
    pieces.push_back({true, std::string(text.substr(2, close - 2))});
    text.remove_prefix(close + 2);
  }
  return pieces;
}

std::string Joined(const std::vector<Piece>& pieces) {
  std::string text;
  for (const Piece& piece : pieces) text += piece.slot ? "{{" + piece.text + "}}" : piece.text;
  return text;
}

void SettleSlots(std::vector<Piece>& pieces, const SlotReader& reader,
                 std::vector<std::string>& faults) {
  pieces = Alternating(pieces);
  Brackets brackets;
  bool last_is_number = false;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].slot) {
      brackets.Follow(pieces[i].text);
      continue;
    }
    auto read = reader.Read(pieces[i].text);
    if (!read) {
      last_is_number = false;
      continue;
    }
    std::string& before = pieces[i - 1].text;
    if (i > 1)
      PartSlots(last_is_number && read->number.has_value(), read->number && *read->number < 0,
                before, faults);
    Neighbourhood around(reader, std::move(*read), brackets.open(), before, pieces[i + 1].text,
                         faults);
    around.set_place(i + 2 < pieces.size(), i == 1);
    pieces[i].text = around.Settle();
    last_is_number = around.number();
  }
}

}  // namespace tabletalk::analyst
