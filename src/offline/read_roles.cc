// Roles follow from position: an aggregate takes the number after it ("average discount"), or, at
// the end of a clause, the one before ("ride on average"); a superlative takes the number after it
// and is about the thing asked for ("which country has the highest income"); "how many" takes the
// next noun. What is taken is marked as used, and what stays unused speaks against the reading.
#include "offline/read_roles.h"

#include <algorithm>
#include <cmath>

#include "offline/read_groups.h"
#include "offline/words/costs.h"
#include "offline/words/row_nouns.h"

namespace tabletalk::offline {
namespace {

using wire::Aggregate;

Measure ColumnMeasure(ColumnId column, std::optional<Aggregate> aggregate) {
  Measure measure;
  measure.column = column;
  measure.aggregate = aggregate;
  return measure;
}

bool IsBreak(const Scene& scene, std::size_t i) {
  return scene.IsCue(i, Cue::by) || scene.IsCue(i, Cue::each) || scene.IsCue(i, Cue::question);
}

/// "how tall": as if the column had been named.
void ReadHow(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.IsCue(i, Cue::how)) continue;
    const auto column = scene.ColumnByHint(scene.CueAt(i).hint);
    if (!column) continue;
    scene.items[i].link.kind = LinkKind::column;
    scene.items[i].link.column = *column;
    scene.Doubt(TheCosts().column_by_hint);
  }
}

/// The first free measured number after item `i`, before the clause ends.
std::optional<std::size_t> NumberAfter(const Scene& scene, std::size_t i, std::size_t reach = 4) {
  for (std::size_t j = i + 1; j < scene.size() && j <= i + reach; ++j) {
    if (IsBreak(scene, j)) return std::nullopt;
    if (scene.IsNumericColumn(j) && scene.Free(j)) return j;
    const bool passes = scene.Is(j, LinkKind::value) || scene.IsCue(j, Cue::aggregate) ||
                        scene.IsCue(j, Cue::conjunction) || scene.IsCue(j, Cue::distinct) ||
                        scene.Is(j, LinkKind::span) || scene.Is(j, LinkKind::table);
    if (!passes) return std::nullopt;
  }
  return std::nullopt;
}
std::optional<std::size_t> NumberBefore(const Scene& scene, std::size_t i) {
  for (std::size_t j = i; j-- > 0;) {
    if (scene.IsNumericColumn(j) && scene.Free(j)) return j;
  }
  return std::nullopt;
}

void ReadCorrelation(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.IsCue(i, Cue::correlation)) continue;
    for (std::size_t j = i; j < scene.size(); ++j)  // "how does A relate to B? the correlation"
      if (scene.IsCue(j, Cue::correlation)) scene.Use(j);
    std::vector<std::size_t> columns;
    for (std::size_t j = 0; j < scene.size(); ++j) {
      const bool measurable =
          scene.IsNumericColumn(j) || (scene.Is(j, LinkKind::column) && scene.Facts(j).year);
      if (measurable && scene.Free(j)) columns.push_back(j);
    }
    if (columns.size() != 2) return;
    Measure measure = ColumnMeasure(scene.items[columns[0]].link.column, Aggregate::corr);
    measure.second = scene.items[columns[1]].link.column;
    scene.Use(columns[0]), scene.Use(columns[1]);
    scene.intent.measures.push_back(measure);
    return;
  }
}

/// Marks the number that says how many, beside item `i`.
void ReadN(Scene& scene, std::size_t i) {
  const auto take = [&](std::size_t j) {
    if (scene.intent.limit || !scene.Is(j, LinkKind::number) || !scene.Free(j)) return;
    const double n = scene.items[j].link.number;
    if (n < 1 || n > 1000 || n != std::floor(n)) return;
    scene.intent.limit = static_cast<std::int64_t>(n);
    scene.Use(j);
  };
  take(i + 1);
  if (i > 0) take(i - 1);
  for (std::size_t j = 0; j < scene.size() && !scene.intent.limit; ++j)
    if (scene.IsCue(j, Cue::question) || scene.IsCue(j, Cue::list)) take(j + 1);
  if (scene.size() > 0) take(0);
}

