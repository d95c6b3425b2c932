#include "datasets/registry.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/spelling.h"

namespace tabletalk::datasets {
namespace {

using base::InvalidArgument;
using base::Result;

bool StaysInside(const std::string& file) {
  const std::filesystem::path path(file);
  if (path.is_absolute() || file.empty()) return false;
  for (const auto& part : path)
    if (part == "..") return false;
  return true;
}

const RegisteredColumn* FindColumn(const RegisteredDataset& dataset, std::string_view qualified) {
  for (const RegisteredTable& table : dataset.tables) {
    if (qualified.substr(0, table.name.size()) != table.name) continue;
    if (qualified.size() <= table.name.size() || qualified[table.name.size()] != '.') continue;
    for (const RegisteredColumn& column : table.columns)
      if (column.name == qualified.substr(table.name.size() + 1)) return &column;
  }
  return nullptr;
}

Result<void> CheckDataset(const RegisteredDataset& dataset) {
  if (dataset.id.empty() || dataset.tables.empty())
    return InvalidArgument(fmt::format("dataset \"{}\" needs an id and a table", dataset.id));
  std::set<std::string> names;
  for (const RegisteredTable& table : dataset.tables) {
    if (!names.insert(table.name).second)
      return InvalidArgument(fmt::format("{}: table {} is there twice", dataset.id, table.name));
    if (!StaysInside(table.file))
      return InvalidArgument(fmt::format("{}.{}: file \"{}\" must be a relative path without ..",
                                         dataset.id, table.name, table.file));
    std::set<std::string> columns;
    for (const RegisteredColumn& column : table.columns)
      if (!columns.insert(column.name).second)
        return InvalidArgument(
            fmt::format("{}.{}: column {} is there twice", dataset.id, table.name, column.name));
  }
  for (const wire::Relationship& relationship : dataset.relationships)
    for (const std::string& end : {relationship.from, relationship.to})
      if (FindColumn(dataset, end) == nullptr)
        return InvalidArgument(
            fmt::format("{}: relationship over \"{}\", which is no column", dataset.id, end));
  return {};
}

}  // namespace

Result<Registry> ReadRegistry(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    return base::MakeError(base::ErrorCode::not_found,
                           fmt::format("{} cannot be read; set DATASETS_DIR to the folder that "
                                       "holds registry.json",
                                       path));
  std::ostringstream text;
  text << file.rdbuf();
  auto registry = base::FromJsonText<Registry>(text.str());
  if (registry.has_error()) return std::move(registry).error().WithContext(path);
  std::set<std::string> ids;
  for (const RegisteredDataset& dataset : registry->datasets) {
    if (!ids.insert(dataset.id).second)
      return InvalidArgument(fmt::format("{}: dataset {} is there twice", path, dataset.id));
    auto checked = CheckDataset(dataset);
    if (checked.has_error()) return std::move(checked).error().WithContext(path);
  }
  return registry;
}

Result<void> Annotate(const RegisteredTable& registered, wire::TableSchema& table) {
  table.description = registered.description;
  table.synonyms = registered.synonyms;
  if (registered.sha256 && *registered.sha256 != table.sha256)
    return base::MakeError(
        base::ErrorCode::conflict,
        fmt::format("the file of table {} is not the one that the registry describes "
                    "(SHA-256 {}, expected {})",
                    table.name, table.sha256, *registered.sha256));
  for (const RegisteredColumn& column : registered.columns) {
    wire::ColumnSchema* found = nullptr;
    for (wire::ColumnSchema& candidate : table.columns)
      if (candidate.name == column.name) found = &candidate;
    if (found == nullptr)
      return InvalidArgument(
          fmt::format("the file of table {} has no column \"{}\", which the "
                      "registry describes",
                      table.name, column.name));
    found->description = column.description;
    found->role = column.role;
    found->unit = column.unit;
    found->synonyms = column.synonyms;
  }
  return {};
}

}  // namespace tabletalk::datasets
