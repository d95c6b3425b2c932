// One sentence says the headline: the number, the leader and who comes last, or where a series
// started, peaked and ended. It speaks of the whole result (whole_result.h), says ties as ties, and
// an equal number for all as one. What was filtered follows as "where ..."; its numbers are the
// plan's literals. Every other number is a slot that a cell fills.
#include "offline/narrative.h"

#include <algorithm>

#include "offline/sentence_parts.h"
#include "offline/whole_result.h"
#include "offline/words/text.h"

namespace tabletalk::offline {
namespace {

using narrative::Narrative;
using wire::Aggregate;

class Narrator {
 public:
  Narrator(const Planned& planned, const wire::DatasetSchema& dataset, const wire::Table& table,
           const wire::Table* ends)
      : planned_(planned),
        intent_(planned.intent),
        dataset_(dataset),
        table_(table),
        parts_(planned, dataset),
        whole_(planned, dataset, table, ends),
        where_(parts_.Where(intent_.filters)) {}

  Narrative Run() {
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

 private:
  std::string Noun(const Measure& measure) { return parts_.MeasureNoun(measure); }
  std::string FormatOfFirst() const { return parts_.FormatOf(intent_.measures.front()); }
  std::string Value(std::size_t measure, const std::string& row) const {
    return parts_.Slot(row, planned_.measure_columns[measure],
                       parts_.FormatOf(intent_.measures[measure]));
  }

  // --- Rows and groups by name

  std::string NameFormat(std::size_t column) const {
    if (intent_.shape != Shape::rows) return parts_.GroupFormat(column);
    return wire::IsTemporal(parts_.ColumnOf(intent_.show[column]).type) ? "day" : "plain";
  }
  ColumnId NamedBy(std::size_t column) const {
    return intent_.shape == Shape::rows ? intent_.show[column] : *intent_.groups[column].column;
  }
  std::size_t Names() const {
    return intent_.shape == Shape::rows ? 1 : planned_.group_columns.size();
  }

  /// "North", "North / 2024", "rows without region".
  template <class Missing, class Column>
  std::string NameAt(const std::string& row, Missing missing, Column column) {
    std::string name;
    for (std::size_t i = 0; i < Names(); ++i) {
      const std::string& group = planned_.group_columns[i];
      name +=
          (i == 0 ? "" : " / ") + (missing(group) ? "rows without " + parts_.Noun(NamedBy(i))
                                                  : parts_.Slot(row, column(group), NameFormat(i)));
    }
    return name;
  }
  std::string NameOfRow(std::size_t row) {
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

  static std::string Listed(const std::vector<std::string>& names, bool others) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
      text += (i == 0 ? "" : i + 1 == names.size() && !others ? " and " : ", ") + names[i];
    return others ? text + " and others" : text;
  }
  /// The names at an end, ties and all: "North and South".
  std::string NamesOf(End end) {
    const WholeResult::Found found = whole_.Of(end);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < found.rows.size(); ++i)
      names.push_back(NameAt(
          found.rows[i], [&](const std::string& column) { return whole_.Missing(end, i, column); },
          [&](const std::string& column) { return whole_.ColumnIn(end, column); }));
    return Listed(names, found.others);
  }
  /// At the beginning of a sentence, with its verb: "North has", "Rows without region have".
  static std::string WithHas(std::string names, bool one) {
    constexpr std::string_view kNameless = "rows without ";
    const bool nameless = names.starts_with(kNameless);
    if (nameless) names.front() = 'R';
    return names + (one && !nameless ? " has" : " have");
  }
  bool Has(End end) const { return !whole_.Of(end).rows.empty(); }
  bool IsOne(End end) const {
    const WholeResult::Found found = whole_.Of(end);
    return found.rows.size() == 1 && !found.others;
  }
  std::string CellOf(End end, const std::string& column, const std::string& format) const {
    return parts_.Slot(whole_.Of(end).rows.front(), whole_.ColumnIn(end, column), format);
  }
  std::string ValueOf(End end) const {
    return CellOf(end, planned_.measure_columns.front(), FormatOfFirst());
  }