/// "most orders", "most cancelled orders", "highest number of trips": the noun that is counted.
bool ReadCounted(Scene& scene, std::size_t from) {
  std::size_t j = from;
  if (scene.IsCue(j, Cue::count)) {
    scene.amount_of = scene.amount_of || scene.CueAt(j).words.find("amount") != std::string::npos;
    scene.Use(j++);
  }
  while (scene.Is(j, LinkKind::value) || scene.IsCue(j, Cue::distinct) ||
         (scene.Is(j, LinkKind::column) && !scene.Free(j))) {
    if (scene.IsCue(j, Cue::distinct)) scene.distinct = true, scene.Use(j);
    ++j;
  }
  if (!scene.Free(j)) return false;
  if (scene.Is(j, LinkKind::table) && scene.items[j].link.head) {
    scene.counted = RowsOf{scene.items[j].link.table};
  } else if (scene.Is(j, LinkKind::column) && !scene.Facts(j).numeric) {
    scene.counted = ValuesOf{scene.items[j].link.column};
    scene.Doubt(TheCosts().counted_column);
  } else {
    return false;
  }
  scene.counting = true;
  scene.Use(j);
  return true;
}

/// "... by revenue", "... by average rate"
std::optional<ColumnId> RankedByNumber(const Scene& scene) {
  for (std::size_t j = 1; j < scene.size(); ++j) {
    if (!scene.IsCue(j - 1, Cue::by)) continue;
    const std::size_t number = scene.IsCue(j, Cue::aggregate) ? j + 1 : j;
    if (scene.IsNumericColumn(number) && scene.Free(number)) return scene.items[number].link.column;
  }
  return std::nullopt;
}

/// "fastest pace": of what is measured in time, the fastest has the least.
bool IsDuration(const ColumnFacts& column) {
  const auto& words = column.phrases.front().words;
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "pace" || word == "time" || word == "duration" || word == "seconds" ||
           word == "minutes" || word == "min" || word == "lap" || word == "hours";
  });
}

/// "oldest", where there is no age but one date: the earliest is the oldest.
std::optional<ColumnId> DateOfAge(Scene& scene, std::string_view hint) {
  if (hint.find("-birth") == std::string_view::npos) return std::nullopt;
  const bool any_date = hint.find("-date") != std::string_view::npos;
  std::optional<ColumnId> found;
  for (std::size_t t = 0; t < scene.index.tables().size(); ++t) {
    for (const ColumnId id : scene.index.TimeColumns(static_cast<int>(t))) {
      const auto& words = scene.index.at(id).phrases.front().words;
      const bool birth = std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "birth" || word == "born" || word == "dob" || word == "birthday";
      });
      if (!birth && !any_date) continue;
      if (found) return std::nullopt;
      found = id;
    }
  }
  if (found) scene.Assume("Took age from " + scene.index.DisplayName(*found) + ".");
  return found;
}

