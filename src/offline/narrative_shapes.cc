#include "offline/narrator.h"
#include "offline/words/text.h"

namespace tabletalk::offline {

using wire::Aggregate;

void Narrator::DistinctValues() {
  const std::string& column = planned_.group_columns.front();
  const std::string noun = parts_.Noun(intent_.show.front());
  const std::string list = "{{r1.list(" + SentenceParts::Key(column) + ")}}.";
  out_.several = "There are {{r1.total_rows|count:value,values}} of " + noun + where_ + ": " + list;
  out_.one = "There is one value of " + noun + where_ + ": " + list;
}

void Narrator::Columns(bool rows) {
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

void Narrator::Summary() {
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

void Narrator::Sides() {
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

void Narrator::Absence() {
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
    out_.one =
        "{{r1.total_rows|count:" + parts_.RowNoun(false) + "," + parts_.RowNoun(true) + "}}" + none;
  }
  out_.several = out_.one;
  out_.none = "There is nothing" + none;
}

void Narrator::OfTop() {
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

void Narrator::ShareOfRows() {
  const std::vector<std::string>& columns = planned_.measure_columns;
  if (!intent_.groups.empty()) return RateInGroups();
  const std::string part = parts_.Where(intent_.numerator);
  const std::string what = intent_.measures.front().rows
                               ? "of " + parts_.RowNoun(true)
                               : "of the " + Noun(intent_.measures.front());
  const std::string format = FormatOfFirst();
  out_.one = parts_.Slot("r1.rows[0]", columns[0], "percent") + " " + what + where_ + " are those" +
             part + ": " + parts_.Slot("r1.rows[0]", columns[1], format) + " of " +
             parts_.Slot("r1.rows[0]", columns[2], format) + ".";
}

void Narrator::RateInGroups() {
  const std::string& share = planned_.measure_columns.front();
  const std::string those = "The share of those" + parts_.Where(intent_.numerator) + where_;
  out_.one =
      those + " among " + NameOfRow(0) + " is " + parts_.Slot("r1.rows[0]", share, "percent") + ".";
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

void Narrator::ShareByGroup() {
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

void Narrator::Growth() {
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

void Narrator::RunningTotal() {
  const std::string& total = planned_.measure_columns.back();
  const std::string noun = Noun(intent_.measures.front());
  out_.several = "The running total of the " + noun + where_ + ".";
  if (!Has(End::last)) return;
  out_.several = "The running total of the " + noun + where_ + " reaches " +
                 CellOf(End::last, total, FormatOfFirst()) + " by " + NamesOf(End::last) + ".";
}

void Narrator::AverageOfGroups() {
  std::string per;
  for (const Group& group : intent_.groups)
    per += (per.empty() ? "" : " and ") +
           (group.grain ? Join(NameWords(std::string(base::EnumName(*group.grain))))
                        : parts_.Noun(*group.column));
  out_.one = "On average, the " + Noun(intent_.measures.front()) + " per " + per + where_ + " is " +
             parts_.Slot("r1.rows[0]", planned_.measure_columns.front(), FormatOfFirst()) + ".";
}

}  // namespace tabletalk::offline
