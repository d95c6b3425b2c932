#include "offline/words/costs.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/mp11.hpp>
#include <charconv>
#include <optional>

#include "offline/words/word_table.h"

namespace tabletalk::offline {
namespace {

using Fields = boost::describe::describe_members<Costs, boost::describe::mod_public |
                                                            boost::describe::mod_inherited>;

std::optional<double> NumberOf(const WordEntry& entry) {
  if (entry.phrases.size() != 1) return std::nullopt;
  const std::string& text = entry.phrases.front();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size() && number >= 0;
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

std::vector<std::string> CostFaults(const WordFile& file) {
  std::vector<std::string> faults;
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<Fields>([&](auto field) { names.push_back(field.name); });
  for (const std::string_view name : names)
    if (std::count_if(file.entries.begin(), file.entries.end(),
                      [&](const WordEntry& entry) { return entry.key == name; }) != 1)
      faults.push_back(fmt::format("{}: the cost \"{}\" must be there once", file.name, name));
  for (const WordEntry& entry : file.entries) {
    if (std::find(names.begin(), names.end(), entry.key) == names.end())
      faults.push_back(fmt::format("{}: nothing reads \"{}\"", file.name, entry.key));
    if (!NumberOf(entry))
      faults.push_back(fmt::format("{}: \"{}\" is no number", file.name, entry.key));
  }
  return faults;
}

const Costs& TheCosts() {
  static const Costs kCosts = [] {
    Costs costs;
    for (const std::string_view section :
         {"words", "names", "plans", "limits", "links", "doubts", "confidence"})
      for (const WordEntry* entry : EntriesOf("costs", section))
        boost::mp11::mp_for_each<Fields>([&](auto field) {
          if (entry->key == field.name) costs.*field.pointer = NumberOf(*entry).value();
        });
    return costs;
  }();
  return kCosts;
}

}  // namespace tabletalk::offline