void ReadSuperlative(Scene& scene, std::size_t i) {
  const CuePhrase& cue = scene.CueAt(i);
  scene.Use(i);
  scene.ranking = true;
  scene.intent.direction = cue.direction;
  ReadN(scene, i);
  std::size_t j = i + 1;
  while (scene.Is(j, LinkKind::number) && !scene.Free(j)) ++j;
  if (cue.cue == Cue::common) {
    scene.common = true;
    scene.counting = true;
    return;
  }
  if (cue.cue == Cue::top) return;
  if (scene.IsCue(j, Cue::aggregate)) return;  // "highest average price": ReadAggregates takes it.
  if (!cue.hint.empty() && cue.hint != "+") {
    if (const auto next = NumberAfter(scene, i, 1)) {
      // "latest price" wants the price of the latest row, which is not the highest price.
      if (cue.hint.find("date") != std::string::npos)
        return scene.Fail("the number of the " + cue.words + " row");
      if (cue.hint.starts_with("speed") && IsDuration(scene.Facts(*next)))
        scene.intent.direction = -cue.direction;
      scene.intent.measures.push_back(ColumnMeasure(scene.items[*next].link.column, std::nullopt));
      return scene.Use(*next);
    }
    auto column = scene.ColumnByHint(cue.hint);
    if (const auto by = RankedByNumber(scene)) {
      if (column && column != by && !cue.hint.starts_with('+'))
        scene.Doubt(TheCosts().two_to_rank_by);  // "oldest by visits": by which?
      return;
    }
    if (!column) {
      column = DateOfAge(scene, cue.hint);
      if (column) scene.intent.direction = -cue.direction;
    }
    if (!column) return;
    scene.Doubt(TheCosts().column_by_hint);
    scene.intent.measures.push_back(ColumnMeasure(*column, std::nullopt));
    return;
  }
  if (scene.IsCue(j, Cue::count)) {
    if (scene.IsNumericColumn(j + 1) && scene.Free(j + 1)) {  // "largest amount of beds"
      scene.Use(j), scene.Use(j + 1);
      scene.intent.measures.push_back(ColumnMeasure(scene.items[j + 1].link.column, std::nullopt));
      return;
    }
    ReadCounted(scene, j);
    return;
  }
  if (const auto next = NumberAfter(scene, i)) {
    scene.intent.measures.push_back(ColumnMeasure(scene.items[*next].link.column, std::nullopt));
    return scene.Use(*next);
  }
  const bool amount = cue.words == "most" || cue.words == "fewest" || cue.words == "least";
  if (amount && ReadCounted(scene, j)) return;
  if (const auto before = NumberBefore(scene, i)) {
    scene.intent.measures.push_back(ColumnMeasure(scene.items[*before].link.column, std::nullopt));
    scene.Use(*before);
  }
}

void ReadRankings(Scene& scene) {
  int found = 0;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    const bool ranks =
        scene.IsCue(i, Cue::superlative) || scene.IsCue(i, Cue::common) || scene.IsCue(i, Cue::top);
    if (!ranks || !scene.Free(i)) continue;
    if (++found > 1) continue;  // A second one stays unused: not understood.
    ReadSuperlative(scene, i);
  }
}

/// "most northern (max latitude)": the aggregate says again what the ranking says.
bool RepeatsRanking(Scene& scene, std::size_t i) {
  const Aggregate aggregate = scene.CueAt(i).aggregate;
  const bool same = (aggregate == Aggregate::max && scene.intent.direction > 0) ||
                    (aggregate == Aggregate::min && scene.intent.direction < 0);
  if (!same || !scene.ranking || scene.intent.measures.empty()) return false;
  if (!scene.IsNumericColumn(i + 1) || !scene.Free(i + 1) ||
      scene.items[i + 1].link.column != scene.intent.measures.front().column)
    return false;
  scene.Use(i), scene.Use(i + 1);
  return true;
}

