// One sentence says the headline: the number, the leader and who comes last, or where a series
// started, peaked and ended. What was filtered follows as "where ..."; its numbers are the plan's
// literals. The sentence is chosen when the rows are there (fill.cc), so each narrative has three.
#include "offline/narrative.h"

#include <algorithm>

#include "narrative/format.h"
#include "offline/schema_index.h"
#include "offline/text.h"
#include "offline/thesaurus.h"

namespace tabletalk::offline {
namespace {

using narrative::FormatCell;
using narrative::HasDigit;
using narrative::Narrative;
using wire::Aggregate;
using wire::ConditionOp;

class Narrator {
 public:
  Narrator(const Planned& planned, const wire::DatasetSchema& dataset)
      : planned_(planned), intent_(planned.intent), dataset_(dataset) {
    if (intent_.limit) out_.literals.numbers.push_back(std::to_string(*intent_.limit));
    where_ = Where(intent_.filters);
  }

  Narrative Run() {
    out_.none = where_.empty() ? "No rows have a value for this." : "No rows match" + where_ + ".";
    switch (intent_.shape) {
      case Shape::aggregate:
        intent_.groups.empty() || intent_.count_groups ? Scalar() : Groups();
        break;
      case Shape::rows: Rows(); break;
      case Shape::distinct_values: DistinctValues(); break;
      case Shape::share_of_rows: ShareOfRows(); break;
      case Shape::share_by_group: ShareByGroup(); break;
      case Shape::growth: Growth(); break;
      case Shape::running_total: RunningTotal(); break;
      case Shape::average_of_groups: AverageOfGroups(); break;
    }
    if (out_.one.empty()) out_.one = out_.several;
    if (out_.several.empty()) out_.several = out_.one;
    return std::move(out_);
  }

 private:
  const wire::ColumnSchema& ColumnOf(ColumnId id) const {
    return dataset_.tables[id.table].columns[id.column];
  }

  /// Text that goes between slots; with digits in it, it becomes a slot itself.
  std::string Say(std::string text) {
    if (!HasDigit(text) && text.find("{{") == std::string::npos) return text;
    out_.literals.names.push_back(std::move(text));
    return "{{name." + std::to_string(out_.literals.names.size() - 1) + "}}";
  }

  /// "body mass" for body_mass_g: the name without its unit.
  std::string Noun(ColumnId id) {
    if (const auto own = intent_.said.find(id); own != intent_.said.end()) return Say(own->second);
    std::vector<std::string> words = NameWords(ColumnOf(id).name);
    const std::vector<std::string> all = words;
    while (words.size() > 1 && IsLightNameWord(words.back())) words.pop_back();
    return Say(Join(words.empty() ? all : words));
  }
  std::string RowNoun(bool plural) {
    const std::vector<std::string> words = NameWords(dataset_.tables[intent_.home].name);
    if (words.empty()) return plural ? "rows" : "row";
    std::string head = Singular(words.back());
    // A file's name need not say what its rows are; a plural does.
    if (head == words.back() || HasDigit(head)) return plural ? "rows" : "row";
    std::vector<std::string> noun(words.begin(), words.end() - 1);
    noun.push_back(plural ? Plural(head) : head);
    return HasDigit(Join(noun)) ? (plural ? "rows" : "row") : Join(noun);
  }

  static std::string Slot(const std::string& row, const std::string& column,
                          const std::string& format) {
    const bool plain = column.find_first_of(" .[]()|{}\"") == std::string::npos && !column.empty();
    std::string quoted;
    for (const char c : column) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return "{{r1." + row + (plain ? "." + column : "[\"" + quoted + "\"]") + "|" + format + "}}";
  }

