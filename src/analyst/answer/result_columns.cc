#include "analyst/answer/result_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "analyst/card/business_words.h"
#include "base/codec.h"
#include "plan/names.h"

namespace tabletalk::analyst {
namespace {

using wire::Aggregate;
using wire::Grain;

/// What is known of one name in a plan.
struct Meaning {
  std::string noun;
  std::string unit;
  std::string format;  ///< Where it does not follow from the unit.
  ColumnUse use = ColumnUse::measure;
  bool counts = false;
};

std::string FormatOf(Grain grain) {
  switch (grain) {
    case Grain::day: return "day";
    case Grain::week: return "week";
    case Grain::month: return "month";
    case Grain::quarter: return "quarter";
    case Grain::year: return "year";
    case Grain::day_of_week: return "weekday";
    case Grain::month_of_year: return "monthname";
    case Grain::hour_of_day: return "hour";
    case Grain::minute:
    case Grain::hour: return "auto";
  }
  return "auto";
}

bool IsCycle(Grain grain) {
  return grain == Grain::day_of_week || grain == Grain::month_of_year ||
         grain == Grain::hour_of_day;
}

Meaning OfColumn(const wire::ColumnSchema& column) {
  Meaning meaning;
  meaning.noun = NounOf(column);
  meaning.unit = column.unit.value_or("");
  switch (column.role) {
    case wire::ColumnRole::measure: break;
    case wire::ColumnRole::time: meaning.use = ColumnUse::time; break;
    case wire::ColumnRole::identifier:
    case wire::ColumnRole::dimension:
    case wire::ColumnRole::text:
    case wire::ColumnRole::flag: meaning.use = ColumnUse::group; break;
  }
  if (column.type == wire::ColumnType::date) meaning.format = "day";
  const bool names_rows = meaning.use != ColumnUse::measure;
  if (wire::IsNumeric(column.type) && names_rows) meaning.format = "plain";
  if (!wire::IsNumeric(column.type) && meaning.use == ColumnUse::measure)
    meaning.use = ColumnUse::group;
  return meaning;
}

class PlanColumns {
 public:
  PlanColumns(const wire::QueryPlan& plan, const wire::DatasetSchema& dataset)
      : plan_(plan), dataset_(dataset), tables_(plan::TableNames(plan, dataset)) {
    if (const auto* nested = std::get_if<wire::Source::Nested>(&plan.from.node))
      nested_ = PlanColumns(*nested->plan, dataset).items_;
    const std::vector<std::string> names = plan::ItemNames(plan.select, tables_);
    // Windows and calculations may name items that come after them.
    for (const bool looks_at_items : {false, true})
      for (std::size_t i = 0; i < names.size(); ++i)
        if (looks_at_items == LooksAtItems(plan.select[i]))
          items_[names[i]] = OfItem(plan.select[i], names[i]);
  }

  const std::map<std::string, Meaning>& items() const { return items_; }

 private:
  static bool LooksAtItems(const wire::SelectItem& item) {
    return std::holds_alternative<wire::WindowItem>(item.node) ||
           std::holds_alternative<wire::CalcItem>(item.node);
  }

  Meaning Resolve(const std::string& name) const {
    if (const auto item = items_.find(name); item != items_.end()) return item->second;
    const std::string bare = plan::BareName(name, tables_);
    if (const auto inner = nested_.find(bare); inner != nested_.end()) return inner->second;
    if (const wire::ColumnSchema* column = Find(name, bare)) return OfColumn(*column);
    return {SpokenName(bare), "", "", ColumnUse::group};
  }

  const wire::ColumnSchema* Find(const std::string& name, const std::string& bare) const {
    std::vector<std::string> order;
    if (bare.size() < name.size()) order.push_back(name.substr(0, name.size() - bare.size() - 1));
    if (const auto* from = std::get_if<std::string>(&plan_.from.node)) order.push_back(*from);
    for (const wire::Join& join : plan_.joins) order.push_back(join.table);
    for (const std::string& table : order)
      if (const wire::TableSchema* schema = dataset_.Find(table))
        if (const wire::ColumnSchema* column = schema->Find(bare)) return column;
    return nullptr;
  }