void ReadAggregates(Scene& scene) {
  std::vector<Aggregate> pending;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (scene.IsCue(i, Cue::percentile) && scene.Free(i)) {
      const bool before = i > 0 && scene.Is(i - 1, LinkKind::number) && scene.Free(i - 1);
      const auto column = NumberAfter(scene, i);
      if (!before || !column || scene.items[i - 1].link.number > 100) continue;
      Measure measure = ColumnMeasure(scene.items[*column].link.column, Aggregate::quantile);
      measure.p = scene.items[i - 1].link.number / 100;
      scene.Use(i), scene.Use(i - 1), scene.Use(*column);
      scene.intent.measures.push_back(measure);
      continue;
    }
    if (!scene.IsCue(i, Cue::aggregate) || !scene.Free(i)) continue;
    const Aggregate aggregate = scene.CueAt(i).aggregate;
    if (RepeatsRanking(scene, i)) continue;
    std::size_t ranked = i + 1;
    if (scene.Is(ranked, LinkKind::number) && !scene.Free(ranked)) ++ranked;
    const bool top = scene.IsCue(ranked, Cue::top) || scene.IsCue(ranked, Cue::superlative);
    if (top && scene.intent.limit && !scene.intent.of_top) {
      scene.intent.of_top = aggregate;  // "the total of the top 3"
      scene.Use(i);
      continue;
    }
    if (scene.IsCue(i + 1, Cue::conjunction) && scene.IsCue(i + 2, Cue::aggregate)) {
      pending.push_back(aggregate);
      scene.Use(i), scene.Use(i + 1);
      continue;
    }
    if (scene.IsCue(i + 1, Cue::count)) {
      if (aggregate == Aggregate::sum || aggregate == Aggregate::avg) scene.Use(i);
      if (aggregate == Aggregate::avg) scene.intent.shape = Shape::average_of_groups;
      continue;
    }
    pending.push_back(aggregate);
    auto column = NumberAfter(scene, i);
    if (!column) {
      for (Measure& measure : scene.intent.measures) {
        if (measure.aggregate || measure.rows) continue;
        measure.aggregate = aggregate;  // "how much revenue in total"
        scene.Use(i);
      }
      if (scene.items[i].used) {
        pending.clear();
        continue;
      }
      column = NumberBefore(scene, i);
    }
    const bool date_extreme = (aggregate == Aggregate::min || aggregate == Aggregate::max) &&
                              scene.Is(i + 1, LinkKind::column) && scene.Free(i + 1) &&
                              scene.Facts(i + 1).time;
    if (!column && date_extreme) column = i + 1;
    if (!column) {
      pending.clear();
      continue;
    }
    scene.Use(i);
    std::size_t at = *column;
    while (true) {
      scene.Use(at);
      for (const Aggregate each : pending)
        scene.intent.measures.push_back(ColumnMeasure(scene.items[at].link.column, each));
      const bool more = scene.IsCue(at + 1, Cue::conjunction) && scene.IsNumericColumn(at + 2) &&
                        scene.Free(at + 2);
      if (!more) break;
      scene.Use(at + 1);
      at += 2;
    }
    pending.clear();
  }
}

/// "how many people live in Norway": the column that has the number of people.
std::optional<ColumnId> HeadsColumn(const Scene& scene, std::size_t i) {
  if (scene.CueAt(i).hint != "person" || scene.index.tables().size() != 1) return std::nullopt;
  if (scene.IsNumericColumn(i + 1) && scene.Free(i + 1)) return std::nullopt;
  return scene.ColumnByHint(
      "population pop people inhabitants residents passengers guests visitors "
      "participants attendance");
}

