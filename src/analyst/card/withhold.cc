// An error of an engine is a sentence with holes, and cells fall into the holes: "Could not convert
// string 'Ann Miller' to INT32". Which hole holds what differs between two engines, their versions
// and the code that a model wrote, so nothing here looks for cells. What is looked for is what may
// stay: words that the model has seen anyway, because it wrote them or they are in the schema, and
// the words that error messages are made of. All else goes, and a cell with it, whatever its shape.
//
// The vocabulary has common words, and a cell may be made of them ("not found"). Engines put values
// in quotes; therefore a quoted span must be known as a whole: a name, a piece of the code, or only
// names of types and functions. Numbers are in no vocabulary, but for those that say nothing of the
// data: the line of an error, the digits of a DECIMAL, the base of int().
//
// What code printed has no vocabulary at all: only what stands in the code may come back from it.
//
// Not a goal: hiding from a model what it can compute by code that answers with its own words. What
// leaves is recorded, and one bit at a time is a poor way to read a table.
#include "analyst/card/withhold.h"

#include <algorithm>
#include <charconv>

#include "analyst/card/withhold_words.h"

namespace tabletalk::analyst {
namespace {

constexpr std::size_t kLongestSpan = 400;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsWordByte(char c) {
  return IsDigit(c) || IsLetter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool IsQuote(char c) { return c == '\'' || c == '"' || c == '`'; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// Where the word or number that begins at `at` ends: a date, an amount and "can't" are one.
std::size_t WordEnd(std::string_view text, std::size_t at) {
  constexpr std::string_view kInNumbers = ".,:-/+";
  for (; at < text.size(); ++at) {
    if (IsWordByte(text[at])) continue;
    const bool inside = at > 0 && at + 1 < text.size();
    const bool number = inside && IsDigit(text[at - 1]) && IsDigit(text[at + 1]) &&
                        kInNumbers.find(text[at]) != std::string_view::npos;
    const bool contraction =
        inside && text[at] == '\'' && IsLetter(text[at - 1]) && IsLetter(text[at + 1]);
    if (!number && !contraction) break;
  }
  return at;
}

/// Where the quote that `at` opens is closed, on its line; npos where it is an apostrophe.
std::size_t QuoteEnd(std::string_view text, std::size_t at) {
  if (at > 0 && IsWordByte(text[at - 1])) return std::string_view::npos;
  for (std::size_t i = at + 1; i < text.size() && i - at <= kLongestSpan; ++i) {
    if (text[i] == '\n') break;
    if (text[i] == text[at] && (i + 1 == text.size() || !IsWordByte(text[i + 1]))) return i;
  }
  return std::string_view::npos;
}

class Withholding {
 public:
  Withholding(std::string_view text, const KnownWords& known, Spoken spoken)
      : text_(text), known_(known), spoken_(spoken) {}

  std::string Run() {
    for (std::size_t at = 0; at < text_.size();) {
      if (IsQuote(text_[at])) {
        at = Quote(at);
      } else if (IsWordByte(text_[at])) {
        at = Word(at);
      } else {
        out_ += text_[at++];
      }
    }
    return WithoutRepeatedLines();
  }

 private:
  std::size_t Quote(std::size_t at) {
    const std::size_t end = QuoteEnd(text_, at);
    // A list of quoted names inside of quotes is how pandas says which columns are missing.
    const bool list = end != std::string_view::npos &&
                      text_.substr(at, end - at).find("['") != std::string_view::npos;
    if (end == std::string_view::npos || list) {
      out_ += text_[at];
      return at + 1;
    }
    if (SpanIsKnown(text_.substr(at + 1, end - at - 1)))
      out_ += text_.substr(at, end + 1 - at);
    else
      Mark();
    last_word_.clear();
    return end + 1;
  }

  bool SpanIsKnown(std::string_view span) const {
    if (known_.HasVerbatim(span)) return true;
    bool words = false;
    for (std::size_t at = 0; at < span.size();) {
      if (!IsWordByte(span[at])) {
        ++at;
        continue;
      }
      const std::size_t end = WordEnd(span, at);
      const std::string_view word = span.substr(at, end - at);
      const bool technical = spoken_ == Spoken::by_engine && TechnicalWords().contains(Lower(word));
      if (!technical && !known_.Has(word)) return false;
      words = true;
      at = end;
    }
    return words;
  }

  std::size_t Word(std::size_t at) {
    const std::size_t end = WordEnd(text_, at);
    const std::string_view word = text_.substr(at, end - at);
    if (known_.Has(word) || (spoken_ == Spoken::by_engine && EngineSays(word))) {
      out_ += word;
      last_word_ = Lower(word);
      return end;
    }
    while (!out_.empty() && (out_.back() == '-' || out_.back() == '+' || out_.back() == '$'))
      out_.pop_back();
    Mark();
    last_word_.clear();
    return end < text_.size() && text_[end] == '%' ? end + 1 : end;
  }

  bool EngineSays(std::string_view word) const {
    const std::string lower = Lower(word);
    if (TechnicalWords().contains(lower) || ProseWords().contains(lower)) return true;
    if (!IsDigit(word.front())) return false;
    if (last_word_ == "base") return word == "10";
    if (last_word_ == "line") return IsLine(word);
    return (last_word_ == "decimal" || last_word_ == "numeric") && out_.ends_with('(') &&
           word.size() <= 5 && word.find_first_not_of("0123456789,") == std::string_view::npos;
  }

  bool IsLine(std::string_view word) const {
    std::size_t line = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), line);
    return error == std::errc() && end == word.data() + word.size() && line <= known_.lines();
  }

  void Mark() {
    const std::size_t last = out_.rfind(kWithheld);
    if (last != std::string::npos &&
        out_.find_first_not_of(" \t,.;:-/'\"()[]{}|+*&#@!?", last + kWithheld.size()) ==
            std::string::npos) {
      out_.resize(last + kWithheld.size());
      return;
    }
    out_ += kWithheld;
  }

  std::string WithoutRepeatedLines() const {
    std::string text;
    bool only_mark = false;
    for (std::size_t at = 0; at < out_.size();) {
      const std::size_t end = std::min(out_.find('\n', at), out_.size());
      const std::string_view line = std::string_view(out_).substr(at, end - at);
      const std::size_t first = line.find_first_not_of(" \t");
      const std::size_t last = line.find_last_not_of(" \t.,;");
      const bool mark = first != std::string_view::npos && last != std::string_view::npos &&
                        last >= first && line.substr(first, last + 1 - first) == kWithheld;
      if (!(mark && only_mark)) {
        if (at > 0) text += '\n';
        text += mark ? kWithheld : line;
      }
      only_mark = mark;
      at = end + 1;
    }
    return out_.ends_with('\n') ? text + '\n' : text;
  }

  const std::string_view text_;
  const KnownWords& known_;
  const Spoken spoken_;
  std::string out_;
  std::string last_word_;
};

}  // namespace

KnownWords::KnownWords(const wire::DatasetSchema& dataset) {
  AddName(dataset.name);
  Add(dataset.description);
  for (const std::string& question : dataset.prompts) Add(question);
  for (const wire::TableSchema& table : dataset.tables) {
    AddName(table.name);
    Add(table.description);
    for (const std::string& synonym : table.synonyms) AddName(synonym);
    for (const wire::ColumnSchema& column : table.columns) {
      AddName(column.name);
      names_.insert(table.name + "." + column.name);
      Add(column.description);
      Add(column.database_type);
      if (column.unit) AddName(*column.unit);
      for (const std::string& synonym : column.synonyms) AddName(synonym);
    }
  }
  // A description may be longer than any code; its lines are not lines of code.
  lines_ = 0;
}

void KnownWords::AddName(const std::string& name) {
  names_.insert(name);
  Add(name);
}

void KnownWords::Add(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!IsWordByte(text[at])) {
      ++at;
      continue;
    }
    const std::size_t end = WordEnd(text, at);
    words_.emplace(text.substr(at, end - at));
    // "[1,2]", "a[1:3]" and f'total' are several words to whoever wrote them.
    for (std::size_t start = at; start < end;) {
      const std::size_t stop = std::min(text.find_first_of(",:-/+'", start), end);
      if (stop > start) words_.emplace(text.substr(start, stop - start));
      start = stop + 1;
    }
    at = end;
  }
  lines_ =
      std::max(lines_, static_cast<std::size_t>(1 + std::count(text.begin(), text.end(), '\n')));
  texts_ += text;
  texts_ += '\n';
}

bool KnownWords::Has(std::string_view word) const { return words_.contains(std::string(word)); }

bool KnownWords::HasVerbatim(std::string_view span) const {
  if (span.empty()) return false;
  if (names_.contains(std::string(span))) return true;
  for (std::size_t at = texts_.find(span); at != std::string::npos;
       at = texts_.find(span, at + 1)) {
    // Not as a part of a longer word: "tan" does not stand in "standard".
    const std::size_t end = at + span.size();
    const bool starts = at == 0 || !IsWordByte(texts_[at - 1]) || !IsWordByte(span.front());
    const bool ends = end == texts_.size() || !IsWordByte(texts_[end]) || !IsWordByte(span.back());
    if (starts && ends) return true;
  }
  return false;
}

std::string Withhold(std::string_view text, const KnownWords& known, Spoken spoken) {
  return Withholding(text, known, spoken).Run();
}

}  // namespace tabletalk::analyst