  /// "on" a day, "in" a month; a week says so itself.
  std::string In() const { return NameFormat(0) == "day" ? "on " : "in "; }

  // --- The shapes

  void Scalar() {
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

  void Groups() {
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

  void Series(const std::string& noun) {
    if (whole_.AllEqual()) {
      out_.several = "The " + noun + where_ +
                     (IsPlural(intent_.measures.front()) ? " were " : " was ") +
                     ValueOf(End::first) + " all along, from " + NamesOf(End::first) + " to " +
                     NamesOf(End::last) + ".";
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

  /// How many of the first rows have the number of the first one.
  std::size_t Leaders() const {
    const std::string& key = planned_.measure_columns.front();
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (table_.columns[i].name != key || table_.rows.empty()) continue;
      std::size_t n = 1;
      while (n < table_.rows.size() && table_.rows[n][i] == table_.rows[0][i]) ++n;
      return n;
    }
    return 1;
  }

  /// Rows in the order of their number, whose first ones are named.
  void Ranking(const std::string& noun) {
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

  /// A column that is told as it stands, and is called in the plural: "visits".
  bool IsPlural(const Measure& measure) const {
    if (measure.rows || measure.aggregate) return false;
    const std::vector<std::string> words = NameWords(parts_.ColumnOf(measure.column).name);
    return !words.empty() && Singular(words.back()) != words.back();
  }

  void Rows() {
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

  void DistinctValues() {
    const std::string& column = planned_.group_columns.front();
    const std::string noun = parts_.Noun(intent_.show.front());
    const std::string list = "{{r1.list(" + SentenceParts::Key(column) + ")}}.";
    out_.several =
        "There are {{r1.total_rows|count:value,values}} of " + noun + where_ + ": " + list;
    out_.one = "There is one value of " + noun + where_ + ": " + list;
  }

  /// "sales has the columns month (date), region (text) and amount (number)."
  void Columns(bool rows) {
    const wire::TableSchema& table = dataset_.tables[intent_.home];
    std::string list;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const bool last = i + 1 == table.columns.size();
      list += (i == 0 ? ""
               : last ? " and "
                      : ", ") +
              parts_.Say(table.columns[i].name) + " (" +
              std::string(base::EnumName(table.columns[i].type)) + ")";
      if (i + 1 >= 30 && !last) {
        list += " and more";
        break;
      }
    }
    out_.several = parts_.Say(table.name) + " has " +
                   parts_.Say(std::to_string(table.columns.size())) +
                   (table.columns.size() == 1 ? " column: " : " columns: ") + list + ".";
    if (rows) out_.several += " Shown: the first {{r1.total_rows|count:row,rows}} of the file.";
  }

  void Summary() {
    Columns(false);
    std::string text;
    const auto& columns = planned_.measure_columns;
    for (std::size_t i = 1; i + 1 < columns.size() && i + 1 < intent_.measures.size(); ++i) {
      const Measure& low = intent_.measures[i];
      if (low.aggregate != Aggregate::min) continue;
      const bool time = wire::IsTemporal(parts_.ColumnOf(low.column).type);
      const std::string format = time ? "day" : parts_.FormatOf(low);
      text += (text.empty() ? " " : "; ") + parts_.Noun(low.column) + " from " +
              parts_.Slot("r1.rows[0]", columns[i], format) + " to " +
              parts_.Slot("r1.rows[0]", columns[i + 1], format);
      if (!time && i + 2 < columns.size())
        text += ", on average " + parts_.Slot("r1.rows[0]", columns[i + 2], format);
    }
    out_.one = "There {{r1.rows[0]." + columns[0] + "|verb:is,are}} " +
               parts_.Slot("r1.rows[0]", columns[0],
                           "count:" + parts_.RowNoun(false) + "," + parts_.RowNoun(true)) +
               ". " + out_.several + (text.empty() ? "" : " It has" + text + ".");
    out_.several = out_.one;
  }

  /// Each period with its number, and the change between two.
  void Sides() {
    const std::string noun = parts_.MeasureNoun(intent_.measures.front());
    const auto& columns = planned_.measure_columns;
    if (!intent_.groups.empty()) {
      out_.several =
          "The " + noun + where_ + " of {{r1.total_rows|count:group,groups}}, side by side";
      for (const Side& side : intent_.sides) out_.several += ", " + parts_.Say(side.label);
      out_.several += ".";
      out_.one = out_.several;
      return;
    }
    const bool money = intent_.measures.size() == 1;
    out_.one = "The " + noun + where_ + " is ";
    for (std::size_t i = 0; i < intent_.sides.size() && i < columns.size(); ++i)
      out_.one += (i == 0                          ? ""
                   : i + 1 == intent_.sides.size() ? " and "
                                                   : ", ") +
                  parts_.Slot("r1.rows[0]", columns[i], parts_.FormatOf(intent_.measures.front())) +
                  " in " + parts_.Say(intent_.sides[i].label);
    if (money && columns.size() == 3)
      out_.one += ", a change of " +
                  parts_.Slot("r1.rows[0]", columns[2], parts_.FormatOf(intent_.measures.front()));
    out_.one += ".";
  }

  void Absence() {
    const std::vector<std::string> words = NameWords(dataset_.tables[intent_.absence->table].name);
    const std::string what = parts_.Say(words.empty() ? "row" : Singular(Join(words)));
    const std::string none =
        " with no " + what + parts_.Where(intent_.absence->filters) + where_ + ".";
    if (intent_.count_groups) {
      const std::string& column = planned_.measure_columns.front();
      out_.one = "There {{r1.rows[0]." + column + "|verb:is,are}} " +
                 parts_.Slot("r1.rows[0]", column,
                             "count:" + parts_.RowNoun(false) + "," + parts_.RowNoun(true)) +
                 none;
    } else {
      out_.one = "{{r1.total_rows|count:" + parts_.RowNoun(false) + "," + parts_.RowNoun(true) +
                 "}}" + none;
    }
    out_.several = out_.one;
    out_.none = "There is nothing" + none;
  }

  void OfTop() {
    const std::string how = intent_.of_top == Aggregate::sum   ? "add up to "
                            : intent_.of_top == Aggregate::avg ? "average "
                                                               : "give ";
    const std::string end = intent_.direction > 0 ? "highest" : "lowest";
    parts_.literals().numbers.push_back(std::to_string(intent_.limit.value_or(1)));
    out_.one = "The {{q." + std::to_string(parts_.literals().numbers.size() - 1) + "}} " + end +
               " values of " + parts_.MeasureNoun(intent_.measures.front()) + where_ + " " + how +
               parts_.Slot("r1.rows[0]", planned_.measure_columns.front(),
                           parts_.FormatOf(intent_.measures.front())) +
               ".";
  }

  void ShareOfRows() {
    const std::vector<std::string>& columns = planned_.measure_columns;
    if (!intent_.groups.empty()) return RateInGroups();
    const std::string part = parts_.Where(intent_.numerator);
    const std::string what = intent_.measures.front().rows
                                 ? "of " + parts_.RowNoun(true)
                                 : "of the " + Noun(intent_.measures.front());
    const std::string format = FormatOfFirst();
    out_.one = parts_.Slot("r1.rows[0]", columns[0], "percent") + " " + what + where_ +
               " are those" + part + ": " + parts_.Slot("r1.rows[0]", columns[1], format) + " of " +
               parts_.Slot("r1.rows[0]", columns[2], format) + ".";
  }

  /// A share within every group, from the highest to the lowest.
  void RateInGroups() {
    const std::string& share = planned_.measure_columns.front();
    const std::string those = "The share of those" + parts_.Where(intent_.numerator) + where_;
    out_.one = those + " among " + NameOfRow(0) + " is " +
               parts_.Slot("r1.rows[0]", share, "percent") + ".";
    const auto percent = [&](End end) { return CellOf(end, share, "percent"); };
    if (!Has(End::highest)) {
      out_.several = those + ", for {{r1.total_rows|count:group,groups}}.";
    } else if (whole_.AllEqual()) {
      out_.several = those + " is " + percent(End::highest) +
                     " for each of the {{r1.total_rows|count:group,groups}}.";
    } else {
      out_.several = those + " is highest for " + NamesOf(End::highest) + " (" +
                     percent(End::highest) + ") and lowest for " + NamesOf(End::lowest) + " (" +
                     percent(End::lowest) + "), among {{r1.total_rows|count:group,groups}}.";
    }
  }

  void ShareByGroup() {
    const std::string noun = Noun(intent_.measures.front());
    const std::string& share = planned_.measure_columns.back();
    out_.one = "All of the " + noun + where_ + " is that of " + NameOfRow(0) + ": " +
               Value(0, "r1.rows[0]") + ".";
    if (!Has(End::highest)) {
      out_.several =
          "The shares of the " + noun + where_ + ", for {{r1.total_rows|count:group,groups}}.";
      return;
    }
    const std::string size =
        CellOf(End::highest, share, "percent") + " (" + ValueOf(End::highest) + ")";
    if (whole_.AllEqual()) {
      out_.several = "Each of the {{r1.total_rows|count:group,groups}} has the same share of the " +
                     noun + where_ + ": " + size + ".";
      return;
    }
    const bool one = IsOne(End::highest);
    out_.several = WithHas(NamesOf(End::highest), one) + " the largest share of the " + noun +
                   where_ + ": " + size + (one ? "." : " each.");
  }

  void Growth() {
    const std::string& growth = planned_.measure_columns.back();
    const std::string noun = Noun(intent_.measures.front());
    out_.one = "There is only one period, so nothing to compare: " + Value(0, "r1.rows[0]") + ".";
    const auto percent = [&](End end) { return CellOf(end, growth, "percent"); };
    out_.several = "The " + noun + where_ + " for {{r1.total_rows|count:period,periods}}.";
    if (!Has(End::last) || !Has(End::highest)) return;
    out_.several = "The " + noun + where_ + " changed by " + percent(End::last) + " " + In() +
                   NamesOf(End::last);
    if (whole_.Of(End::highest).rows == whole_.Of(End::lowest).rows) {
      out_.several += ".";
      return;
    }
    out_.several += "; the change was highest " + In() + NamesOf(End::highest) + " (" +
                    percent(End::highest) + ") and lowest " + In() + NamesOf(End::lowest) + " (" +
                    percent(End::lowest) + ").";
  }

  void RunningTotal() {
    const std::string& total = planned_.measure_columns.back();
    const std::string noun = Noun(intent_.measures.front());
    out_.several = "The running total of the " + noun + where_ + ".";
    if (!Has(End::last)) return;
    out_.several = "The running total of the " + noun + where_ + " reaches " +
                   CellOf(End::last, total, FormatOfFirst()) + " by " + NamesOf(End::last) + ".";
  }

  void AverageOfGroups() {
    std::string per;
    for (const Group& group : intent_.groups)
      per += (per.empty() ? "" : " and ") +
             (group.grain ? Join(NameWords(std::string(base::EnumName(*group.grain))))
                          : parts_.Noun(*group.column));
    out_.one = "On average, the " + Noun(intent_.measures.front()) + " per " + per + where_ +
               " is " +
               parts_.Slot("r1.rows[0]", planned_.measure_columns.front(), FormatOfFirst()) + ".";
  }

  const Planned& planned_;
  const Intent& intent_;
  const wire::DatasetSchema& dataset_;
  const wire::Table& table_;
  SentenceParts parts_;
  const WholeResult whole_;
  const std::string where_;
  Narrative out_;
};

}  // namespace

Narrative Narrate(const Planned& planned, const wire::DatasetSchema& dataset,
                  const wire::Table& table, const wire::Table* ends) {
  return Narrator(planned, dataset, table, ends).Run();
}

}  // namespace tabletalk::offline
