#include "offline/scene.h"

#include <algorithm>

#include "offline/words/costs.h"

namespace tabletalk::offline {

std::size_t Forks::Take(std::size_t ways) {
  if (at_ == taken_.size()) taken_.push_back(0), ways_.push_back(ways);
  return taken_[at_++];
}

bool Forks::Next() {
  taken_.resize(at_), ways_.resize(at_);  // What an earlier combination met further on is gone.
  at_ = 0;
  while (!taken_.empty()) {
    if (++taken_.back() < ways_.back()) return true;
    taken_.pop_back(), ways_.pop_back();
  }
  return false;
}

Scene::Scene(const SchemaIndex& the_index, const std::vector<Token>& the_tokens, const Cover& cover,
             Forks* the_forks)
    : index(the_index), tokens(the_tokens), forks(the_forks) {
  for (const Link& link : cover.links) {
    if (link.kind == LinkKind::kin) continue;
    if (link.kind == LinkKind::unknown && link.cost < 1) continue;  // A stray sign.
    if (link.kind == LinkKind::unknown) {
      intent.leftover.push_back(tokens[link.begin].text);
      continue;
    }
    if (link.kind == LinkKind::cue) {
      if (link.cue->cue == Cue::light) {
        compares = compares || (link.cue->words.starts_with("compar") && Compares(link.end));
        asks_change = asks_change || link.cue->words.starts_with("change");
      }
      if (link.cue->cue == Cue::grammar || link.cue->cue == Cue::light) continue;
      if (link.cue->cue == Cue::beyond)
        Fail("\"" + link.cue->words + "\" asks for more than a table can tell");
    }
    items.push_back({link, false});
  }
}

bool Scene::Grouped(ColumnId column) const {
  return std::any_of(intent.groups.begin(), intent.groups.end(),
                     [&](const Group& group) { return group.column == column; });
}

void Scene::Fail(std::string reason) {
  intent.missing.push_back(std::move(reason));
  intent.cost += 2;
}

bool Scene::Compares(std::size_t end) const {
  if (tokens[end - 1].lower != "compared") return true;
  return end < tokens.size() && (tokens[end].lower == "to" || tokens[end].lower == "with");
}

std::optional<std::size_t> Scene::Choose(const std::string& reason, std::size_t ways) {
  if (ways == 0 || forks == nullptr) {
    Fail(reason);
    return std::nullopt;
  }
  const std::size_t way = forks->Take(ways);
  Doubt(TheCosts().chosen + TheCosts().chosen_later * static_cast<double>(way));
  return way;
}

std::optional<ColumnId> Scene::ColumnByHint(std::string_view hint) const {
  std::optional<ColumnId> found;
  bool several = false, dates = false;
  while (!hint.empty()) {
    const std::string_view word = hint.substr(0, hint.find(' '));
    hint.remove_prefix(std::min(hint.size(), word.size() + 1));
    const std::string stem = Stem(word.starts_with('+') ? word.substr(1) : word);
    dates = dates || word == "date";
    for (const TableFacts& table : index.tables()) {
      for (const ColumnFacts& column : table.columns) {
        if (!column.numeric && !column.year) continue;
        for (const NamePhrase& phrase : column.phrases) {
          if (std::find(phrase.stems.begin(), phrase.stems.end(), stem) == phrase.stems.end())
            continue;
          several = several || (found && *found != column.id);
          found = column.id;
        }
      }
    }
  }
  if (several) return std::nullopt;
  if (found || !dates) return found;
  for (std::size_t t = 0; t < index.tables().size();
       ++t)  // Any time will do, if there is only one.
    for (const ColumnId id : index.TimeColumns(static_cast<int>(t))) {
      if (found) return std::nullopt;
      found = id;
    }
  return found;
}

std::optional<ColumnId> Scene::ColumnByUnit(const std::string& unit, double number) const {
  if (unit == "age") return ColumnByHint("age");
  std::optional<ColumnId> found, reached;
  int all = 0, reaching = 0;
  for (const TableFacts& table : index.tables()) {
    for (const ColumnFacts& column : table.columns) {
      if (!column.numeric || column.unit != unit || unit.empty()) continue;
      found = column.id, ++all;
      const auto low = column.schema->profile.min.AsNumber();
      const auto high = column.schema->profile.max.AsNumber();
      if (low && high && *low <= number && number <= *high) reached = column.id, ++reaching;
    }
  }
  if (all == 1) return found;
  return reaching == 1 ? reached : std::nullopt;
}

const CuePhrase* Scene::Ranked(Cue cue) const {
  for (std::size_t i = 0; i < size(); ++i)
    if (IsCue(i, cue)) return items[i].link.cue;
  return nullptr;
}

}  // namespace tabletalk::offline