  Meaning OfItem(const wire::SelectItem& item, const std::string& name) const {
    Meaning meaning = std::visit([&](const auto& node) { return Of(node); }, item.node);
    const bool renamed = item.as && !(std::holds_alternative<wire::ColumnItem>(item.node) &&
                                      plan::BareName(NameIn(item), tables_) == *item.as);
    if (renamed || meaning.noun.empty()) meaning.noun = SpokenName(name);
    return meaning;
  }
  static std::string NameIn(const wire::SelectItem& item) {
    const auto* column = std::get_if<wire::ColumnItem>(&item.node);
    return column != nullptr ? column->column : "";
  }

  Meaning Of(const wire::ColumnItem& item) const {
    Meaning meaning = Resolve(item.column);
    if (item.grain) {
      meaning.noun = std::string(base::EnumName(*item.grain));
      std::replace(meaning.noun.begin(), meaning.noun.end(), '_', ' ');
      meaning.format = FormatOf(*item.grain);
      meaning.use = IsCycle(*item.grain) ? ColumnUse::cycle : ColumnUse::time;
    }
    if (item.bin) meaning.use = ColumnUse::group;
    return meaning;
  }

  std::string RowNoun() const {
    const auto* from = std::get_if<std::string>(&plan_.from.node);
    const wire::TableSchema* table = from != nullptr ? dataset_.Find(*from) : nullptr;
    return table != nullptr && plan_.joins.empty() ? RowsOf(*table) : "rows";
  }

  Meaning Of(const wire::AggregateItem& item) const {
    const bool rows = item.columns.empty() || item.columns.front() == "*";
    Meaning of =
        rows ? Meaning{RowNoun(), "", "", ColumnUse::measure} : Resolve(item.columns.front());
    const auto counted = [&](const std::string& noun) {
      return Meaning{noun, "", "auto", ColumnUse::measure, true};
    };
    const auto measured = [&](const std::string& noun) {
      // A date stays a date; all else is measured in the column's unit.
      const bool time = of.use == ColumnUse::time;
      return Meaning{noun, of.unit, time ? of.format : "",
                     time ? ColumnUse::time : ColumnUse::measure};
    };
    switch (item.aggregate) {
      case Aggregate::count:
        return counted(rows ? "number of " + of.noun : "number of rows with " + of.noun);
      case Aggregate::count_distinct: return counted("number of different values of " + of.noun);
      case Aggregate::sum:
        return measured((of.noun.starts_with("total") ? "" : "total ") + of.noun);
      case Aggregate::avg: return measured("average " + of.noun);
      case Aggregate::min: return measured("lowest " + of.noun);
      case Aggregate::max: return measured("highest " + of.noun);
      case Aggregate::median: return measured("median " + of.noun);
      case Aggregate::quantile: return measured("percentile of " + of.noun);
      case Aggregate::stddev: return measured("standard deviation of " + of.noun);
      case Aggregate::stddev_pop: return measured("standard deviation of " + of.noun);
      case Aggregate::variance:
      case Aggregate::var_pop: return counted("variance of " + of.noun);
      case Aggregate::regr_slope: return counted("slope of " + of.noun);
      case Aggregate::regr_intercept: return counted("intercept of " + of.noun);
      case Aggregate::regr_r2: return counted("share of " + of.noun + " that is explained");
      case Aggregate::skewness: return counted("skewness of " + of.noun);
      case Aggregate::kurtosis: return counted("kurtosis of " + of.noun);
      case Aggregate::corr:
      case Aggregate::covar:
        return counted((item.aggregate == Aggregate::corr ? "correlation" : "covariance") +
                       std::string(" between ") + of.noun + " and " +
                       (item.columns.size() > 1 ? Resolve(item.columns[1]).noun : of.noun));
      case Aggregate::mode: of.noun = "most frequent " + of.noun; return of;
      case Aggregate::first: of.noun = "first " + of.noun; return of;
      case Aggregate::last: of.noun = "last " + of.noun; return of;
      case Aggregate::arg_max:
      case Aggregate::arg_min: return of;
    }
    return of;
  }