/// "how many", "number of", "what share of" and the noun they count.
void ReadCounts(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    const bool share = scene.IsCue(i, Cue::share);
    if ((!scene.IsCue(i, Cue::count) && !share) || !scene.Free(i)) continue;
    const bool label =
        i > 0 && scene.Is(i - 1, LinkKind::column) && scene.CueAt(i).words == "count";
    scene.Use(i);
    scene.share = scene.share || share;
    scene.amount_of = scene.amount_of || scene.CueAt(i).words.find("amount") != std::string::npos;
    if (label || scene.counting) continue;  // "unemployed count"
    if (share && !scene.intent.measures.empty()) continue;
    scene.counting = true;
    bool settled = false;
    for (std::size_t j = i + 1; j < scene.size() && !settled; ++j) {
      if (IsBreak(scene, j)) break;
      if (scene.IsCue(j, Cue::distinct)) {
        scene.distinct = true;
        scene.Use(j);
      } else if (scene.IsCue(j, Cue::row_noun) && scene.Free(j)) {
        scene.row_noun_at = j;
        scene.Use(j);
        if (const auto heads = HeadsColumn(scene, j)) {
          scene.counting = false;
          scene.want_sum = true;
          scene.Doubt(TheCosts().noun_heads_a_column);
          scene.intent.measures.push_back(ColumnMeasure(*heads, std::nullopt));
        }
        // "number of people killed": the column has the number.
        settled = !(scene.IsNumericColumn(j + 1) && scene.Free(j + 1) &&
                    CountsSuch(scene.Facts(j + 1), NounOf(scene.CueAt(j))));
        if (settled) scene.noun_at = j;
      } else if (scene.Is(j, LinkKind::table) && scene.Free(j)) {
        scene.counted = RowsOf{scene.items[j].link.table};
        scene.Use(j);
        settled = true;
        scene.noun_at = j;
        // "sensor models": the column that follows is what is counted.
        if (scene.Is(j + 1, LinkKind::column) && scene.Free(j + 1) && !scene.Facts(j + 1).numeric &&
            scene.Facts(j + 1).id.table == scene.CountedTable() && !scene.Facts(j + 1).time &&
            scene.distinct) {
          scene.counted = ValuesOf{scene.items[j + 1].link.column};
          scene.Use(j + 1);
        }
      } else if (scene.Is(j, LinkKind::column) && scene.Free(j)) {
        const ColumnFacts& facts = scene.Facts(j);
        scene.Use(j);
        settled = true;
        scene.noun_at = j;
        if (facts.numeric && !scene.distinct) {
          scene.counting = false;  // "how many deaths": the column has the number.
          scene.intent.measures.push_back(ColumnMeasure(facts.id, std::nullopt));
          scene.want_sum = true;
        } else {
          scene.counted = ValuesOf{facts.id};
          if (!scene.distinct)
            scene.Doubt(facts.time ? TheCosts().counted_time : TheCosts().counted_column);
        }
      } else if (scene.IsCue(j, Cue::grain) && scene.Free(j) &&
                 scene.CueAt(j).grain == wire::Grain::day) {
        scene.counted = Days{};
        scene.noun_at = j;
        scene.Use(j);
        settled = true;
      } else if (!scene.Is(j, LinkKind::value) && !scene.Is(j, LinkKind::column)) {
        break;
      }
    }
    // "how many different cakes", where Cakes is a value: different what?
    if (!settled && scene.distinct) scene.Fail("what makes them different");
  }
}

/// True where the word goes on from something named before it: "orders where the status is paid",
/// "customers who ordered".
bool GoesOn(const Scene& scene, std::size_t i) {
  for (std::size_t before = 0; before < i; ++before)
    if (scene.Is(before, LinkKind::column) || scene.Is(before, LinkKind::table)) return true;
  return false;
}

/// "who", "which hospital", "where": a thing is asked for, not a number. "Which is" and "what is"
/// leave it open.
bool AsksForAThing(const Scene& scene, std::size_t i) {
  const std::string& words = scene.CueAt(i).words;
  if (words.starts_with("who") || words == "where") return !GoesOn(scene, i);
  if (words.find("which") == std::string::npos) return false;
  const std::size_t next = scene.items[i].link.end;
  return next < scene.tokens.size() && scene.tokens[next].kind == TokenKind::word &&
         scene.tokens[next].lower != "is" && scene.tokens[next].lower != "was";
}

