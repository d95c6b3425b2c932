// The messages between the planes: what the server asks of the runner and what comes back.
//
// One message is one frame (wire/frame.h): {"kind": "<kind>", "body": <one of these types>}. Paths
// are paths inside the sandbox. The runner is not trusted: the server reads every reply with
// bounds, and believes no path, size or verdict about limits from it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "wire/policy.h"
#include "wire/schema.h"
#include "wire/table.h"

namespace tabletalk::wire {

/// kind "hash": the identity of a file, computed before a byte of it is parsed; "hashed" answers.
struct HashRequest {
  std::string source;
};
BOOST_DESCRIBE_STRUCT(HashRequest, (), (source))

/// kind "ingest": read a file of unknown format, write it as a columnar file, say what is in it.
struct IngestRequest {
  std::string source;     ///< "/in/source": the file, read-only.
  std::string file_name;  ///< What the user calls it; only its extension is a hint.
  std::string output;     ///< "/out/table.duckdb": to be created.
  std::uint64_t max_cells = 100'000'000;
  std::uint64_t max_columns = 10'000;
  std::uint64_t max_expanded_bytes = 4ull << 30;  ///< After gunzip, and of a transcoded copy.
  std::uint64_t memory_mb = 1024;
  std::uint64_t threads = 2;
};
BOOST_DESCRIBE_STRUCT(IngestRequest, (),
                      (source, file_name, output, max_cells, max_columns, max_expanded_bytes,
                       memory_mb, threads))

/// kind "hashed".
struct Hashed {
  std::string sha256;
  std::uint64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Hashed, (), (sha256, bytes))

/// kind "progress": any number of them, at most a few a second.
struct Progress {
  std::string stage;    ///< "hashing", "reading", "profiling", "running".
  double fraction = 0;  ///< 0..1, or negative where it is not known.
};
BOOST_DESCRIBE_STRUCT(Progress, (), (stage, fraction))

/// kind "ingested". The columnar file holds one table, main.data, with these columns.
struct Ingested {
  std::uint64_t rows = 0;
  std::vector<ColumnSchema> columns;       ///< Names as cleaned; description, role, unit inferred.
  std::vector<std::string> warnings;       ///< One clear sentence each, at most 50.
  std::uint64_t rows_set_aside = 0;        ///< Bad rows that are not in the table.
  std::vector<std::vector<Value>> sample;  ///< The first rows, at most 10.
  std::string format;                      ///< "csv", "parquet", "json_lines".
};
BOOST_DESCRIBE_STRUCT(Ingested, (), (rows, columns, warnings, rows_set_aside, sample, format))

/// One table of the dataset, as the runner sees it.
struct MountedTable {
  std::string name;  ///< What SQL calls it.
  std::string path;  ///< Its columnar file, read-only; empty where only the schema is needed.
  std::vector<Column> columns;
};
BOOST_DESCRIBE_STRUCT(MountedTable, (), (name, path, columns))

/// kind "check_sql".
struct CheckSqlRequest {
  std::string sql;
  std::vector<MountedTable> tables;
  std::uint64_t default_limit = 200;
  std::uint64_t max_limit = 1000;
  std::uint64_t max_chars = 10'000;
};
BOOST_DESCRIBE_STRUCT(CheckSqlRequest, (), (sql, tables, default_limit, max_limit, max_chars))

/// kind "sql_checked". `sql` is what may run: the same statement with its LIMIT added or lowered.
struct SqlChecked {
  Verdict verdict;
  std::string sql;
  std::vector<std::string> parameters;  ///< Names of the parameters that must be bound.
};
BOOST_DESCRIBE_STRUCT(SqlChecked, (), (verdict, sql, parameters))

/// The whole result as a file beside the preview.
enum class ExportFormat { none, csv, parquet };
BOOST_DESCRIBE_ENUM(ExportFormat, none, csv, parquet)

/// kind "run_sql": the statement runs as it stands; checking is a request of its own.
struct RunSqlRequest {
  std::string sql;
  std::map<std::string, Value> parameters;
  std::vector<MountedTable> tables;
  std::uint64_t max_rows = 1000;              ///< Rows in the reply's table.
  std::uint64_t max_text_chars = 10'000;      ///< Of one text cell in the reply.
  std::uint64_t max_result_bytes = 64 << 20;  ///< Of the reply's JSON.
  ExportFormat export_format = ExportFormat::none;
  std::string export_path;  ///< "/out/result.parquet".
  std::uint64_t memory_mb = 1024;
  std::uint64_t threads = 2;
};
BOOST_DESCRIBE_STRUCT(RunSqlRequest, (),
                      (sql, parameters, tables, max_rows, max_text_chars, max_result_bytes,
                       export_format, export_path, memory_mb, threads))

/// kind "sql_ran".
struct SqlRan {
  Table table;
  std::string digest;  ///< SHA-256 over the canonical form of the whole result.
  double execution_ms = 0;
  std::string engine;  ///< "duckdb v1.4.4".
};
BOOST_DESCRIBE_STRUCT(SqlRan, (), (table, digest, execution_ms, engine))

/// kind "failed": in place of any reply. `code` is a base::ErrorCode name.
struct Failed {
  std::string code;
  std::string message;
  std::vector<Issue> issues;
};
BOOST_DESCRIBE_STRUCT(Failed, (), (code, message, issues))

}  // namespace tabletalk::wire
