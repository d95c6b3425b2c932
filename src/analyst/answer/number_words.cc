// Digits are easy to refuse; "sales doubled to forty-two million" has none. A number word passes
// where a cell, a number of rows, the question or a name has it, and where it does not count
// anything: ordinals ("the second largest"), parts of a year ("the first half"), "one of the", "no
// one". The few words with two meanings are judged by their neighbours. In doubt a word is refused:
// the model is then asked to write a slot, which is what it should have done.
#include "analyst/answer/number_words.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace tabletalk::analyst {
namespace {

struct Token {
  std::string word;       ///< Lower case.
  std::string_view text;  ///< As written.
  bool follows = false;   ///< Only a blank or a hyphen parts it from the word before.
};

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::vector<Token> Tokens(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t last_end = std::string_view::npos;
  for (std::size_t at = 0; at < text.size();) {
    if (!IsWordByte(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && IsWordByte(text[end])) ++end;
    Token token;
    token.text = text.substr(at, end - at);
    token.word = token.text;
    for (char& c : token.word)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    token.follows =
        last_end != std::string_view::npos &&
        text.substr(last_end, at - last_end).find_first_not_of(" -\n") == std::string_view::npos;
    tokens.push_back(std::move(token));
    last_end = at = end;
  }
  return tokens;
}

std::optional<double> SmallNumber(std::string_view word) {
  constexpr std::string_view kBelowTwenty[] = {
      "zero",     "one",     "two",     "three",     "four",     "five",    "six",
      "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  constexpr std::string_view kTens[] = {"twenty", "thirty",  "forty",  "fifty",
                                        "sixty",  "seventy", "eighty", "ninety"};
  for (std::size_t i = 0; i < std::size(kBelowTwenty); ++i)
    if (word == kBelowTwenty[i]) return static_cast<double>(i);
  for (std::size_t i = 0; i < std::size(kTens); ++i)
    if (word == kTens[i]) return static_cast<double>(10 * (i + 2));
  return std::nullopt;
}

std::optional<double> Scale(std::string_view word) {
  if (word == "hundred") return 1e2;
  if (word == "thousand") return 1e3;
  if (word == "million") return 1e6;
  if (word == "billion") return 1e9;
  if (word == "trillion") return 1e12;
  if (word == "dozen") return 12;
  return std::nullopt;
}

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Amounts and ratios that have no value of their own, or name one without a number word.
bool IsRatio(std::string_view word) {
  return IsOneOf(word,
                 {"twice",     "thrice",     "double",     "doubles",   "doubled",  "doubling",
                  "triple",    "triples",    "tripled",    "tripling",  "treble",   "trebled",
                  "quadruple", "quadrupled", "quintupled", "halve",     "halves",   "halved",
                  "halving",   "dozens",     "hundreds",   "thousands", "millions", "billions",
                  "trillions", "tens",       "nil"}) ||
         (word.ends_with("fold") && SmallNumber(word.substr(0, word.size() - 4)).has_value()) ||
         word == "hundredfold" || word == "thousandfold" || word == "multifold";
}

bool IsFractionName(std::string_view word) {
  return IsOneOf(word, {"third", "quarter", "fourth", "fifth", "sixth", "seventh", "eighth",
                        "ninth", "tenth", "hundredth", "thousandth"});
}

/// Number words of other languages, without those that are common English words too.
bool IsForeignNumber(std::string_view word) {
  return IsOneOf(word,
                 {"zwei",         "drei",       "vier",      "fünf",     "sechs",     "sieben",
                  "neun",         "zehn",       "elf",       "zwölf",    "zwanzig",   "dreißig",
                  "vierzig",      "fünfzig",    "hundert",   "tausend",  "millionen", "milliarde",
                  "milliarden",   "dutzend",    "doppelt",   "doppelte", "doppelten", "verdoppelt",
                  "verdreifacht", "hälfte",     "halbiert",  "zweimal",  "dreimal",   "dreifache",
                  "deux",         "trois",      "quatre",    "cinq",     "huit",      "onze",
                  "douze",        "vingt",      "trente",    "quarante", "cinquante", "soixante",
                  "mille",        "milliard",   "milliards", "douzaine", "douzaines", "moitié",
                  "doublé",       "triplé",     "tres",      "cuatro",   "cinco",     "siete",
                  "ocho",         "nueve",      "diez",      "doce",     "veinte",    "treinta",
                  "cincuenta",    "ciento",     "cientos",   "millón",   "millones",  "docena",
                  "docenas",      "mitad",      "doble",     "duplicó",  "cinque",    "sette",
                  "nove",         "dieci",      "dodici",    "venti",    "trenta",    "cento",
                  "milione",      "milioni",    "miliardo",  "miliardi", "dozzina",   "metà",
                  "doppio",       "raddoppiato"});
}

/// The value of a Roman numeral as it is properly written, in capitals; 0 where `text` is none, or
/// reads as something else more often: "I", "CD", "XL".
int RomanNumber(std::string_view text) {
  constexpr std::pair<std::string_view, int> kParts[] = {
      {"M", 1000}, {"CM", 900}, {"D", 500}, {"CD", 400}, {"C", 100}, {"XC", 90}, {"L", 50},
      {"XL", 40},  {"X", 10},   {"IX", 9},  {"V", 5},    {"IV", 4},  {"I", 1}};
  if (text.size() < 2 || IsOneOf(text, {"CC", "CD", "CI", "CL", "CM", "CV",  "DC",  "DI", "DIV",
                                        "DM", "DL", "LI", "MC", "MD", "MI",  "MIX", "ML", "MM",
                                        "MV", "XL", "DX", "LX", "MX", "CIV", "MCI", "MDX"}))
    return 0;
  int value = 0;
  std::string_view rest = text;
  for (const auto& [sign, worth] : kParts)
    for (int times = 0; times < 3 && rest.starts_with(sign); ++times) {
      // Only "M", "C", "X" and "I" may stand more than once.
      if (times > 0 && (sign.size() > 1 || sign == "D" || sign == "L" || sign == "V")) return 0;
      rest.remove_prefix(sign.size());
      value += worth;
    }
  return rest.empty() ? value : 0;
}

/// Chinese and Japanese numerals, where there are two in a row or one of them is a large unit.
bool HasHanNumber(std::string_view word) {
  constexpr std::string_view kNumerals[] = {"一", "二", "三", "四", "五", "六", "七", "八",
                                            "九", "十", "百", "千", "万", "億", "亿", "兆"};
  std::size_t run = 0;
  for (std::size_t at = 0; at + 3 <= word.size();) {
    const bool numeral = std::find(std::begin(kNumerals), std::end(kNumerals),
                                   word.substr(at, 3)) != std::end(kNumerals);
    run = numeral ? run + 1 : 0;
    if (run == 2) return true;
    at += numeral ? 3 : 1;
  }
  return false;
}

class Reader {
 public:
  Reader(std::string_view text, const NumberBacking& backing)
      : tokens_(Tokens(text)), backing_(backing) {}

  std::vector<std::string> Run() {
    for (std::size_t i = 0; i < tokens_.size();) i = std::max(i + 1, Read(i));
    return std::move(unbacked_);
  }

 private:
  std::string_view Word(std::size_t i) const {
    return i < tokens_.size() ? std::string_view(tokens_[i].word) : std::string_view();
  }
  std::string_view Before(std::size_t i) const { return i > 0 ? Word(i - 1) : std::string_view(); }
  /// The word after, unless a sign parts them.
  std::string_view After(std::size_t i) const {
    return i + 1 < tokens_.size() && tokens_[i + 1].follows ? Word(i + 1) : std::string_view();
  }

  /// Looks at one word or a number of several, and gives the place behind it.
  std::size_t Read(std::size_t i) {
    const std::string_view word = Word(i);
    if (SmallNumber(word) || Scale(word)) return Number(i);
    if (const int roman = RomanNumber(tokens_[i].text); roman > 0) {
      if (!IsBacked(i, i + 1, roman)) Refuse(i, i + 1);
      return i + 1;
    }
    const bool refused = IsRatio(word) || (word == "half" && !IsPartOfATime(i)) ||
                         (IsFractionName(word) && IsFraction(i)) ||
                         (word.size() > 3 && word.ends_with('s') &&
                          IsFractionName(word.substr(0, word.size() - 1)) && word != "quarters") ||
                         IsForeignNumber(word) || HasHanNumber(word);
    if (refused && !backing_.words.contains(std::string(word))) Refuse(i, i + 1);
    return i + 1;
  }

  /// "the first half of the year", "half-year": a time, not an amount.
  bool IsPartOfATime(std::size_t i) const {
    return IsOneOf(Before(i), {"first", "second", "last", "latter", "other", "this", "that", "next",
                               "previous"}) ||
           IsOneOf(After(i), {"year", "yearly", "day", "time"});
  }

  /// "a third of", "one fifth", "by a quarter" are amounts; "the third", "a quarter in which" are
  /// not.
  bool IsFraction(std::size_t i) const {
    const std::string_view before = Before(i), after = After(i);
    if (!tokens_[i].follows && i > 0) return false;
    if (before == "one") return true;
    if (before != "a" && before != "an") return false;
    if (after == "of" || after == "more" || after == "less" || after == "higher" ||
        after == "lower")
      return true;
    return i >= 2 && IsOneOf(Word(i - 2), {"by", "about", "almost", "nearly", "over", "only"});
  }

  /// "forty-two million": from the first word to the last.
  std::size_t Number(std::size_t start) {
    double total = 0, part = 0;
    std::size_t i = start, end = start;
    while (i < tokens_.size() && (i == start || tokens_[i].follows)) {
      const std::string_view word = Word(i);
      if (const auto small = SmallNumber(word)) {
        part += *small;
      } else if (const auto scale = Scale(word)) {
        if (part == 0) part = 1;
        part *= *scale;
        if (*scale >= 1e3) {
          total += part;
          part = 0;
        }
      } else if (!(word == "and" && i > start && (SmallNumber(After(i)) || Scale(After(i))))) {
        break;
      }
      end = ++i;
    }
    if (end == start + 1 && Word(start) == "one" && !CountsWithOne(start)) return end;
    if (!IsBacked(start, end, total + part)) Refuse(start, end);
    return end;
  }

  /// "one order" counts; "one of the", "no one", "the one that" do not.
  bool CountsWithOne(std::size_t i) const {
    if (IsOneOf(Before(i), {"no", "any", "each", "every", "which", "this", "that", "the", "some",
                            "another", "an", "a", "either", "neither"}) &&
        Word(i - 1) != "the")
      return false;
    const std::string_view after = After(i);
    // "There is one." counts; "the only one" does not.
    if (after.empty() && IsOneOf(Before(i), {"is", "was", "are", "exactly", "only", "just"}))
      return !(Before(i) == "only" && i >= 2 && Word(i - 2) == "the");
    if (Before(i) == "the" && !after.empty())
      return !IsOneOf(after, {"that", "which", "who", "whose", "with", "where", "in", "for", "of",
                              "on", "at", "from", "and", "is", "was", "has", "had"});
    return !(after.empty() || IsOneOf(after, {"of", "another", "can", "could", "would", "may",
                                              "should", "with", "that", "which", "where", "who",
                                              "by", "third", "fourth", "fifth", "quarter"})) ||
           IsOneOf(after, {"third", "fourth", "fifth", "quarter"});
  }

  bool IsBacked(std::size_t start, std::size_t end, double value) const {
    const bool said =
        std::all_of(tokens_.begin() + static_cast<std::ptrdiff_t>(start),
                    tokens_.begin() + static_cast<std::ptrdiff_t>(end), [&](const Token& token) {
                      return token.word == "and" || backing_.words.contains(token.word);
                    });
    if (said) return true;
    // "two" of a question that says 2.
    if (value < 1e15 && backing_.words.contains(std::to_string(static_cast<long long>(value))))
      return true;
    return std::any_of(backing_.values.begin(), backing_.values.end(), [&](double known) {
      return std::abs(known - value) <= 1e-9 * std::max(1.0, std::abs(value));
    });
  }

  void Refuse(std::size_t start, std::size_t end) {
    const char* from = tokens_[start].text.data();
    const std::string_view last = tokens_[end - 1].text;
    std::string phrase(from, static_cast<std::size_t>(last.data() + last.size() - from));
    if (std::find(unbacked_.begin(), unbacked_.end(), phrase) == unbacked_.end())
      unbacked_.push_back(std::move(phrase));
  }

  const std::vector<Token> tokens_;
  const NumberBacking& backing_;
  std::vector<std::string> unbacked_;
};

}  // namespace

std::vector<std::string> UnbackedNumberWords(std::string_view text, const NumberBacking& backing) {
  return Reader(text, backing).Run();
}

}  // namespace tabletalk::analyst
