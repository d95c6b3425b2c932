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
  ReadingChoices choices;  ///< What the user decided; invalid_argument where it does not fit.
  static constexpr std::string_view kOptional[] = {"choices"};
};
BOOST_DESCRIBE_STRUCT(IngestRequest, (),
                      (source, file_name, output, max_cells, max_columns, max_expanded_bytes,
                       memory_mb, threads, choices))

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
  std::vector<ReadingNote> notes;          ///< One clear sentence each, at most 50.
  std::vector<TotalRows> totals;           ///< At most 10.
  std::uint64_t rows_set_aside = 0;        ///< Bad rows that are not in the table.
  std::vector<std::vector<Value>> sample;  ///< The first rows, at most 10.
  std::string format;                      ///< "csv", "parquet", "json_lines".
};
BOOST_DESCRIBE_STRUCT(Ingested, (), (rows, columns, notes, totals, rows_set_aside, sample, format))

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

/// What the code of a run must do: define `calculate(input)`, whose value is the result, or assign
/// `result`, with the dataset's tables in scope.
enum class PythonContract { calculate, result };
BOOST_DESCRIBE_ENUM(PythonContract, calculate, result)

/// kind "check_python": CPython's own parser reads it; none of it is run.
struct CheckPythonRequest {
  std::string code;
  PythonContract contract = PythonContract::result;
  std::uint64_t max_chars = 10'000;
  std::uint64_t max_loop_depth = 3;
};
BOOST_DESCRIBE_STRUCT(CheckPythonRequest, (), (code, contract, max_chars, max_loop_depth))

/// kind "python_checked".
struct PythonChecked {
  Verdict verdict;
  std::vector<std::string> allowed_imports;  ///< Top-level and dotted names, sorted.
};
BOOST_DESCRIBE_STRUCT(PythonChecked, (), (verdict, allowed_imports))

/// A table for Python: its Parquet file is a descriptor of the process that loads it.
struct FrameFile {
  std::string name;  ///< Key in `tables`; the first one is `df`.
  int descriptor = -1;
};
BOOST_DESCRIBE_STRUCT(FrameFile, (), (name, descriptor))

/// kind "load_frames", to the process that holds a dataset for its runs; "frames_loaded" answers.
struct LoadFramesRequest {
  std::vector<FrameFile> frames;
};
BOOST_DESCRIBE_STRUCT(LoadFramesRequest, (), (frames))
struct FramesLoaded {
  std::uint64_t rows = 0;   ///< Of all tables together.
  std::uint64_t bytes = 0;  ///< pandas' own account of their memory.
};
BOOST_DESCRIBE_STRUCT(FramesLoaded, (), (rows, bytes))

/// kind "open_tables", to the process that holds a dataset for its SQL runs; "tables_opened"
/// answers. Paths as in RunSqlRequest.
struct OpenTablesRequest {
  std::vector<MountedTable> tables;
  std::uint64_t memory_mb = 1024;  ///< Budget of one run.
  std::uint64_t warm_mb = 0;       ///< Tables are read ahead up to this much.
  std::uint64_t threads = 2;       ///< Of one run, most likely; another number costs it a moment.
};
BOOST_DESCRIBE_STRUCT(OpenTablesRequest, (), (tables, memory_mb, warm_mb, threads))
struct TablesOpened {
  std::uint64_t bytes = 0;  ///< Read ahead.
};
BOOST_DESCRIBE_STRUCT(TablesOpened, (), (bytes))

/// kind "run_python": the code runs as it stands; checking is a request of its own.
struct RunPythonRequest {
  std::string code;
  PythonContract contract = PythonContract::result;
  base::json::value input;                    ///< The argument of `calculate`: an object.
  std::uint64_t seed = 0;                     ///< Of `random` and `numpy.random`.
  std::uint64_t max_rows = 1000;              ///< Of a table or sequence in the reply.
  std::uint64_t max_text_chars = 10'000;      ///< Of one text in the reply.
  std::uint64_t max_result_bytes = 64 << 20;  ///< Of the reply's JSON and of each attachment.
  ExportFormat export_format = ExportFormat::none;
  static constexpr std::string_view kOptional[] = {"input"};
};
BOOST_DESCRIBE_STRUCT(RunPythonRequest, (),
                      (code, contract, input, seed, max_rows, max_text_chars, max_result_bytes,
                       export_format))

/// kind "python_ran". The frame's attachment is the figure, then the export.
struct PythonRan {
  /// A plain JSON value, or {type: "dataframe", data, shape, truncated, total_rows}, {type:
  /// "series", data, length, truncated}, {type: "array", data, shape, truncated}.
  base::json::value result;
  std::optional<Table> table;  ///< A DataFrame or Series once more, with column types.
  std::string digest;          ///< SHA-256 over the canonical JSON of the whole result.
  double execution_ms = 0;
  std::string engine;              ///< "python 3.11.2, pandas 2.3.3, numpy 2.3.5".
  std::uint64_t figure_bytes = 0;  ///< A PNG; 0 where no figure was left open.
  std::uint64_t export_bytes = 0;  ///< The whole table in the format asked for.
};
BOOST_DESCRIBE_STRUCT(PythonRan, (),
                      (result, table, digest, execution_ms, engine, figure_bytes, export_bytes))

/// kind "attest": try to break out of the confinement around this process. Harmless where it holds.
struct AttestRequest {
  std::string host_file;          ///< A file of the host that must not be readable.
  std::uint16_t host_port = 0;    ///< A TCP port of the host's loopback that must not be reachable.
  std::int64_t host_process = 0;  ///< A process of the host that must not be seen.
};
BOOST_DESCRIBE_STRUCT(AttestRequest, (), (host_file, host_port, host_process))

struct EscapeAttempt {
  std::string name;  ///< "read_host_file", "open_socket", ...
  bool contained = true;
  std::string detail;  ///< What the kernel said.
};
BOOST_DESCRIBE_STRUCT(EscapeAttempt, (), (name, contained, detail))

/// kind "attested".
struct Attested {
  std::vector<EscapeAttempt> attempts;
};
BOOST_DESCRIBE_STRUCT(Attested, (), (attempts))

/// kind "failed": in place of any reply. `code` is a base::ErrorCode name.
struct Failed {
  std::string code;
  std::string message;
  std::vector<Issue> issues;
};
BOOST_DESCRIBE_STRUCT(Failed, (), (code, message, issues))

}  // namespace tabletalk::wire
