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

std::string CalcName(const wire::Calc& calc) {
  std::vector<std::string> parts;
  for (const wire::Operand& arg : calc.args)
    if (const auto* name = std::get_if<wire::Operand::Name>(&arg.node))
      parts.push_back(BareName(name->name));
  const std::string word = Word(calc.function);
  if (parts.empty()) return word;
  if (word != calc.function && parts.size() > 1)
    return fmt::format("{}", fmt::join(parts, "_" + word + "_"));
  return fmt::format("{}_{}", word, fmt::join(parts, "_"));
}

std::string AggregateName(const wire::AggregateItem& item) {
  const std::string name(base::EnumName(item.aggregate));
  if (item.columns.empty() || item.columns.front() == "*") return name;
  std::string made = name;
  if (item.aggregate == wire::Aggregate::quantile && item.p) {
    const double percent = *item.p * 100;
    if (std::abs(percent - std::round(percent)) < 1e-9) made = fmt::format("p{:.0f}", percent);
  }
  for (const std::string& column : item.columns) made += "_" + BareName(column);
  return made;
}

std::string DefaultName(const wire::SelectItem& item) {
  if (const auto* column = std::get_if<wire::ColumnItem>(&item.node)) {
    std::string name = BareName(column->column);
    if (column->grain) name += "_" + std::string(base::EnumName(*column->grain));
    if (column->bin) name += "_bin";
    return name;
  }
  if (const auto* aggregate = std::get_if<wire::AggregateItem>(&item.node))
    return AggregateName(*aggregate);
  if (const auto* calc = std::get_if<wire::CalcItem>(&item.node)) return CalcName(calc->calc);
  if (const auto* window = std::get_if<wire::WindowItem>(&item.node)) {
    const std::string name(base::EnumName(window->window));
    return window->of.empty() ? name : name + "_of_" + BareName(window->of);
  }
  return "case";
}

std::string QualifiedName(const wire::SelectItem& item) {
  if (const auto* column = std::get_if<wire::ColumnItem>(&item.node))
    if (const auto dot = column->column.find('.'); dot != std::string::npos)
      return column->column.substr(0, dot) + "_" + DefaultName(item);
  return DefaultName(item);
}

}  // namespace

std::string BareName(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos || dot + 1 == name.size() ? name : name.substr(dot + 1);
}

std::vector<std::string> ItemNames(const std::vector<wire::SelectItem>& select) {
  std::set<std::string> taken;
  for (const wire::SelectItem& item : select)
    if (item.as) taken.insert(LowerAscii(*item.as));
  std::vector<std::string> names;
  for (const wire::SelectItem& item : select) {
    if (item.as) {
      names.push_back(*item.as);
      continue;
    }
    std::string name(base::Truncate(DefaultName(item), kLongestName));
    if (taken.contains(LowerAscii(name))) name = base::Truncate(QualifiedName(item), kLongestName);
    const std::string stem = name;
    for (int n = 2; name.empty() || taken.contains(LowerAscii(name)); ++n)
      name = fmt::format("{}_{}", stem, n);
    taken.insert(LowerAscii(name));
    names.push_back(name);
  }
  return names;
}

}  // namespace tabletalk::plan
