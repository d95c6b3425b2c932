// Datasets as the rest of the product knows them: what is in them, what it means, what it looks
// like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/table.h"

namespace tabletalk::wire {

/// What a column is for. Registered datasets say so; for others it is inferred from name and
/// profile.
enum class ColumnRole { identifier, measure, dimension, time, text, flag };
BOOST_DESCRIBE_ENUM(ColumnRole, identifier, measure, dimension, time, text, flag)

/// One value of a column and how many rows have it.
struct ValueCount {
  Value value;
  std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ValueCount, (), (value, count))

/// Facts about a column's data, computed in the sandbox when the file was read.
struct ColumnProfile {
  std::uint64_t nulls = 0;
  std::uint64_t distinct = 0;  ///< Approximate above 10,000.
  Value min;                   ///< Null for a column with no values.
  Value max;
  std::optional<double> mean;  ///< Numeric columns only.
  std::optional<double> stddev;
  std::vector<ValueCount> top_values;  ///< Most frequent first. Text, boolean and low-cardinality
                                       ///< integer columns: all values where there are at most
                                       ///< 2,000, else the 200 most frequent.
  bool top_values_complete = false;    ///< True when top_values lists every value there is.
  static constexpr std::string_view kOptional[] = {"nulls", "distinct",   "min",
                                                   "max",   "top_values", "top_values_complete"};
};
BOOST_DESCRIBE_STRUCT(ColumnProfile, (),
                      (nulls, distinct, min, max, mean, stddev, top_values, top_values_complete))

struct ColumnSchema {
  std::string name;
  ColumnType type = ColumnType::text;
  std::string database_type;
  std::string description;
  ColumnRole role = ColumnRole::dimension;
  std::optional<std::string> unit;  ///< "EUR", "°C", "minutes".
  std::vector<std::string> synonyms;
  ColumnProfile profile;
  /// What was decided about its values when the file was read, a sentence each: day or month first,
  /// cells set aside. They are among the table's warnings, too.
  std::vector<std::string> notes;
  static constexpr std::string_view kOptional[] = {"database_type", "description", "role",
                                                   "synonyms",      "profile",     "notes"};
};
BOOST_DESCRIBE_STRUCT(ColumnSchema, (),
                      (name, type, database_type, description, role, unit, synonyms, profile,
                       notes))

struct TableSchema {
  std::string name;
  std::string description;
  std::vector<std::string> synonyms;  ///< Other words for what one row is.
  std::uint64_t rows = 0;
  std::string sha256;  ///< Of the original file's bytes.
  std::vector<ColumnSchema> columns;
  std::vector<std::string> warnings;       ///< From reading the file; with the columns' notes.
  std::vector<std::vector<Value>> sample;  ///< The first rows, at most 10.
  static constexpr std::string_view kOptional[] = {"description", "synonyms", "rows",
                                                   "sha256",      "warnings", "sample"};

  const ColumnSchema* Find(std::string_view column) const;
};
BOOST_DESCRIBE_STRUCT(TableSchema, (),
                      (name, description, synonyms, rows, sha256, columns, warnings, sample))

enum class RelationshipKind { one_to_one, one_to_many, many_to_one };
BOOST_DESCRIBE_ENUM(RelationshipKind, one_to_one, one_to_many, many_to_one)

/// Two columns that say the same thing; both are written "table.column".
struct Relationship {
  std::string from;
  std::string to;
  RelationshipKind kind = RelationshipKind::one_to_many;
};
BOOST_DESCRIBE_STRUCT(Relationship, (), (from, to, kind))

struct DatasetSchema {
  std::string id;
  std::string name;
  std::string description;
  std::string version;  ///< SHA-256 over the tables' names and hashes, in order.
  std::string origin;   ///< "registry", "upload" or "files".
  std::vector<TableSchema> tables;
  std::vector<Relationship> relationships;
  std::vector<std::string> prompts;
  static constexpr std::string_view kOptional[] = {"description", "version", "origin",
                                                   "relationships", "prompts"};

  const TableSchema* Find(std::string_view table) const;
};
BOOST_DESCRIBE_STRUCT(DatasetSchema, (),
                      (id, name, description, version, origin, tables, relationships, prompts))

}  // namespace tabletalk::wire
