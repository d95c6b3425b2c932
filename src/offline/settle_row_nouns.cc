#include <algorithm>

#include "offline/read_groups.h"
#include "offline/settle.h"
#include "offline/words/costs.h"
#include "offline/words/row_nouns.h"

namespace tabletalk::offline {
namespace {

/// "the price of the items", "of all campaigns": the thing that each row is, as a plural.
bool NamesAllRows(const Scene& scene, std::size_t i) {
  const Link& link = scene.items[i].link;
  const std::string& word = scene.tokens[link.end - 1].lower;
  if (Singular(word) == word || link.begin == 0) return false;
  const std::string& before = scene.tokens[link.begin - 1].lower;
  return before == "of" || before == "the" || before == "all" || before == "for";
}

/// "how many items were sold": where a generic noun is counted, such a verb may restrict the rows.
bool HasDoingVerb(const Scene& scene) {
  static constexpr std::string_view kVerbs[] = {
      "sell", "sells", "sold", "make", "made",      "produced",  "use",
      "used", "win",   "won",  "wins", "generated", "changed",   "take",
      "took", "taken", "send", "sent", "earned",    "collected", "given",
      "get",  "got",   "paid", "pay",  "spent",     "charged"};
  for (std::size_t t = 0; t < scene.tokens.size(); ++t) {
    const bool part = t + 1 < scene.tokens.size() && scene.tokens[t + 1].lower == "part";
    if (!part &&
        std::find(std::begin(kVerbs), std::end(kVerbs), scene.tokens[t].lower) != std::end(kVerbs))
      return true;
  }
  return false;
}

/// "how many guests did members bring": two kinds of people, and which one the rows are is open.
bool HasOtherPlural(const Scene& scene, std::size_t noun) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    const bool key = scene.Is(i, LinkKind::column) && scene.Facts(i).identifier;
    if (i == noun || !(key || scene.Is(i, LinkKind::table) || scene.IsCue(i, Cue::row_noun)))
      continue;
    const std::string& word = scene.tokens[scene.items[i].link.end - 1].lower;
    if (Singular(word) != word) return true;
  }
  return false;
}

/// "hours of overdue tickets", where every row has a ticket of its own.
bool NamesRowsInPlural(const Scene& scene, std::size_t i) {
  if (!scene.Is(i, LinkKind::column) || scene.intent.measures.empty()) return false;
  const ColumnFacts& column = scene.Facts(i);
  if (column.numeric || column.time || column.id.table != scene.intent.home) return false;
  const std::string& word = scene.tokens[scene.items[i].link.end - 1].lower;
  if (Singular(word) == word) return false;
  return column.unique || NamesPeople(scene.index, column.id);
}

}  // namespace

void UseRowNouns(Scene& scene) {
  const Intent& intent = scene.intent;
  bool levels = !intent.measures.empty() && !scene.ranking && intent.groups.empty();
  for (const Measure& measure : intent.measures)
    levels = levels && measure.aggregate && !measure.rows &&
             scene.index.at(measure.column).additivity == Additivity::does_not;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    const bool counted = scene.row_noun_at == i;
    if (!scene.Free(i) && !counted) continue;
    if (scene.IsCue(i, Cue::row_noun)) {
      if (!intent.measures.empty() && !intent.measures.front().rows && counted) {
        scene.Use(i);  // "number of people killed"
        continue;
      }
      const RowNoun noun = NounOf(scene.CueAt(i));
      const bool narrowed = counted ? HasDoingVerb(scene) || HasOtherPlural(scene, i)
                                    : scene.implied_money && noun != RowNoun::person;
      if (narrowed || !CanMeanRows(scene.index, intent.home, noun)) {
        scene.Fail("\"" + scene.tokens[scene.items[i].link.begin].text + "\"");
        continue;
      }
      scene.Use(i);
    } else if (NamesRowsInPlural(scene, i)) {
      scene.Use(i);
      scene.Doubt(TheCosts().rows_in_plural);
    } else if (levels && scene.Is(i, LinkKind::column) && !scene.Facts(i).numeric &&
               !scene.Facts(i).time && NamesAllRows(scene, i)) {
      scene.Use(i);
      scene.Doubt(TheCosts().all_rows_by_a_column);
    }
  }
}

}  // namespace tabletalk::offline
