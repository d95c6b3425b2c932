// One sentence says the headline: the number, the leader and who comes last, or where a series
// started, peaked and ended. It speaks of the whole result (whole_result.h), says ties as ties, and
// an equal number for all as one. What was filtered follows as "where ..."; its numbers are the
// plan's literals. Every other number is a slot that a cell fills.
#include "offline/narrative.h"

#include <algorithm>

#include "offline/narrator.h"
#include "offline/words/text.h"

namespace tabletalk::offline {

using narrative::Narrative;
using wire::Aggregate;

Narrative Narrator::Run() {
  out_.none = where_.empty() ? "No rows have a value for this." : "No rows match" + where_ + ".";
  if (intent_.absence) {
    Absence();
    out_.literals = std::move(parts_.literals());
    return std::move(out_);
  }
  if (intent_.of_top) {
    OfTop();
    out_.several = out_.one;
    out_.literals = std::move(parts_.literals());
    return std::move(out_);
  }
  switch (intent_.shape) {
    case Shape::aggregate:
      !intent_.sides.empty()                           ? Sides()
      : intent_.groups.empty() || intent_.count_groups ? Scalar()
                                                       : Groups();
      break;
    case Shape::rows: Rows(); break;
    case Shape::distinct_values: DistinctValues(); break;
    case Shape::share_of_rows: ShareOfRows(); break;
    case Shape::share_by_group: ShareByGroup(); break;
    case Shape::growth: Growth(); break;
    case Shape::running_total: RunningTotal(); break;
    case Shape::average_of_groups: AverageOfGroups(); break;
    case Shape::first_rows: Columns(true); break;
    case Shape::summary: Summary(); break;
  }
  if (out_.one.empty()) out_.one = out_.several;
  if (out_.several.empty()) out_.several = out_.one;
  out_.literals = std::move(parts_.literals());
  return std::move(out_);
}

std::string Narrator::Value(std::size_t measure, const std::string& row) const {
  return parts_.Slot(row, planned_.measure_columns[measure],
                     parts_.FormatOf(intent_.measures[measure]));
}

std::string Narrator::NameFormat(std::size_t column) const {
  if (intent_.shape != Shape::rows) return parts_.GroupFormat(column);
  return wire::IsTemporal(parts_.ColumnOf(intent_.show[column]).type) ? "day" : "plain";
}

std::string Narrator::NameOfRow(std::size_t row) {
  const auto at = [&](const std::string& column) {
    for (std::size_t i = 0; i < table_.columns.size(); ++i)
      if (table_.columns[i].name == column) return i;
    return table_.columns.size();
  };
  return NameAt(
      "r1.rows[" + std::to_string(row) + "]",
      [&](const std::string& column) {
        const std::size_t i = at(column);
        return row < table_.rows.size() && i < table_.columns.size() &&
               table_.rows[row][i].is_null();
      },
      [](const std::string& column) { return column; });
}

std::string Narrator::Listed(const std::vector<std::string>& names, bool others) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() && !others ? " and " : ", ") + names[i];
  return others ? text + " and others" : text;
}

std::string Narrator::NamesOf(End end) {
  const WholeResult::Found found = whole_.Of(end);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < found.rows.size(); ++i)
    names.push_back(NameAt(
        found.rows[i], [&](const std::string& column) { return whole_.Missing(end, i, column); },
        [&](const std::string& column) { return whole_.ColumnIn(end, column); }));
  return Listed(names, found.others);
}

std::string Narrator::WithHas(std::string names, bool one) {
  constexpr std::string_view kNameless = "rows without ";
  const bool nameless = names.starts_with(kNameless);
  if (nameless) names.front() = 'R';
  return names + (one && !nameless ? " has" : " have");
}

bool Narrator::IsOne(End end) const {
  const WholeResult::Found found = whole_.Of(end);
  return found.rows.size() == 1 && !found.others;
}

void Narrator::Scalar() {
  const std::string& column = planned_.measure_columns.front();
  const Measure& first = intent_.measures.front();
  const auto counted = [&](const std::string& one, const std::string& many) {
    return "There {{r1.rows[0]." + column + "|verb:is,are}} " +
           parts_.Slot("r1.rows[0]", column, "count:" + one + "," + many);
  };
  if (intent_.count_groups) {
    const std::string noun = Singular(parts_.Noun(*intent_.groups.front().column));
    out_.one = counted(noun, Plural(noun)) + " like that" + where_ + ".";
  } else if (first.rows) {
    out_.one = counted(parts_.RowNoun(false), parts_.RowNoun(true)) + where_ + ".";
  } else if (first.aggregate == Aggregate::corr) {
    out_.one = "The correlation between " + parts_.Noun(first.column) + " and " +
               parts_.Noun(*first.second) + where_ + " is " +
               parts_.Slot("r1.rows[0]", column, "auto") + ", " +
               parts_.Slot("r1.rows[0]", column, "strength") + ".";
  } else {
    for (std::size_t i = 0; i < intent_.measures.size(); ++i) {
      out_.one += (i == 0                             ? "The "
                   : i + 1 == intent_.measures.size() ? " and the "
                                                      : ", the ") +
                  Noun(intent_.measures[i]) + " is " + Value(i, "r1.rows[0]");
    }
    out_.one += where_ + ".";
  }
}