  Meaning Of(const wire::WindowItem& item) const {
    const Meaning of = item.of.empty() ? Meaning{} : Resolve(item.of);
    switch (item.window) {
      case wire::WindowFunction::share:
        return {"share of the " + of.noun, "", "percent", ColumnUse::measure};
      case wire::WindowFunction::pct_change:
        return {"change of the " + of.noun, "", "percent", ColumnUse::measure};
      case wire::WindowFunction::rank:
      case wire::WindowFunction::dense_rank:
      case wire::WindowFunction::row_number: return {"rank", "", "plain", ColumnUse::measure};
      case wire::WindowFunction::running_total:
        return {"running total of " + of.noun, of.unit, of.format, ColumnUse::measure};
      case wire::WindowFunction::moving_avg:
        return {"moving average of " + of.noun, of.unit, of.format, ColumnUse::measure};
      case wire::WindowFunction::moving_stddev:
      case wire::WindowFunction::stddev:
        return {"standard deviation of " + of.noun, of.unit, of.format, ColumnUse::measure};
      case wire::WindowFunction::avg:
        return {"average " + of.noun, of.unit, of.format, ColumnUse::measure};
      case wire::WindowFunction::zscore:
        return {"standard score of " + of.noun, "", "auto", ColumnUse::measure};
      case wire::WindowFunction::next: return {"next " + of.noun, of.unit, of.format, of.use};
      case wire::WindowFunction::previous:
        return {"previous " + of.noun, of.unit, of.format, ColumnUse::measure};
      case wire::WindowFunction::change:
        return {"change of the " + of.noun, of.unit, of.format, ColumnUse::measure};
    }
    return of;
  }

  /// The unit that a calculation keeps: sums and differences of one unit, and amounts of money that
  /// are multiplied or divided by something else.
  Meaning Of(const wire::CalcItem& item) const {
    std::vector<std::string> units;
    CollectUnits(item.calc, units);
    const std::string& function = item.calc.function;
    if (function == "ratio" || function == "date_diff" || function == "length") units.clear();
    const auto is_money = [](const std::string& unit) {
      return FormatOfUnit(unit).starts_with("money:");
    };
    std::string unit;
    if (function == "*" || function == "/") {
      const auto money = std::count_if(units.begin(), units.end(), is_money);
      if (money == 1 && (function == "*" || is_money(units.front())))
        unit = *std::find_if(units.begin(), units.end(), is_money);
    } else if (!units.empty() && std::all_of(units.begin(), units.end(), [&](const auto& one) {
                 return one == units.front();
               })) {
      unit = units.front();
    }
    const bool text = function == "concat" || function == "lower" || function == "upper";
    return {"", unit, text ? "auto" : RoundedFormat(item.calc, unit),
            text ? ColumnUse::group : ColumnUse::measure};
  }
  /// As many digits as the plan rounds to.
  static std::string RoundedFormat(const wire::Calc& calc, const std::string& unit) {
    if (calc.function != "round" || calc.args.size() != 2 || !unit.empty()) return "";
    const auto* digits = std::get_if<wire::Value>(&calc.args[1].node);
    const auto number = digits != nullptr ? digits->AsNumber() : std::nullopt;
    const bool decimals = number && *number >= 1 && *number <= 15;
    return decimals ? "fixed:" + std::to_string(static_cast<int>(*number)) : "";
  }
  void CollectUnits(const wire::Calc& calc, std::vector<std::string>& units) const {
    for (const wire::Operand& operand : calc.args) {
      if (const auto* name = std::get_if<wire::Operand::Name>(&operand.node))
        units.push_back(Resolve(name->name).unit);
      else if (const auto* inner = std::get_if<wire::Boxed<wire::Calc>>(&operand.node))
        CollectUnits(**inner, units);
      else if (const auto* measured = std::get_if<wire::Boxed<wire::AggregateItem>>(&operand.node))
        units.push_back(Of(**measured).unit);
    }
  }

  Meaning Of(const wire::CaseItem&) const { return {"", "", "auto", ColumnUse::group}; }

