#include "plan/names.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "base/codec.h"
#include "base/utf8.h"
#include "plan/text.h"

namespace tabletalk::plan {
namespace {

constexpr std::size_t kLongestName = 60;  // Code points; a made-up name is no place for an essay.

std::string Word(const std::string& function) {
  if (function == "+") return "plus";
  if (function == "-") return "minus";
  if (function == "*") return "times";
  if (function == "/") return "per";
  if (function == "%") return "mod";
  return function;
}

using Tables = std::vector<std::string>;

/// How much of a name is a table and its dot.
std::size_t PrefixLength(std::string_view name, const Tables& tables) {
  std::size_t longest = 0;
  for (const std::string& table : tables)
    if (table.size() >= longest && name.size() > table.size() + 1 && name[table.size()] == '.' &&
        EqualIgnoringCase(name.substr(0, table.size()), table))
      longest = table.size() + 1;
  return longest;
}

std::string AggregateName(const wire::AggregateItem& item, const Tables& tables) {
  const std::string name(base::EnumName(item.aggregate));
  if (item.columns.empty() || item.columns.front() == "*") return name;
  std::string made = name;
  if (item.aggregate == wire::Aggregate::quantile && item.p) {
    const double percent = *item.p * 100;
    if (std::abs(percent - std::round(percent)) < 1e-9) made = fmt::format("p{:.0f}", percent);
  }
  for (const std::string& column : item.columns) made += "_" + BareName(column, tables);
  return made;
}

std::string CalcName(const wire::Calc& calc, const Tables& tables) {
  std::vector<std::string> parts;
  for (const wire::Operand& arg : calc.args)
    if (const auto* name = std::get_if<wire::Operand::Name>(&arg.node)) {
      parts.push_back(BareName(name->name, tables));
    } else if (const auto* inner = std::get_if<wire::Boxed<wire::AggregateItem>>(&arg.node)) {
      parts.push_back(AggregateName(**inner, tables));
    }
  const std::string word = Word(calc.function);
  if (parts.empty()) return word;
  if (word != calc.function && parts.size() > 1)
    return fmt::format("{}", fmt::join(parts, "_" + word + "_"));
  return fmt::format("{}_{}", word, fmt::join(parts, "_"));
}

using Aggregates = std::vector<const wire::AggregateItem*>;
void CollectFrom(const wire::Calc& calc, Aggregates& found);
void CollectFrom(const wire::Operand& operand, Aggregates& found) {
  if (const auto* inner = std::get_if<wire::Boxed<wire::AggregateItem>>(&operand.node))
    found.push_back(&**inner);
  if (const auto* calc = std::get_if<wire::Boxed<wire::Calc>>(&operand.node))
    CollectFrom(**calc, found);
}
void CollectFrom(const wire::Calc& calc, Aggregates& found) {
  for (const wire::Operand& arg : calc.args) CollectFrom(arg, found);
}

std::string DefaultName(const wire::SelectItem& item, const Tables& tables) {
  if (const auto* column = std::get_if<wire::ColumnItem>(&item.node)) {
    std::string name = BareName(column->column, tables);
    if (column->grain) name += "_" + std::string(base::EnumName(*column->grain));
    if (column->bin) name += "_bin";
    return name;
  }
  if (const auto* aggregate = std::get_if<wire::AggregateItem>(&item.node))
    return AggregateName(*aggregate, tables);
  if (const auto* calc = std::get_if<wire::CalcItem>(&item.node))
    return CalcName(calc->calc, tables);
  if (const auto* window = std::get_if<wire::WindowItem>(&item.node)) {
    const std::string name(base::EnumName(window->window));
    return window->of.empty() ? name : name + "_of_" + BareName(window->of, tables);
  }
  return "case";
}

std::string QualifiedName(const wire::SelectItem& item, const Tables& tables) {
  if (const auto* column = std::get_if<wire::ColumnItem>(&item.node))
    if (const std::size_t prefix = PrefixLength(column->column, tables); prefix > 0)
      return column->column.substr(0, prefix - 1) + "_" + DefaultName(item, tables);
  return DefaultName(item, tables);
}

}  // namespace

std::vector<const wire::AggregateItem*> AggregatesIn(const wire::SelectItem& item) {
  std::vector<const wire::AggregateItem*> found;
  if (const auto* aggregate = std::get_if<wire::AggregateItem>(&item.node)) found = {aggregate};
  if (const auto* calc = std::get_if<wire::CalcItem>(&item.node)) CollectFrom(calc->calc, found);
  if (const auto* choice = std::get_if<wire::CaseItem>(&item.node)) {
    for (const wire::CaseBranch& branch : choice->branches) CollectFrom(branch.then, found);
    if (choice->otherwise) CollectFrom(*choice->otherwise, found);
  }
  return found;
}

std::vector<std::string> TableNames(const wire::QueryPlan& plan,
                                    const wire::DatasetSchema& dataset) {
  std::vector<std::string> names;
  for (const wire::TableSchema& table : dataset.tables) names.push_back(table.name);
  if (const auto* nested = std::get_if<wire::Source::Nested>(&plan.from.node))
    names.push_back(nested->as);
  for (const wire::Join& join : plan.joins)
    if (join.as) names.push_back(*join.as);
  return names;
}

std::string BareName(const std::string& name, const std::vector<std::string>& tables) {
  return name.substr(PrefixLength(name, tables));
}

std::vector<std::string> ItemNames(const std::vector<wire::SelectItem>& select,
                                   const std::vector<std::string>& tables) {
  std::set<std::string> taken;
  for (const wire::SelectItem& item : select)
    if (item.as) taken.insert(LowerAscii(*item.as));
  std::vector<std::string> names;
  for (const wire::SelectItem& item : select) {
    if (item.as) {
      names.push_back(*item.as);
      continue;
    }
    // A column's own name is not made up: charts and people call it by all of it.
    const auto* column = std::get_if<wire::ColumnItem>(&item.node);
    const bool own = column != nullptr && !column->grain && !column->bin;
    std::string name = DefaultName(item, tables);
    if (!own) name = base::Truncate(name, kLongestName);
    if (taken.contains(LowerAscii(name)))
      name = base::Truncate(QualifiedName(item, tables), kLongestName);
    const std::string stem = name;
    for (int n = 2; name.empty() || taken.contains(LowerAscii(name)); ++n)
      name = fmt::format("{}_{}", stem, n);
    taken.insert(LowerAscii(name));
    names.push_back(name);
  }
  return names;
}

}  // namespace tabletalk::plan
