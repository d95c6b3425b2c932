#include "offline/words/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "base/utf8.h"
#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

char32_t LowerCodePoint(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177)) return c | 1;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c + (c & 1);
  if (c >= 0x391 && c <= 0x3A9) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  return c;
}

bool IsLetter(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (c < 0xC0) return c == 0xB5 || c == 0xAA || c == 0xBA;
  if (c == 0xD7 || c == 0xF7) return false;
  const bool sign = (c >= 0x2000 && c <= 0x2BFF && c != 0x2103) || (c >= 0x3000 && c <= 0x3004) ||
                    (c >= 0x3008 && c <= 0x3020) || (c >= 0xFF00 && c <= 0xFF0F) ||
                    (c >= 0xFF1A && c <= 0xFF20) || (c >= 0xFF3B && c <= 0xFF40) ||
                    (c >= 0xFF5B && c <= 0xFF65) || c == 0xFFFD;
  return !sign;
}
bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }

struct Character {
  char32_t code;
  std::size_t begin, end;
};

std::vector<Character> Characters(std::string_view text) {
  std::vector<Character> out;
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t begin = position;
    char32_t code = base::NextCodePoint(text, position);
    if (code == 0x2019 || code == 0x2018) code = '\'';
    if (code == 0x201C || code == 0x201D || code == 0xAB || code == 0xBB) code = '"';
    if (code == 0x2013 || code == 0x2014) code = '-';
    out.push_back({code, begin, position});
  }
  return out;
}

/// The numbers that the keys of a section of text.words stand for, by phrase.
std::map<std::string, double, std::less<>> Numbers(std::string_view section) {
  std::map<std::string, double, std::less<>> numbers;
  for (const WordEntry* entry : EntriesOf("text", section))
    for (const std::string& phrase : entry->phrases) numbers[phrase] = std::stod(entry->key);
  return numbers;
}

std::optional<double> NumberWord(std::string_view word) {
  static const auto kWords = Numbers("numbers");
  const auto found = kWords.find(word);
  return found == kWords.end() ? std::nullopt : std::optional(found->second);
}

