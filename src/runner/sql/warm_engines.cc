#include "runner/sql/warm_engines.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "runner/policy/sql_policy.h"
#include "runner/sql/sql_run.h"

namespace tabletalk::runner {

namespace {

constexpr std::uint64_t kMebi = 1 << 20;

/// The engines as they stand, for statements of our own.
class TheseEngines final : public EngineSource {
 public:
  TheseEngines(const Engine& data, const Engine& schema) : data_(data), schema_(schema) {}
  base::Result<void> Serves(const std::vector<wire::MountedTable>&) const override { return {}; }
  base::Result<const Engine*> ForRun(const wire::RunSqlRequest&) override { return &data_; }
  base::Result<const Engine*> ForCheck(const wire::CheckSqlRequest&) override { return &schema_; }

 private:
  const Engine& data_;
  const Engine& schema_;
};

bool SameColumns(const std::vector<wire::Column>& a, const std::vector<wire::Column>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const wire::Column& x, const wire::Column& y) {
        return x.name == y.name && x.type == y.type && x.database_type == y.database_type;
      });
}

std::uint64_t FileSize(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// All rows of `sql`, thrown away as they come.
base::Result<void> ReadThrough(const Engine& engine, const std::string& sql) {
  duckdb_prepared_statement statement = nullptr;
  duckdb_pending_result pending = nullptr;
  duckdb_result result{};
  bool good = duckdb_prepare(engine.connection(), sql.c_str(), &statement) == DuckDBSuccess &&
              duckdb_pending_prepared_streaming(statement, &pending) == DuckDBSuccess &&
              duckdb_execute_pending(pending, &result) == DuckDBSuccess;
  while (good) {
    duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
    if (chunk == nullptr) break;
    duckdb_destroy_data_chunk(&chunk);
  }
  const char* text = good ? duckdb_result_error(&result) : duckdb_prepare_error(statement);
  std::string detail = text != nullptr ? text : "";
  good = good && detail.empty();
  duckdb_destroy_result(&result);
  if (pending != nullptr) duckdb_destroy_pending(&pending);
  duckdb_destroy_prepare(&statement);
  if (good) return {};
  return base::MakeError(base::ErrorCode::invalid_argument, "A table could not be read.",
                         std::move(detail));
}

}  // namespace

base::Result<WarmEngines> WarmEngines::Open(const wire::OpenTablesRequest& request) {
  EngineOptions options;
  options.tables = request.tables;
  options.memory_mb = request.memory_mb + request.warm_mb;
  options.threads = 1;
  options.lock = ConfigurationLock::later;
  TT_ASSIGN(Engine data, Engine::Open(options));
  TT_ASSIGN(Engine schema, Engine::Open(CheckOptions(request.tables)));
  WarmEngines engines(request.tables, std::move(data), std::move(schema));
  engines.memory_mb_ = request.memory_mb;
  engines.likely_threads_ = request.threads;
  TT_CHECK(engines.ReadAhead(request.warm_mb * kMebi));
  TT_CHECK(engines.data_.Limit(engines.HeldAnd(request.memory_mb), 1));
  TT_CHECK(engines.WarmUp({}));
  return engines;
}

base::Result<void> WarmEngines::ReadAhead(std::uint64_t budget) {
  for (const wire::MountedTable& table : tables_) {
    const std::uint64_t size = FileSize(table.path);
    if (size > budget) continue;
    budget -= size;
    TT_CHECK(ReadThrough(data_, "FROM memory.main." + QuoteIdentifier(table.name)));
  }
  TT_ASSIGN(const std::string held,
            data_.Text("SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT::VARCHAR "
                       "FROM duckdb_memory() WHERE tag = 'BASE_TABLE'"));
  std::from_chars(held.data(), held.data() + held.size(), bytes_);
  return {};
}

base::Result<void> WarmEngines::WarmUp(const ProgressFunction& progress) const {
  TheseEngines engines(data_, schema_);
  // What most questions come to: groups, sums, an order.
  std::vector<std::string> statements = {
      "SELECT word, count(*) AS n, sum(x) AS total FROM (SELECT 'name ' || (i % 7) AS word, "
      "i * 1.5 AS x FROM range(100) r(i)) WHERE x >= 0 GROUP BY word ORDER BY total DESC"};
  if (!tables_.empty())
    statements.push_back("SELECT count(*) AS n FROM " + QuoteIdentifier(tables_.front().name));
  for (const std::string& sql : statements) {
    wire::CheckSqlRequest check;
    check.tables = tables_;
    check.sql = sql;
    const wire::SqlChecked checked = CheckSql(check, engines);
    if (!checked.verdict.is_valid)
      return base::MakeError(base::ErrorCode::internal, "The query engine does not work.",
                             checked.verdict.issues.front().message);
    wire::RunSqlRequest run;
    run.sql = checked.sql;
    // A run that was not checked in the same process parses its statement itself.
    TheseEngines unchecked(data_, schema_);
    TT_CHECK(RunSql(run, unchecked, progress));
  }
  return {};
}

base::Result<void> WarmEngines::PrepareCopy() {
  TT_CHECK(data_.Limit(HeldAnd(memory_mb_), likely_threads_));
  return WarmUp([](const wire::Progress&) { return true; });
}

/// What is held is shared with other runs, and not taken from this one's memory.
std::uint64_t WarmEngines::HeldAnd(std::uint64_t memory_mb) const {
  return memory_mb + (bytes_ + kMebi - 1) / kMebi;
}

base::Result<void> WarmEngines::Serves(const std::vector<wire::MountedTable>& tables) const {
  const bool without_paths = std::all_of(tables.begin(), tables.end(),
                                         [](const auto& table) { return table.path.empty(); });
  const bool same =
      std::equal(tables.begin(), tables.end(), tables_.begin(), tables_.end(),
                 [&](const wire::MountedTable& asked, const wire::MountedTable& held) {
                   return asked.name == held.name && (without_paths || asked.path == held.path) &&
                          SameColumns(asked.columns, held.columns);
                 });
  if (same) return {};
  return base::InvalidArgument("This process holds other tables.");
}

base::Result<const Engine*> WarmEngines::ForRun(const wire::RunSqlRequest& request) {
  TT_CHECK(Serves(request.tables));
  if (!locked_) {
    TT_CHECK(data_.Limit(HeldAnd(request.memory_mb), request.threads));
    TT_CHECK(data_.Lock());
    locked_ = true;
    memory_mb_ = request.memory_mb;
    threads_ = request.threads;
  }
  if (request.memory_mb != memory_mb_ || request.threads != threads_)
    return base::InvalidArgument("This process has its limits already.");
  return &data_;
}

base::Result<const Engine*> WarmEngines::ForCheck(const wire::CheckSqlRequest& request) {
  TT_CHECK(Serves(request.tables));
  return &schema_;
}

}  // namespace tabletalk::runner
