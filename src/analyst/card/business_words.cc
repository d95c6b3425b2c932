#include "analyst/card/business_words.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "analyst/words.h"
#include "narrative/format.h"

namespace tabletalk::analyst {
namespace {

constexpr std::pair<std::string_view, std::string_view> kShortForms[] = {
    {"amt", "amount"},
    {"avg", "average"},
    {"cat", "category"},
    {"cnt", "count"},
    {"cust", "customer"},
    {"desc", "description"},
    {"dept", "department"},
    {"dt", "date"},
    {"max", "highest"},
    {"med", "median"},
    {"min", "lowest"},
    {"num", "number"},
    {"pct", "percentage"},
    {"perc", "percentage"},
    {"prev", "previous"},
    {"qty", "quantity"},
    {"std", "standard deviation of"},
    {"stddev", "standard deviation of"},
    {"sum", "total"},
    {"ttl", "total"},
    {"yr", "year"}};

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool IsPlainWord(std::string_view word) {
  if (word.size() < 3) return word == "id" || word == "of" || word == "at" || word == "in";
  return word.find_first_of("aeiouy") != std::string_view::npos &&
         word.find_first_of("0123456789") == std::string_view::npos;
}

bool ReadsLikeWords(std::string_view name) {
  const std::vector<std::string> words = NameWords(name);
  if (words.empty()) return false;
  return std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return static_cast<unsigned char>(word.front()) >= 0x80 || IsPlainWord(word) ||
           std::any_of(std::begin(kShortForms), std::end(kShortForms),
                       [&](const auto& form) { return form.first == word; });
  });
}

/// The first clause of a description where it can be a noun: "Segment of the customer."
std::string FirstClause(std::string_view description) {
  constexpr std::size_t kLongest = 45;
  const std::size_t end = std::min(description.find_first_of(".;:,("), description.size());
  std::string clause(description.substr(0, end));
  while (clause.ends_with(' ')) clause.pop_back();
  const bool more_follows = end < description.size() && description[end] == ',';
  if (clause.empty() || clause.size() > kLongest || more_follows ||
      clause.find_first_of("{}|\"\n") != std::string::npos)
    return "";
  const bool capital = clause.size() > 1 && clause[0] >= 'A' && clause[0] <= 'Z' &&
                       clause[1] >= 'a' && clause[1] <= 'z';
  if (capital) clause[0] = static_cast<char>(clause[0] - 'A' + 'a');
  return clause;
}

}  // namespace

std::string SpokenName(std::string_view name) {
  std::vector<std::string> words = NameWords(name);
  for (std::string& word : words)
    for (const auto& [form, whole] : kShortForms)
      if (word == form) word = whole;
  if (words.size() > 1 &&
      (words.front() == "n" || words.front() == "number" || words.front() == "count") &&
      words[1] != "of")
    words.front() = "number of";
  if (words.size() > 1 && words.back() == "count") {
    words.pop_back();
    words.insert(words.begin(), "number of");
  }
  return words.empty() ? "value" : Joined(words);
}

std::string NounOf(const wire::ColumnSchema& column) {
  if (!ReadsLikeWords(column.name)) {
    for (const std::string& synonym : column.synonyms)
      if (!synonym.empty() && synonym.size() < 60) return synonym;
    if (std::string clause = FirstClause(column.description); !clause.empty()) return clause;
  }
  std::vector<std::string> words = NameWords(column.name);
  if (words.size() > 1 && words.back() == "id") words.pop_back();
  return words.empty() ? SpokenName(column.name) : SpokenName(Joined(words));
}

std::string RowsOf(const wire::TableSchema& table) {
  const std::vector<std::string> words = NameWords(table.name);
  const bool plural =
      !words.empty() && words.back().ends_with('s') && !words.back().ends_with("ss");
  return plural && ReadsLikeWords(table.name) ? Joined(words) : "rows";
}

std::string FormatOfUnit(std::string_view unit) {
  if (unit.empty()) return "auto";
  if (unit == "fraction") return "percent";
  for (const std::string_view money : {"EUR", "USD", "GBP", "€", "$", "£", "¥"})
    if (unit == money) return "money:" + std::string(unit);
  const bool safe = unit.find_first_of("|{}\n") == std::string_view::npos && unit.size() <= 30;
  return safe ? "unit:" + std::string(unit) : "auto";
}

}  // namespace tabletalk::analyst