/// Reads the tokens of one question, left to right.
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text), characters_(Characters(text)) {}

  std::vector<Token> Run() {
    while (at_ < characters_.size()) Step();
    return std::move(tokens_);
  }

 private:
  char32_t Code(std::size_t i) const { return i < characters_.size() ? characters_[i].code : 0; }
  std::string Text(std::size_t from, std::size_t to) const {
    return std::string(
        text_.substr(characters_[from].begin, characters_[to - 1].end - characters_[from].begin));
  }
  void Add(Token token) {
    token.glued = glue_ && !tokens_.empty();
    glue_ = false;
    token.parenthesised = depth_ > 0;
    if (token.lower.empty()) token.lower = Lower(token.text);
    if (token.stem.empty()) token.stem = Stem(token.lower);
    tokens_.push_back(std::move(token));
  }
  void AddSymbol(std::string_view text) {
    Token token;
    token.kind = TokenKind::symbol;
    token.text = text;
    Add(std::move(token));
  }

  void Step() {
    const char32_t c = Code(at_);
    if (c == '"' || (c == '\'' && StartsQuote())) {
      if (Quoted(c)) return;
    }
    if (Date()) return;
    const bool sign = c == '-' && IsDigit(Code(at_ + 1)) && (at_ == 0 || Code(at_ - 1) == ' ');
    if (IsDigit(c) || sign) return Number();
    if (IsLetter(c)) return Word();
    Sign(c);
  }

  bool StartsQuote() const { return at_ == 0 || Code(at_ - 1) == ' ' || Code(at_ - 1) == '('; }

  bool Quoted(char32_t quote) {
    std::size_t end = at_ + 1;
    while (end < characters_.size() && Code(end) != quote) ++end;
    if (end >= characters_.size() || end == at_ + 1) return false;
    Token token;
    token.kind = TokenKind::quoted;
    token.text = Text(at_ + 1, end);
    at_ = end + 1;
    Add(std::move(token));
    return true;
  }

  std::size_t Digits(std::size_t from, int& value) const {
    std::size_t i = from;
    value = 0;
    while (IsDigit(Code(i)) && i - from < 5) value = value * 10 + static_cast<int>(Code(i++) - '0');
    return i - from;
  }

  /// 2024-03-14, 2024/3/14, 14.3.2024, 3/14/2024.
  bool Date() {
    if (!IsDigit(Code(at_))) return false;
    int first = 0, second = 0, third = 0;
    const std::size_t n1 = Digits(at_, first);
    const char32_t mark = Code(at_ + n1);
    if (mark != '-' && mark != '/' && mark != '.') return false;
    const std::size_t n2 = Digits(at_ + n1 + 1, second);
    const std::size_t second_end = at_ + n1 + 1 + n2;
    if (n2 == 0 || n2 > 2 || Code(second_end) != mark) return false;
    const std::size_t n3 = Digits(second_end + 1, third);
    if (n3 == 0) return false;
    int year = 0, month = 0, day = 0;
    bool ambiguous = false;
    if (n1 == 4 && n3 <= 2) {
      year = first, month = second, day = third;
    } else if (n3 == 4 && n1 <= 2) {
      year = third;
      const bool day_first = mark == '.' || first > 12;
      month = day_first ? second : first;
      day = day_first ? first : second;
      ambiguous = mark != '.' && first <= 12 && second <= 12 && first != second;
    } else {
      return false;
    }
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return false;
    Token token;
    token.kind = TokenKind::date;
    const std::size_t end = second_end + 1 + n3;
    token.text = Text(at_, end);
    token.date = std::chrono::sys_days(date);
    token.date_ambiguous = ambiguous;
    at_ = end;
    Add(std::move(token));
    return true;
  }

  void Number() {
    const std::size_t start = at_;
    std::string digits;
    if (Code(at_) == '-') digits += '-', ++at_;
    bool plain = true;
    while (true) {
      const char32_t c = Code(at_);
      const bool group = c == ',' && IsDigit(Code(at_ + 1)) && IsDigit(Code(at_ + 2)) &&
                         IsDigit(Code(at_ + 3)) && !IsDigit(Code(at_ + 4));
      const bool point =
          c == '.' && IsDigit(Code(at_ + 1)) && digits.find('.') == std::string::npos;
      if (IsDigit(c) || point) {
        digits += static_cast<char>(c);
        plain = plain && !point;
      } else if (!group) {
        break;
      } else {
        plain = false;
      }
      ++at_;
    }
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (IsLetter(Code(at_))) return NumberWithLetters(start, value);
    AddNumber(start, value, plain);
  }

  void AddNumber(std::size_t start, double value, bool plain) {
    Token token;
    token.kind = TokenKind::number;
    token.text = Text(start, at_);
    token.number = value;
    token.whole_number_text = plain;
    Add(std::move(token));
    if (Code(at_) == '_' || (Code(at_) == '-' && Code(at_ + 1) != ' ')) glue_ = true;
  }

  /// "10k", "95th", "1990s", "5km": a number with a meaning, a number with a unit, or a word.
  void NumberWithLetters(std::size_t start, double value) {
    std::size_t end = at_;
    while (IsLetter(Code(end)) || IsDigit(Code(end))) ++end;
    const std::string letters = Lower(Text(at_, end));
    static const auto kScales = Numbers("scales");
    static const WordSet kOrdinals = WordsOf("text", "ordinals");
    const bool ordinal = kOrdinals.contains(letters);
    if (const auto scale = kScales.find(letters); scale != kScales.end()) {
      at_ = end;
      AddNumber(start, value * scale->second, false);
    } else if (ordinal) {
      at_ = end;
      AddNumber(start, value, false);
      tokens_.back().lower = Lower(tokens_.back().text);
    } else if (letters.size() > 1 && letters != "s" && !IsDigit(Code(end - 1))) {
      AddNumber(start, value, false);  // The unit becomes a word of its own.
    } else {
      at_ = end;
      Token token;
      token.text = Text(start, end);
      Add(std::move(token));
    }
  }

  void Word() {
    const std::size_t start = at_;
    while (IsLetter(Code(at_)) || IsDigit(Code(at_)) ||
           (Code(at_) == '\'' && IsLetter(Code(at_ + 1)))) {
      ++at_;
    }
    Token token;
    token.text = Text(start, at_);
    token.lower = Lower(token.text);
    for (std::string_view mark : {"'", "\u2019"}) {  // Possessives; n't stays.
      const std::string ending = std::string(mark) + "s";
      if (token.lower.ends_with(ending)) token.lower.resize(token.lower.size() - ending.size());
      if (const auto at = token.lower.find(mark); mark != "'" && at != std::string::npos)
        token.lower.replace(at, mark.size(), "'");
    }
    token.number = NumberWord(token.lower);
    Add(std::move(token));
    const char32_t next = Code(at_ + 1);
    if ((Code(at_) == '_' || Code(at_) == '-' || Code(at_) == '.') &&
        (IsLetter(next) || IsDigit(next))) {
      glue_ = true;
      ++at_;
    }
  }

  void Sign(char32_t c) {
    if (c == '(') ++depth_;
    if (c == ')' && depth_ > 0) --depth_;
    static const std::array<std::string_view, 5> kPairs = {">=", "<=", "!=", "<>", "=="};
    for (std::string_view pair : kPairs) {
      if (c == static_cast<char32_t>(pair[0]) && Code(at_ + 1) == static_cast<char32_t>(pair[1])) {
        at_ += 2;
        return AddSymbol(pair);
      }
    }
    const bool count = c == '#' && Code(at_ + 1) == ' ' && Code(at_ + 2) == 'o' &&
                       Code(at_ + 3) == 'f' && Code(at_ + 4) == ' ';
    if (count || c == '<' || c == '>' || c == '=' || c == ',' || c == '%' || c == '/' || c == '&' ||
        c == ':' || c == '+' || c == '*') {
      AddSymbol(std::string(1, static_cast<char>(c)));
    } else if (c == 0xB0 || c == 0x20AC || c == 0xA3 || c == 0xA5 || c == '$') {
      AddSymbol(Text(at_, at_ + 1));
    }
    if (c == '_') glue_ = true;
    ++at_;
  }

  std::string_view text_;
  std::vector<Character> characters_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool glue_ = false;
  int depth_ = 0;
};

