#include "offline/sentence_parts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "narrative/format.h"
#include "offline/words/text.h"
#include "offline/words/thesaurus.h"

namespace tabletalk::offline {
namespace {

using narrative::FormatCell;
using narrative::HasDigit;
using wire::Aggregate;
using wire::ConditionOp;

bool FromDate(const std::string& text) {
  return text.size() >= 10 && text[4] == '-' && text[7] == '-';
}

std::string LiteralText(const wire::Value& value) {
  if (const auto* text = value.if_text()) return FromDate(*text) ? *text : "\"" + *text + "\"";
  // A limit is said with all its digits; only whole numbers take separators.
  const double* real = value.if_double();
  return FormatCell(value, real != nullptr && std::floor(*real) != *real ? "plain" : "auto");
}

std::string UnitInName(const std::string& name) {
  for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'[', ']'}}) {
    const auto from = name.find(open), to = name.find(close);
    if (from == std::string::npos || to == std::string::npos || to < from) continue;
    const std::string inside = name.substr(from + 1, to - from - 1);
    if (!HasDigit(inside)) return inside;
  }
  return "";
}

}  // namespace

/// Text that goes between slots; with digits in it, it becomes a slot itself.
std::string SentenceParts::Say(std::string text) {
  if (!HasDigit(text) && text.find("{{") == std::string::npos) return text;
  literals_.names.push_back(std::move(text));
  return "{{name." + std::to_string(literals_.names.size() - 1) + "}}";
}

/// "body mass" for body_mass_g: the name without its unit.
std::string SentenceParts::Noun(ColumnId id) {
  if (const auto own = intent_.said.find(id); own != intent_.said.end()) return Say(own->second);
  std::vector<std::string> words = NameWords(ColumnOf(id).name);
  const std::vector<std::string> all = words;
  while (words.size() > 1 && IsLightNameWord(words.back())) words.pop_back();
  return Say(Join(words.empty() ? all : words));
}

std::string SentenceParts::RowNoun(bool plural) const {
  const std::vector<std::string> words = NameWords(dataset_.tables[intent_.home].name);
  if (words.empty()) return plural ? "rows" : "row";
  std::string head = Singular(words.back());
  // A file's name need not say what its rows are; a plural does.
  if (head == words.back() || HasDigit(head)) return plural ? "rows" : "row";
  std::vector<std::string> noun(words.begin(), words.end() - 1);
  noun.push_back(plural ? Plural(head) : head);
  return HasDigit(Join(noun)) ? (plural ? "rows" : "row") : Join(noun);
}

std::string SentenceParts::FormatOf(const Measure& measure) const {
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

std::string SentenceParts::GroupFormat(std::size_t i) const {
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

std::string SentenceParts::FilterText(const Filter& filter) const {
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

std::string SentenceParts::Where(const std::vector<Filter>& filters) {
  std::string text;
  for (const Filter& filter : filters) {
    literals_.filters.push_back(FilterText(filter));
    text += (text.empty() ? " where " : " and ") + std::string("{{filter.") +
            std::to_string(literals_.filters.size() - 1) + "}}";
  }
  return text;
}

/// "average discount", "number of orders".
std::string SentenceParts::MeasureNoun(const Measure& measure) {
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
      literals_.numbers.push_back(std::to_string(std::lround(*measure.p * 100)));
      return "percentile {{q." + std::to_string(literals_.numbers.size() - 1) + "}} of " + column;
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

std::string SentenceParts::Slot(const std::string& row, const std::string& column,
                                const std::string& format) {
  const bool plain = column.find_first_of(" .[]()|{}\"") == std::string::npos && !column.empty();
  std::string quoted;
  for (const char c : column) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return "{{" + row + (plain ? "." + column : "[\"" + quoted + "\"]") + "|" + format + "}}";
}

std::string SentenceParts::Key(const std::string& column) {
  const std::string slot = Slot("x", column, "");
  return slot.find("[\"") == std::string::npos ? column : slot.substr(3, slot.size() - 6);
}

}  // namespace tabletalk::offline
