#include "runner/policy/sql_functions.h"

#include <map>
#include <stdexcept>

#include "runner/policy/sql_functions_text.h"
#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace {

/// Lower-case name to the kinds it is listed as: "scalar", "aggregate", "table"...
std::multimap<std::string, std::string, std::less<>> ReadList(std::string_view text) {
  std::multimap<std::string, std::string, std::less<>> list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos)
      throw std::runtime_error("policies/sql_functions.txt: bad line: " + std::string(line));
    list.emplace(std::string(line.substr(space + 1)), std::string(line.substr(0, space)));
  }
  return list;
}

const std::multimap<std::string, std::string, std::less<>>& List() {
  static const auto kList = ReadList(kSqlFunctionsText);
  return kList;
}

}  // namespace

FunctionKind ScalarFunction(std::string_view name) {
  FunctionKind kind = FunctionKind::none;
  const auto [first, last] = List().equal_range(LowerName(name));
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second == "table") {
      if (entry->first == "unnest") kind = FunctionKind::pure;
    } else if (entry->second == "changing") {
      return FunctionKind::changing;
    } else {
      kind = FunctionKind::pure;
    }
  }
  return kind;
}

bool IsTableFunction(std::string_view name) {
  const auto [first, last] = List().equal_range(LowerName(name));
  for (auto entry = first; entry != last; ++entry)
    if (entry->second == "table") return true;
  return false;
}

bool IsClockName(std::string_view name) {
  const std::string lower = LowerName(name);
  for (std::string_view clock :
       {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"})
    if (clock == lower) return true;
  return false;
}

}  // namespace tabletalk::runner
