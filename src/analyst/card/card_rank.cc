#include "analyst/card/card_rank.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>

namespace tabletalk::analyst {
namespace {

constexpr int kNameWeight = 8;
constexpr int kSynonymWeight = 6;
constexpr int kValueWeight = 6;
constexpr int kDescriptionWeight = 2;
constexpr int kTableWeight = 1;  // Tells apart columns of the same score.
constexpr std::size_t kMostCompared = 300;
/// Values compared with the question, over all columns: a bound on time.
constexpr std::size_t kMostValues = 200'000;

/// As much of a text as is shown of it.
std::string_view Beginning(std::string_view text) { return text.substr(0, kMostCompared); }

int Best(const std::vector<std::string>& texts, const QuestionWords& question) {
  int best = 0;
  for (const std::string& text : texts) best = std::max(best, question.Overlap(text));
  return best;
}

bool MentionsValue(const wire::ColumnSchema& column, const QuestionWords& question,
                   std::size_t& budget) {
  for (const wire::ValueCount& value : column.profile.top_values) {
    if (budget == 0) return false;
    --budget;
    if (const std::string* text = value.value.if_text(); text && question.Mentions(*text))
      return true;
  }
  return false;
}

}  // namespace

std::vector<RankedColumn> RankColumns(const wire::DatasetSchema& dataset,
                                      const QuestionWords& question, bool use_values) {
  std::unordered_set<std::string> joins;
  for (const wire::Relationship& relationship : dataset.relationships)
    joins.insert({relationship.from, relationship.to});
  std::size_t values = use_values ? kMostValues : 0;
  std::vector<RankedColumn> ranked;
  for (std::size_t t = 0; t < dataset.tables.size(); ++t) {
    const wire::TableSchema& table = dataset.tables[t];
    const int table_score =
        std::max(question.Overlap(table.name), Best(table.synonyms, question)) * kTableWeight;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const wire::ColumnSchema& column = table.columns[c];
      int score = std::max({question.Overlap(Beginning(column.name)) * kNameWeight,
                            Best(column.synonyms, question) * kSynonymWeight,
                            question.Overlap(Beginning(column.description)) * kDescriptionWeight});
      if (MentionsValue(column, question, values)) score = std::max(score, 0) + kValueWeight;
      const bool key = column.role == wire::ColumnRole::identifier ||
                       joins.contains(table.name + "." + column.name);
      const Tier tier = score > 0 ? Tier::linked : key ? Tier::key : Tier::rest;
      ranked.push_back({t, c, tier, score + table_score});
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const RankedColumn& a, const RankedColumn& b) {
    return a.tier != b.tier ? a.tier < b.tier : a.score > b.score;
  });
  return ranked;
}

}  // namespace tabletalk::analyst
