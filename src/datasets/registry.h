// datasets/registry.json: what the shipped and registered datasets mean.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/codec.h"
#include "wire/schema.h"

namespace tabletalk::datasets {

struct RegisteredColumn {
  std::string name;
  std::string description;
  wire::ColumnRole role = wire::ColumnRole::dimension;
  std::optional<std::string> unit;
  std::vector<std::string> synonyms;
  std::optional<wire::ColumnChoice> type;  ///< Where reading the file would decide otherwise.
  static constexpr std::string_view kOptional[] = {"synonyms"};
};
BOOST_DESCRIBE_STRUCT(RegisteredColumn, (), (name, description, role, unit, synonyms, type))

struct RegisteredTable {
  std::string name;
  std::string file;  ///< Relative to the registry's folder.
  std::string description;
  std::optional<std::string> primary_key;
  std::optional<std::string>
      sha256;  ///< Where the bytes are known beforehand, they are held to it.
  std::vector<std::string> synonyms;
  std::vector<RegisteredColumn> columns;
  std::optional<std::string> skip_lines;  ///< Lines of the file to leave out: "1-3,17,40-".
  static constexpr std::string_view kOptional[] = {"synonyms"};
};
BOOST_DESCRIBE_STRUCT(RegisteredTable, (),
                      (name, file, description, primary_key, sha256, synonyms, columns, skip_lines))

struct RegisteredDataset {
  std::string id;
  std::string name;
  std::string description;
  std::vector<RegisteredTable> tables;
  std::vector<wire::Relationship> relationships;
  std::vector<std::string> prompts;
  static constexpr std::string_view kOptional[] = {"relationships", "prompts"};
};
BOOST_DESCRIBE_STRUCT(RegisteredDataset, (),
                      (id, name, description, tables, relationships, prompts))

struct Registry {
  std::vector<RegisteredDataset> datasets;
};
BOOST_DESCRIBE_STRUCT(Registry, (), (datasets))

/// Reads and checks a registry: ids and names unique, files inside the folder, relationships over
/// known columns. Errors name the file and the path in it.
base::Result<Registry> ReadRegistry(const std::string& path);

/// Lays the registry's words over what the reader found in the file. An error where the file lacks
/// a registered column.
base::Result<void> Annotate(const RegisteredTable& registered, wire::TableSchema& table);

}  // namespace tabletalk::datasets
