// Datasets as the rest of the product knows them: what is in them, what it means, what it looks
// like.
#pragma once

#include <cstdint>
#include <map>
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
  /// cells set aside. They are among the table's notes, too.
  std::vector<std::string> notes;
  static constexpr std::string_view kOptional[] = {"database_type", "description", "role",
                                                   "synonyms",      "profile",     "notes"};
};
BOOST_DESCRIBE_STRUCT(ColumnSchema, (),
                      (name, type, database_type, description, role, unit, synonyms, profile,
                       notes))

/// What a note of reading is about.
enum class NoteKind {
  layout,        ///< Where the table begins, its header, its encoding, names that were made up.
  rows,          ///< Rows that were set aside, left out or filled up.
  cells,         ///< Cells that fit no type of their column and are empty now.
  guess,         ///< One of two readings was taken: day or month first, which century.
  zone,          ///< Times that name a time zone.
  unit,          ///< What stood beside the numbers and was taken off.
  kept_as_text,  ///< A column that could be numbers or dates and was left as it is.
  values,        ///< Values that differ by case or blanks only, gaps below a first value, totals.
  other,
};
BOOST_DESCRIBE_ENUM(NoteKind, layout, rows, cells, guess, zone, unit, kept_as_text, values, other)

/// Something that reading decided or found odd. An answer that uses the column, or for a note about
/// all of the table the table, should say it.
struct ReadingNote {
  NoteKind kind = NoteKind::other;
  std::string column;  ///< Empty where it is about all of the table.
  std::string text;    ///< One sentence.
  static constexpr std::string_view kOptional[] = {"kind", "column"};
};
BOOST_DESCRIBE_STRUCT(ReadingNote, (), (kind, column, text))

/// Rows whose label says that they sum others ("Total", "North Total"), and whose numbers do.
/// Adding them to the rows they sum counts everything twice.
struct TotalRows {
  std::string column;               ///< The text column with the labels.
  std::vector<std::string> labels;  ///< Its values in such rows, as written; at most 100.
  std::uint64_t rows = 0;           ///< How many rows have one of these labels.
  std::vector<std::string> sums;    ///< The numeric columns in which the arithmetic agrees.
};
BOOST_DESCRIBE_STRUCT(TotalRows, (), (column, labels, rows, sums))

/// What the user says a column is.
enum class ColumnChoice { text, integer, number, boolean, date, timestamp, time };
BOOST_DESCRIBE_ENUM(ColumnChoice, text, integer, number, boolean, date, timestamp, time)

/// What the user decided about reading one file. Other choices make another table of the same
/// bytes, so they are part of a table's identity.
struct ReadingChoices {
  std::map<std::string, ColumnChoice> types;  ///< By the column's name, as cleaned.
  std::string skip_lines;                     ///< Lines of the file to leave out: "1-3,17,40-".
  bool operator==(const ReadingChoices&) const = default;
  static constexpr std::string_view kOptional[] = {"types", "skip_lines"};
};
BOOST_DESCRIBE_STRUCT(ReadingChoices, (), (types, skip_lines))

struct TableSchema {
  std::string name;
  std::string description;
  std::vector<std::string> synonyms;  ///< Other words for what one row is.
  std::uint64_t rows = 0;
  std::string sha256;  ///< Of the original file's bytes.
  std::vector<ColumnSchema> columns;
  std::vector<std::string> warnings;       ///< The texts of `notes`, for people.
  std::vector<ReadingNote> notes;          ///< From reading the file.
  std::vector<TotalRows> totals;           ///< Rows that sum others, by the column that says so.
  std::vector<std::vector<Value>> sample;  ///< The first rows, at most 10.
  ReadingChoices choices;
  static constexpr std::string_view kOptional[] = {"description", "synonyms", "rows",
                                                   "sha256",      "warnings", "notes",
                                                   "totals",      "sample",   "choices"};

  const ColumnSchema* Find(std::string_view column) const;
};
BOOST_DESCRIBE_STRUCT(TableSchema, (),
                      (name, description, synonyms, rows, sha256, columns, warnings, notes, totals,
                       sample, choices))

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