  std::string FormatOf(const Measure& measure) const {
    if (measure.rows || measure.aggregate == Aggregate::count_distinct) return "auto";
    if (measure.aggregate == Aggregate::corr || measure.aggregate == Aggregate::variance)
      return "auto";
    const wire::ColumnSchema& column = ColumnOf(measure.column);
    const std::string unit = column.unit.value_or(UnitInName(column.name));
    if (unit == "fraction") return "percent";
    for (std::string_view money : {"EUR", "USD", "GBP", "€", "$", "£", "¥"})
      if (unit == money) return "money:" + unit;
    const bool safe = !unit.empty() && unit.find_first_of("|{}") == std::string::npos;
    return safe ? "unit:" + unit : "auto";
  }
  static std::string UnitInName(const std::string& name) {
    for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'[', ']'}}) {
      const auto from = name.find(open), to = name.find(close);
      if (from == std::string::npos || to == std::string::npos || to < from) continue;
      const std::string inside = name.substr(from + 1, to - from - 1);
      if (!HasDigit(inside)) return inside;
    }
    return "";
  }

  std::string GroupFormat(std::size_t i) const {
    if (i >= intent_.groups.size()) return "plain";
    const Group& group = intent_.groups[i];
    if (!group.grain) return wire::IsTemporal(ColumnOf(*group.column).type) ? "day" : "plain";
    switch (*group.grain) {
      case wire::Grain::day: return "day";
      case wire::Grain::week: return "week";
      case wire::Grain::month: return "month";
      case wire::Grain::quarter: return "quarter";
      case wire::Grain::year: return "year";
      case wire::Grain::day_of_week: return "weekday";
      case wire::Grain::month_of_year: return "monthname";
      case wire::Grain::hour_of_day: return "hour";
      case wire::Grain::minute:
      case wire::Grain::hour: return "plain";
    }
    return "plain";
  }

  static std::string LiteralText(const wire::Value& value) {
    if (const auto* text = value.if_text()) return FromDate(*text) ? *text : "\"" + *text + "\"";
    return FormatCell(value, "auto");
  }
  static bool FromDate(const std::string& text) {
    return text.size() >= 10 && text[4] == '-' && text[7] == '-';
  }

  std::string FilterText(const Filter& filter) const {
    const wire::ColumnSchema& column = ColumnOf(filter.column);
    const std::string& name = column.name;
    const bool year = column.type == wire::ColumnType::integer;
    const auto value = [&](std::size_t i) {
      const auto* whole = filter.values[i].if_integer();
      return year && whole && *whole >= 1000 && *whole <= 2200 ? std::to_string(*whole)
                                                               : LiteralText(filter.values[i]);
    };
    const auto list = [&] {
      std::string text;
      for (std::size_t i = 0; i < filter.values.size(); ++i)
        text += (i == 0 ? "" : i + 1 == filter.values.size() ? " or " : ", ") + value(i);
      return text;
    };
    switch (filter.op) {
      case ConditionOp::equal:
        return name + " is " +
               (filter.values[0].if_bool() ? (*filter.values[0].if_bool() ? "true" : "false")
                                           : value(0));
      case ConditionOp::not_equal: return name + " is not " + value(0);
      case ConditionOp::less:
        return name + " is " + (FromDate(value(0)) ? "before " : "below ") + value(0);
      case ConditionOp::less_equal: return name + " is at most " + value(0);
      case ConditionOp::greater: return name + " is above " + value(0);
      case ConditionOp::greater_equal:
        return name + " is " + (FromDate(value(0)) ? "on or after " : "at least ") + value(0);
      case ConditionOp::in: return name + " is " + list();
      case ConditionOp::not_in: return name + " is none of " + list();
      case ConditionOp::between: return name + " is from " + value(0) + " to " + value(1);
      case ConditionOp::contains: return name + " contains " + value(0);
      case ConditionOp::starts_with: return name + " starts with " + value(0);
      case ConditionOp::ends_with: return name + " ends with " + value(0);
      case ConditionOp::matches: return name + " matches " + value(0);
      case ConditionOp::is_null: return name + " is missing";
      case ConditionOp::is_not_null: return name + " is present";
      case ConditionOp::last:
        return name + " is within the last " + std::to_string(filter.last->n) + " " +
               std::string(base::EnumName(filter.last->unit)) + (filter.last->n == 1 ? "" : "s") +
               " of the data";
    }
    return name;
  }

  std::string Where(const std::vector<Filter>& filters) {
    std::string text;
    for (const Filter& filter : filters) {
      out_.literals.filters.push_back(FilterText(filter));
      text += (text.empty() ? " where " : " and ") + std::string("{{filter.") +
              std::to_string(out_.literals.filters.size() - 1) + "}}";
    }
    return text;
  }

  /// "average discount", "number of orders".
  std::string MeasureNoun(const Measure& measure) {
    if (measure.rows) return "number of " + RowNoun(true);
    const std::string column = Noun(measure.column);
    if (!measure.aggregate) return column;
    switch (*measure.aggregate) {
      case Aggregate::sum:
        return column.starts_with("total")  ? column
               : column.ends_with(" total") ? "total of " + column
                                            : "total " + column;
      case Aggregate::avg: return "average " + column;
      case Aggregate::median: return "median " + column;
      case Aggregate::min: return "lowest " + column;
      case Aggregate::max: return "highest " + column;
      case Aggregate::count_distinct: return "number of different values of " + column;
      case Aggregate::stddev:
      case Aggregate::stddev_pop: return "standard deviation of " + column;
      case Aggregate::variance:
      case Aggregate::var_pop: return "variance of " + column;
      case Aggregate::quantile:
        out_.literals.numbers.push_back(std::to_string(static_cast<int>(*measure.p * 100)));
        return "percentile {{q." + std::to_string(out_.literals.numbers.size() - 1) + "}} of " +
               column;
      case Aggregate::corr:
      case Aggregate::covar:
      case Aggregate::regr_slope:
      case Aggregate::regr_intercept:
      case Aggregate::regr_r2:
      case Aggregate::count:
      case Aggregate::mode:
      case Aggregate::first:
      case Aggregate::last:
      case Aggregate::skewness:
      case Aggregate::kurtosis:
      case Aggregate::arg_max:
      case Aggregate::arg_min: return column;
    }
    return column;
  }

  std::string MeasureSlot(std::size_t i, const std::string& row) {
    return Slot(row, planned_.measure_columns[i], FormatOf(intent_.measures[i]));
  }

  void Scalar() {
    const std::string& column = planned_.measure_columns.front();
    const Measure& first = intent_.measures.front();
    if (intent_.count_groups) {
      const std::string noun = Noun(*intent_.groups.front().column);
      out_.one = "There {{r1.rows[0]." + column + "|verb:is,are}} " +
                 Slot("rows[0]", column, "count:" + Singular(noun) + "," + Plural(Singular(noun))) +
                 " like that" + where_ + ".";
    } else if (first.rows) {
      out_.one = "There {{r1.rows[0]." + column + "|verb:is,are}} " +
                 Slot("rows[0]", column, "count:" + RowNoun(false) + "," + RowNoun(true)) + where_ +
                 ".";
    } else if (first.aggregate == Aggregate::corr) {
      out_.one = "The correlation between " + Noun(first.column) + " and " + Noun(*first.second) +
                 where_ + " is " + Slot("rows[0]", column, "auto") + ", " +
                 Slot("rows[0]", column, "strength") + ".";
    } else {
      for (std::size_t i = 0; i < intent_.measures.size(); ++i) {
        out_.one += (i == 0                             ? "The "
                     : i + 1 == intent_.measures.size() ? " and the "
                                                        : ", the ") +
                    MeasureNoun(intent_.measures[i]) + " is " + MeasureSlot(i, "rows[0]");
      }
      out_.one += where_ + ".";
    }
  }

  bool TimeFirst() const {
    const wire::ColumnSchema& column = ColumnOf(*intent_.groups.front().column);
    return wire::IsTemporal(column.type) ||
           (column.type == wire::ColumnType::integer &&
            NameWords(column.name) == std::vector<std::string>{"year"});
  }

  void Groups() {
    const std::string noun = MeasureNoun(intent_.measures.front());
    const std::string& measure = planned_.measure_columns.front();
    const std::string& group = planned_.group_columns.back();
    const std::string format = GroupFormat(planned_.group_columns.size() - 1);
    const auto name = [&](const std::string& row) {
      std::string text;
      for (std::size_t i = 0; i < planned_.group_columns.size(); ++i)
        text += (i == 0 ? "" : " / ") + Slot(row, planned_.group_columns[i], GroupFormat(i));
      return text;
    };
    out_.one =
        name("rows[0]") + ": the " + noun + " is " + MeasureSlot(0, "rows[0]") + where_ + ".";
    if (intent_.direction != 0 && !intent_.top_per_group && intent_.limit.value_or(0) > 1) {
      const std::string end = intent_.direction > 0 ? "highest " : "lowest ";
      out_.several = Slot("rows[0]", group, format) + " has the " + end + noun + where_ + ", " +
                     MeasureSlot(0, "rows[0]") + ", followed by " + Slot("rows[1]", group, format) +
                     " with " + MeasureSlot(0, "rows[1]") + ".";
    } else if (intent_.direction != 0 && !intent_.top_per_group) {
      const std::string end = intent_.direction > 0 ? "highest " : "lowest ";
      out_.one = Slot("rows[0]", group, format) + " has the " + end + noun + where_ + ": " +
                 MeasureSlot(0, "rows[0]") + ".";
    } else if (intent_.groups.size() == 1 && TimeFirst() && GroupFormat(0) != "weekday" &&
               GroupFormat(0) != "hour") {
      out_.several =
          "The " + noun + where_ + " went from " + MeasureSlot(0, "rows[0]") + " (" +
          name("rows[0]") + ") to " + MeasureSlot(0, "rows[last]") + " (" + name("rows[last]") +
          "); it was highest in " + Slot("max(" + Key(measure) + ")", group, format) + ", " +
          Slot("max(" + Key(measure) + ")", measure, FormatOf(intent_.measures.front())) + ".";
    } else {
      const std::string top = "max(" + Key(measure) + ")", bottom = "min(" + Key(measure) + ")";
      out_.several = "The " + noun + where_ + " is highest for " + name(top) + " (" +
                     MeasureSlot(0, top) + ") and lowest for " + name(bottom) + " (" +
                     MeasureSlot(0, bottom) + "), among {{r1.total_rows|count:group,groups}}.";
    }
  }

  static std::string Key(const std::string& column) {
    const std::string slot = Slot("x", column, "");
    return slot.find("[\"") == std::string::npos ? column : slot.substr(6, slot.size() - 9);
  }

  void Rows() {
    if (intent_.measures.empty() || planned_.measure_columns.empty() ||
        planned_.group_columns.empty()) {
      out_.several = "{{r1.total_rows|count:row,rows}} found" + where_ + ".";
      return;
    }
    const std::string noun = MeasureNoun(intent_.measures.front());
    const std::string& name = planned_.group_columns.front();
    const bool temporal = wire::IsTemporal(ColumnOf(intent_.show.front()).type);
    const std::string format = temporal ? "day" : "plain";
    const std::string first = Slot("rows[0]", name, format);
    if (intent_.direction == 0) {
      out_.one = "The " + noun + " of " + first + " is " + MeasureSlot(0, "rows[0]") + ".";
      const std::string key = Key(planned_.measure_columns.front());
      out_.several =
          "The " + noun + where_ + " is highest for " + Slot("max(" + key + ")", name, format) +
          ", " + MeasureSlot(0, "max(" + key + ")") + ", among {{r1.total_rows|count:row,rows}}.";
      return;
    }
    const std::string end = intent_.direction > 0 ? "highest " : "lowest ";
    out_.one = first + " has the " + end + noun + where_ + ": " + MeasureSlot(0, "rows[0]") + ".";
    out_.several = first + " has the " + end + noun + where_ + ", " + MeasureSlot(0, "rows[0]") +
                   ", followed by " + Slot("rows[1]", name, format) + " with " +
                   MeasureSlot(0, "rows[1]") + ".";
  }

  void DistinctValues() {
    const std::string& column = planned_.group_columns.front();
    out_.several = "There are {{r1.total_rows|count:value,values}} of " +
                   Noun(intent_.show.front()) + where_ + ": {{r1.list(" + Key(column) + ")}}.";
    out_.one = "There is one value of " + Noun(intent_.show.front()) + where_ + ": {{r1.list(" +
               Key(column) + ")}}.";
  }

  void ShareOfRows() {
    const std::vector<std::string>& columns = planned_.measure_columns;
    const std::string part = Where(intent_.numerator);
    const std::string what = intent_.measures.front().rows
                                 ? "of " + RowNoun(true)
                                 : "of the " + MeasureNoun(intent_.measures.front());
    const std::string format = FormatOf(intent_.measures.front());
    out_.one = Slot("rows[0]", columns[0], "percent") + " " + what + where_ + " are those" + part +
               ": " + Slot("rows[0]", columns[1], format) + " of " +
               Slot("rows[0]", columns[2], format) + ".";
  }

  void ShareByGroup() {
    const std::string key = "max(" + Key(planned_.measure_columns.front()) + ")";
    const std::string& share = planned_.measure_columns.back();
    const std::string name =
        Slot(key, planned_.group_columns.back(), GroupFormat(planned_.group_columns.size() - 1));
    out_.several = name + " has the largest share of the " + MeasureNoun(intent_.measures.front()) +
                   where_ + ": " + Slot(key, share, "percent") + " (" + MeasureSlot(0, key) + ").";
  }

  void Growth() {
    const std::string& growth = planned_.measure_columns.back();
    const std::string& time = planned_.group_columns.front();
    const std::string top = "max(" + Key(growth) + ")", bottom = "min(" + Key(growth) + ")";
    out_.several = "The " + MeasureNoun(intent_.measures.front()) + where_ + " changed by " +
                   Slot("rows[last]", growth, "percent") + " in " +
                   Slot("rows[last]", time, GroupFormat(0)) + "; it rose most in " +
                   Slot(top, time, GroupFormat(0)) + " (" + Slot(top, growth, "percent") +
                   ") and least in " + Slot(bottom, time, GroupFormat(0)) + " (" +
                   Slot(bottom, growth, "percent") + ").";
    out_.one =
        "There is only one period, so nothing to compare: " + MeasureSlot(0, "rows[0]") + ".";
  }

  void RunningTotal() {
    const std::string& total = planned_.measure_columns.back();
    out_.several = "The running total of the " + MeasureNoun(intent_.measures.front()) + where_ +
                   " reaches " + Slot("rows[last]", total, FormatOf(intent_.measures.front())) +
                   " by " + Slot("rows[last]", planned_.group_columns.front(), GroupFormat(0)) +
                   ".";
  }

  void AverageOfGroups() {
    std::string per;
    for (const Group& group : intent_.groups)
      per += (per.empty() ? "" : " and ") +
             (group.grain ? Join(NameWords(std::string(base::EnumName(*group.grain))))
                          : Noun(*group.column));
    out_.one =
        "On average, the " + MeasureNoun(intent_.measures.front()) + " per " + per + where_ +
        " is " +
        Slot("rows[0]", planned_.measure_columns.front(), FormatOf(intent_.measures.front())) + ".";
  }

  const Planned& planned_;
  const Intent& intent_;
  const wire::DatasetSchema& dataset_;
  Narrative out_;
  std::string where_;
};

}  // namespace

Narrative Narrate(const Planned& planned, const wire::DatasetSchema& dataset) {
  return Narrator(planned, dataset).Run();
}

}  // namespace tabletalk::offline