using WordMap = std::map<std::string, std::string, std::less<>>;

WordMap Forms(std::string_view section) {
  WordMap forms;
  for (const WordEntry* entry : EntriesOf("text", section))
    for (const std::string& form : entry->phrases) forms.emplace(form, entry->key);
  return forms;
}
const WordMap& IrregularPlurals() {
  static const WordMap kPlurals = Forms("irregular plurals");
  return kPlurals;
}
const WordMap& IrregularVerbs() {
  static const WordMap kVerbs = Forms("irregular verbs");
  return kVerbs;
}

bool IsVowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }
bool HasVowel(std::string_view word) { return std::any_of(word.begin(), word.end(), IsVowel); }

}  // namespace

std::vector<Token> Tokenize(std::string_view question) { return Tokenizer(question).Run(); }

std::string Lower(std::string_view text) {
  std::string out;
  std::size_t position = 0;
  while (position < text.size())
    base::AppendUtf8(out, LowerCodePoint(base::NextCodePoint(text, position)));
  return out;
}

std::string Singular(std::string_view noun) {
  for (const WordMap* irregular : {&IrregularPlurals(), &IrregularVerbs()})
    if (const auto found = irregular->find(noun); found != irregular->end()) return found->second;
  std::string word(noun);
  if (word.size() < 4 || !word.ends_with('s')) return word;
  if (word.ends_with("ies") && word.size() > 4) return word.substr(0, word.size() - 3) + "y";
  for (std::string_view ending : {"sses", "xes", "ches", "shes", "zzes"})
    if (word.ends_with(ending)) return word.substr(0, word.size() - 2);
  if (word.ends_with("ss") || word.ends_with("us") || word.ends_with("is")) return word;
  return word.substr(0, word.size() - 1);
}

std::string Stem(std::string_view lower) {
  std::string word = Singular(lower);
  const bool ascii =
      std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!ascii) return word;
  for (std::string_view ending : {"ing", "ed"}) {
    if (!word.ends_with(ending) || word.size() < ending.size() + 3) continue;
    std::string rest = word.substr(0, word.size() - ending.size());
    if (!HasVowel(rest)) continue;
    const std::size_t n = rest.size();
    if (n > 2 && rest[n - 1] == rest[n - 2] && rest[n - 1] != 'l' && rest[n - 1] != 's')
      rest.pop_back();
    word = std::move(rest);
    break;
  }
  if (word.size() > 3 && word.ends_with('e')) word.pop_back();
  if (word.size() > 3 && word.ends_with('y')) word.back() = 'i';
  return word;
}

std::vector<std::string> NameWords(std::string_view name) {
  std::vector<std::string> words;
  std::string current;
  char32_t previous = 0;
  const auto flush = [&] {
    if (!current.empty()) words.push_back(Lower(current));
    current.clear();
  };
  for (const Character& c : Characters(name)) {
    const bool part = IsLetter(c.code) || IsDigit(c.code);
    if (!part) {
      flush();
    } else {
      const bool hump = current.size() > 1 && previous >= 'a' && previous <= 'z' && c.code >= 'A' &&
                        c.code <= 'Z';
      if (hump) flush();
      current += name.substr(c.begin, c.end - c.begin);
    }
    previous = c.code;
  }
  flush();
  return words;
}

bool AreKin(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (a.size() < 3) return false;
  std::size_t common = 0;
  while (common < a.size() && a[common] == b[common]) ++common;
  if (common + 1 < a.size() || common < 3) return false;
  const std::string_view rest_a = a.substr(common), rest_b = b.substr(common);
  if (!rest_a.empty() && rest_a != "e" && rest_a != "y" && rest_a != "i") return false;
  static const WordSet kEndings = WordsOf("text", "kin endings");
  return kEndings.contains(rest_b);
}

std::string Plural(std::string_view noun) {
  for (const auto& [plural, singular] : IrregularPlurals())
    if (singular == noun) return plural;
  std::string word(noun);
  if (word.empty() || word.ends_with('s')) return word;
  const bool sibilant = word.ends_with("x") || word.ends_with("ch") || word.ends_with("sh");
  if (sibilant) return word + "es";
  if (word.size() > 1 && word.ends_with('y') && !IsVowel(word[word.size() - 2]))
    return word.substr(0, word.size() - 1) + "ies";
  return word + "s";
}

std::string Join(const std::vector<std::string>& words, std::string_view separator) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += separator;
    out += word;
  }
  return out;
}

}  // namespace tabletalk::offline
