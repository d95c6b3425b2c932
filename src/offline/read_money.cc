// "Pay", "spend" and "take" speak of money without naming a column. Where a measure of money is
// named they only carry it ("total amount paid"); where none is, the table's one sum of money is
// meant, if there is one and it goes the way the verb does: nobody spends a fee that members pay.
#include <algorithm>

#include "offline/read_roles.h"
#include "offline/words/costs.h"
#include "offline/words/row_nouns.h"

namespace tabletalk::offline {

void ReadMoney(Scene& scene) {
  const auto& tables = scene.index.tables();
  const auto free_cue = [&](Cue cue) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < scene.size(); ++i)
      if (scene.IsCue(i, cue) && scene.Free(i)) return i;
    return std::nullopt;
  };
  const auto verb = free_cue(Cue::money_verb);
  if (!scene.intent.measures.empty() || scene.counting) {
    const bool money = !scene.intent.measures.empty() && !scene.intent.measures.front().rows &&
                       IsMoney(scene.index.at(scene.intent.measures.front().column));
    if (verb && money) scene.Use(*verb);
    return;
  }
  const bool named = std::any_of(scene.items.begin(), scene.items.end(), [&](const Item& item) {
    return item.link.kind == LinkKind::column && !item.used &&
           scene.index.at(item.link.column).numeric;
  });
  const auto total = free_cue(Cue::aggregate), much = free_cue(Cue::how_much);
  const bool asks = (total && scene.CueAt(*total).aggregate == wire::Aggregate::sum) ||
                    (verb && (much || scene.ranking));
  if (named || !asks || tables.size() != 1 || free_cue(Cue::count)) return;
  const auto column = MoneyColumn(scene.index, 0);
  if (!column) return;
  const bool spends = verb && scene.CueAt(*verb).words.starts_with("sp");
  if (spends && IsIncome(scene.index.at(*column))) return;
  scene.implied_money = true;
  if (verb) scene.Use(*verb);
  if (total) scene.Use(*total);
  scene.Doubt(TheCosts().money_unnamed);
  scene.Assume("Added up " + scene.index.DisplayName(*column) + ".");
  Measure measure;
  measure.column = *column;
  measure.aggregate = wire::Aggregate::sum;
  scene.intent.measures.push_back(measure);
}

}  // namespace tabletalk::offline