  const wire::QueryPlan& plan_;
  const wire::DatasetSchema& dataset_;
  const std::vector<std::string> tables_;
  std::map<std::string, Meaning> nested_, items_;
};

/// By the column's own type, and the schema's column of that very name if it names rows.
Meaning OfResult(const wire::Column& column, const wire::DatasetSchema& dataset) {
  const bool temporal = wire::IsTemporal(column.type);
  Meaning meaning{SpokenName(column.name), "", "auto",
                  temporal                       ? ColumnUse::time
                  : wire::IsNumeric(column.type) ? ColumnUse::measure
                                                 : ColumnUse::group};
  if (column.type == wire::ColumnType::date) meaning.format = "day";
  for (const wire::TableSchema& table : dataset.tables) {
    const wire::ColumnSchema* known = table.Find(column.name);
    if (known == nullptr || known->type != column.type) continue;
    const Meaning of = OfColumn(*known);
    meaning.noun = of.noun;
    if (of.use != ColumnUse::measure) return of;
  }
  // An alias like "total" may be a count; only a column that names rows is taken for the schema's.
  if (column.name == "year" && column.type == wire::ColumnType::integer)
    return {"year", "", "plain", ColumnUse::time};
  return meaning;
}

/// How many decimals a number has where it is written as shortly as can be; none where it has no
/// end that anybody chose.
std::optional<int> Decimals(double number) {
  const std::string text = fmt::format("{}", number);
  if (text.find_first_of("en") != std::string::npos) return std::nullopt;
  const std::size_t point = text.find('.');
  const auto digits = point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
  constexpr int kMostChosen = 6;
  return digits > kMostChosen ? std::nullopt : std::optional(digits);
}

/// A statement that cuts its dates to months gives months, whatever their type says.
/// Empty where it does not.
std::string TruncatedGrain(const wire::Run& run, const wire::Table& table, std::size_t column) {
  std::string code;
  for (const char c : run.sql) code += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (code.find("date_trunc") == std::string::npos) return "";
  const auto all_begin = [&](std::string_view ending) {
    return std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
      const std::string* text = row[column].if_text();
      if (text == nullptr) return true;
      const std::string_view day = std::string_view(*text).substr(0, 10);
      const std::string_view time = std::string_view(*text).substr(day.size());
      return day.ends_with(ending) && time.find_first_of("123456789") == std::string_view::npos;
    });
  };
  if (code.find("'year'") != std::string::npos && all_begin("-01-01")) return "year";
  if (code.find("'quarter'") != std::string::npos && all_begin("-01")) return "quarter";
  if (code.find("'month'") != std::string::npos && all_begin("-01")) return "month";
  return code.find("'week'") != std::string::npos && all_begin("") ? "week" : "";
}

}  // namespace

std::string FormatOfDigits(const wire::Table& table, std::size_t column, const wire::Run& run) {
  int most = 0;
  for (const auto& row : table.rows) {
    const auto number = row[column].AsNumber();
    if (!number) continue;
    const auto digits = Decimals(*number);
    if (!digits) return "auto";
    most = std::max(most, *digits);
  }
  const bool rounds = run.sql.find("round(") != std::string::npos ||
                      run.sql.find("ROUND(") != std::string::npos ||
                      run.python.find("round(") != std::string::npos;
  // Two decimals are what numbers get anyway.
  return most > 2 || (most == 1 && rounds) ? fmt::format("fixed:{}", most) : "auto";
}

std::vector<ResultColumn> DescribeColumns(const wire::Run& run,
                                          const wire::DatasetSchema& dataset) {
  std::vector<ResultColumn> described;
  if (!run.result) return described;
  std::map<std::string, Meaning> planned;
  if (run.plan) planned = PlanColumns(*run.plan, dataset).items();
  for (std::size_t i = 0; i < run.result->columns.size(); ++i) {
    const wire::Column& column = run.result->columns[i];
    const auto found = planned.find(column.name);
    Meaning meaning = found != planned.end() ? found->second : OfResult(column, dataset);
    // Whatever the plan says, text is no amount.
    if (meaning.use == ColumnUse::measure && !wire::IsNumeric(column.type))
      meaning.use = ColumnUse::group;
    std::string format = meaning.format.empty() ? FormatOfUnit(meaning.unit) : meaning.format;
    const bool measure = meaning.use == ColumnUse::measure;
    if (format == "auto" && measure) format = FormatOfDigits(*run.result, i, run);
    if (wire::IsTemporal(column.type) && !run.plan)
      if (std::string grain = TruncatedGrain(run, *run.result, i); !grain.empty())
        format = std::move(grain);
    described.push_back(
        {column.name, std::move(meaning.noun), std::move(format), meaning.use, meaning.counts});
  }
  return described;
}

}  // namespace tabletalk::analyst
