#include "offline/suggest.h"

#include <algorithm>
#include <set>

#include "offline/planner.h"
#include "offline/words/text.h"

namespace tabletalk::offline {
namespace {

constexpr std::size_t kMostDrafts = 5;  ///< Questions over one kind of column, for each table.

std::string Named(const ColumnFacts& column) {
  const NamePhrase& phrase = column.phrases.front();
  std::vector<std::string> words;
  for (std::size_t i = 0; i < phrase.words.size(); ++i)
    if (!phrase.light[i]) words.push_back(phrase.words[i]);
  return Join(words);
}

bool CanGroupBy(const ColumnFacts& column) {
  const auto& profile = column.schema->profile;
  return column.schema->type == wire::ColumnType::text && !column.unique && !column.identifier &&
         column.yes.empty() && profile.distinct > 1 && profile.distinct <= 100;
}

/// A number that is worth an average: no answers in 0 and 1, no number of a room.
bool IsMeasure(const ColumnFacts& column) {
  static constexpr std::string_view kCodes[] = {"no", "nr", "number", "num", "code", "index"};
  const auto& words = column.phrases.front().words;
  const bool code = words.size() > 1 && std::find(std::begin(kCodes), std::end(kCodes),
                                                  words.back()) != std::end(kCodes);
  return column.numeric && column.yes.empty() && !code;
}

/// The first column that `fits`, or null.
template <class Fits>
const ColumnFacts* First(const TableFacts& table, Fits fits) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(), fits);
  return found == table.columns.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> DraftQuestions(const SchemaIndex& index) {
  std::vector<std::string> questions;
  for (std::size_t t = 0; t < index.tables().size(); ++t) {
    const TableFacts& table = index.tables()[t];
    const ColumnFacts* measure = First(table, IsMeasure);
    const ColumnFacts* second =
        First(table, [&](const ColumnFacts& c) { return IsMeasure(c) && &c != measure; });
    const ColumnFacts* group = First(table, CanGroupBy);
    bool several = false;
    const auto time = index.MainTime(static_cast<int>(t), &several);
    const bool many = index.tables().size() > 1;
    const std::string rows = many ? Join(NameWords(table.schema->name)) : "rows";
    questions.push_back("How many " + rows + " are there?");
    const auto putting_together = [](const ColumnFacts& column) {
      return column.additivity == Additivity::adds_up ? "total " : "average ";
    };
    std::size_t drafted = 0;
    for (const ColumnFacts& column : table.columns) {
      if (group == nullptr || !IsMeasure(column) || ++drafted > kMostDrafts) continue;
      questions.push_back("What is the " + std::string(putting_together(column)) + Named(column) +
                          " by " + Named(*group) + "?");
    }
    drafted = 0;
    for (const ColumnFacts& column : table.columns) {
      if (&column == group || !CanGroupBy(column) || ++drafted > kMostDrafts) continue;
      questions.push_back("How many " + rows + " are there for each " + Named(column) + "?");
    }
    if (group != nullptr)
      questions.push_back("How many " + rows + " are there for each " + Named(*group) + "?");
    if (measure != nullptr && time)
      questions.push_back("What is the " + std::string(putting_together(*measure)) +
                          Named(*measure) + (index.at(*time).year ? " per year?" : " per month?"));
    if (measure != nullptr) questions.push_back("What is the highest " + Named(*measure) + "?");
    if (second != nullptr)
      questions.push_back("What is the correlation between " + Named(*measure) + " and " +
                          Named(*second) + "?");
    if (measure != nullptr) questions.push_back("What is the median " + Named(*measure) + "?");
  }
  questions.push_back("What columns are there?");
  return questions;
}

std::vector<std::string> NearestQuestions(std::vector<std::string> questions,
                                          std::string_view question, std::size_t most) {
  std::set<std::string> asked;
  for (const Token& token : Tokenize(question)) asked.insert(token.stem);
  const auto shared = [&](const std::string& candidate) {
    int count = 0;
    for (const Token& token : Tokenize(candidate))
      if (token.stem.size() > 3 && asked.contains(token.stem)) ++count;
    return count;
  };
  std::stable_sort(
      questions.begin(), questions.end(),
      [&](const std::string& a, const std::string& b) { return shared(a) > shared(b); });
  if (questions.size() > most) questions.resize(most);
  return questions;
}

std::vector<std::string> SuggestQuestions(const wire::DatasetSchema& dataset,
                                          std::string_view question, std::size_t most) {
  return Planner(dataset).Suggest(question, most);
}

}  // namespace tabletalk::offline