void Narrator::Groups() {
  const std::string noun = Noun(intent_.measures.front());
  out_.one = "The " + noun + where_ + " is " + Value(0, "r1.rows[0]") + " for " + NameOfRow(0) +
             ", the only group.";
  if (intent_.direction != 0 && !intent_.top_per_group) return Ranking(noun);
  if (Has(End::first) && Has(End::last)) return Series(noun);
  if (whole_.AllEqual()) {
    out_.several = "The " + noun + where_ + " is " + ValueOf(End::highest) +
                   " for each of the {{r1.total_rows|count:group,groups}}.";
  } else if (Has(End::highest)) {
    out_.several = "The " + noun + where_ + " is highest for " + NamesOf(End::highest) + " (" +
                   ValueOf(End::highest) + ") and lowest for " + NamesOf(End::lowest) + " (" +
                   ValueOf(End::lowest) + "), among {{r1.total_rows|count:group,groups}}.";
  } else {
    out_.several = "The " + noun + where_ + ", for {{r1.total_rows|count:group,groups}}.";
  }
}

void Narrator::Series(const std::string& noun) {
  if (whole_.AllEqual()) {
    out_.several = "The " + noun + where_ +
                   (IsPlural(intent_.measures.front()) ? " were " : " was ") + ValueOf(End::first) +
                   " all along, from " + NamesOf(End::first) + " to " + NamesOf(End::last) + ".";
    return;
  }
  out_.several = "The " + noun + where_ + " went from " + ValueOf(End::first) + " (" +
                 NamesOf(End::first) + ") to " + ValueOf(End::last) + " (" + NamesOf(End::last) +
                 ")";
  if (Has(End::highest))
    out_.several +=
        "; it was highest " + In() + NamesOf(End::highest) + ", " + ValueOf(End::highest);
  out_.several += ".";
}

std::size_t Narrator::Leaders() const {
  const std::string& key = planned_.measure_columns.front();
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    if (table_.columns[i].name != key || table_.rows.empty()) continue;
    std::size_t n = 1;
    while (n < table_.rows.size() && table_.rows[n][i] == table_.rows[0][i]) ++n;
    return n;
  }
  return 1;
}

void Narrator::Ranking(const std::string& noun) {
  constexpr std::size_t kMostNamed = 3;
  const std::string end = intent_.direction > 0 ? "highest " : "lowest ";
  const std::string value = Value(0, "r1.rows[0]");
  out_.one = WithHas(NameOfRow(0), true) + " the " + end + noun + where_ + ": " + value + ".";
  const std::size_t leaders = Leaders();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(leaders, kMostNamed); ++i) names.push_back(NameOfRow(i));
  const bool others = leaders > kMostNamed;
  out_.several = WithHas(Listed(names, others), leaders == 1) + " the " + end + noun + where_ +
                 ", " + value + (leaders > 1 ? " each" : "");
  if (leaders < table_.rows.size())
    out_.several += ", followed by " + NameOfRow(leaders) + " with " +
                    Value(0, "r1.rows[" + std::to_string(leaders) + "]");
  out_.several += ".";
  const auto limit = static_cast<std::uint64_t>(intent_.limit.value_or(0));
  if (limit > 0 && table_.total_rows > limit && leaders < table_.rows.size())
    out_.several += " With ties at the end it is {{r1.total_rows}} instead of {{q.0}}.";
}

bool Narrator::IsPlural(const Measure& measure) const {
  if (measure.rows || measure.aggregate) return false;
  const std::vector<std::string> words = NameWords(parts_.ColumnOf(measure.column).name);
  return !words.empty() && Singular(words.back()) != words.back();
}

void Narrator::Rows() {
  if (intent_.measures.empty() || planned_.measure_columns.empty() ||
      planned_.group_columns.empty() || intent_.show.empty()) {
    out_.several = "{{r1.total_rows|count:row,rows}} found" + where_ + ".";
    return;
  }
  const std::string noun = Noun(intent_.measures.front());
  if (intent_.direction != 0) return Ranking(noun);
  const std::string is = IsPlural(intent_.measures.front()) ? " are " : " is ";
  out_.one = "The " + noun + " of " + NameOfRow(0) + is + Value(0, "r1.rows[0]") + ".";
  if (IsOne(End::first) && IsOne(End::last)) return Series(noun);
  if (whole_.AllEqual()) {
    out_.several = "The " + noun + where_ + is + ValueOf(End::highest) +
                   " in each of the {{r1.total_rows|count:row,rows}}.";
  } else if (Has(End::highest)) {
    out_.several = "The " + noun + where_ + is + "highest for " + NamesOf(End::highest) + ", " +
                   ValueOf(End::highest) + ", among {{r1.total_rows|count:row,rows}}.";
  } else {
    out_.several = "{{r1.total_rows|count:row,rows}} found" + where_ + ".";
  }
}

Narrative Narrate(const Planned& planned, const wire::DatasetSchema& dataset,
                  const wire::Table& table, const wire::Table* ends) {
  return Narrator(planned, dataset, table, ends).Run();
}

}  // namespace tabletalk::offline