void ReadShape(Scene& scene) {
  for (std::size_t i = 0; i < scene.size(); ++i) {
    if (!scene.Is(i, LinkKind::cue) || !scene.Free(i)) continue;
    const CuePhrase& cue = scene.CueAt(i);
    switch (cue.cue) {
      case Cue::distinct:
        scene.distinct = true;
        scene.Use(i);
        break;
      case Cue::how_much:
        scene.want_sum = true;
        scene.Use(i);
        break;
      case Cue::running:
        scene.intent.shape = Shape::running_total;
        scene.Use(i);
        break;
      case Cue::growth:
        scene.intent.shape = Shape::growth;
        scene.Use(i);
        for (const auto& [word, grain] :
             {std::pair{"month", wire::Grain::month}, std::pair{"mom", wire::Grain::month},
              std::pair{"year", wire::Grain::year}, std::pair{"yoy", wire::Grain::year},
              std::pair{"quarter", wire::Grain::quarter}, std::pair{"week", wire::Grain::week},
              std::pair{"day", wire::Grain::day}})
          if (cue.words.starts_with(word) && scene.intent.groups.empty())
            scene.intent.groups.push_back({std::nullopt, grain});
        break;
      case Cue::list:
        scene.listing = true;
        scene.Use(i);
        break;
      case Cue::question:
        scene.asks_which = true;
        scene.asks_who = scene.asks_who || AsksForAThing(scene, i);
        scene.asks_person =
            scene.asks_person || (cue.words.starts_with("who") && AsksForAThing(scene, i));
        scene.Use(i);
        if (cue.words == "when") scene.Doubt(TheCosts().asks_when);
        break;
      case Cue::conjunction:
      case Cue::present: scene.Use(i); break;
      case Cue::aggregate:
      case Cue::count:
      case Cue::share:
      case Cue::correlation:
      case Cue::superlative:
      case Cue::common:
      case Cue::top:
      case Cue::by:
      case Cue::each:
      case Cue::grain:
      case Cue::compare:
      case Cue::between:
      case Cue::negation:
      case Cue::missing:
      case Cue::contains:
      case Cue::starts_with:
      case Cue::ends_with:
      case Cue::over_time:
      case Cue::how:
      case Cue::alternative:
      case Cue::percentile:
      case Cue::grammar:
      case Cue::light:
      case Cue::row_noun:
      case Cue::money_verb:
      case Cue::sign:
      case Cue::beyond: break;
    }
  }
}

/// "which trips", "top 5 trips", "the longest trip"; not "the highest price of all trips".
bool IsAskedFor(const Scene& scene, std::size_t i) {
  if (i == 0) return true;
  return scene.Is(i - 1, LinkKind::number) || scene.IsCue(i - 1, Cue::question) ||
         scene.IsCue(i - 1, Cue::list) || scene.IsCue(i - 1, Cue::superlative) ||
         scene.IsCue(i - 1, Cue::top) || scene.IsCue(i - 1, Cue::common) ||
         scene.IsCue(i - 1, Cue::distinct) || scene.Is(i - 1, LinkKind::value);
}

/// What a ranking, a "which" or a list is about: the first thing that has no role yet.
void ReadEntity(Scene& scene) {
  if (!scene.ranking && !scene.asks_which && !scene.listing) return;
  for (std::size_t i = 0; i < scene.size() && !scene.entity && scene.entity_table < 0; ++i) {
    if (!scene.Free(i)) continue;
    if (scene.IsCue(i, Cue::grain) && scene.ranking) {
      scene.entity = Group{std::nullopt, scene.CueAt(i).grain};
    } else if (scene.Is(i, LinkKind::column) && !scene.IsNumericColumn(i)) {
      scene.entity = Group{scene.items[i].link.column, std::nullopt};
    } else if (scene.Is(i, LinkKind::table) && scene.items[i].link.head && IsAskedFor(scene, i)) {
      scene.entity_table = scene.items[i].link.table;
    } else {
      continue;
    }
    scene.Use(i);
  }
}

}  // namespace

void ReadRoles(Scene& scene) {
  ReadHow(scene);
  ReadGroups(scene);
  ReadCorrelation(scene);
  ReadRankings(scene);
  ReadAggregates(scene);
  ReadMoney(scene);
  ReadCounts(scene);
  ReadShape(scene);
  ReadEntity(scene);
}

}  // namespace tabletalk::offline
