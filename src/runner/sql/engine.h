// One locked DuckDB instance for one request.
//
// Engine::Open makes an in-memory instance with every door shut that DuckDB lets us shut, puts the
// dataset's tables into it, and then locks the configuration, so that nothing a statement does can
// open a door again. The instance serves one request and is thrown away. (An instance that is
// opened ahead, to be copied with its process for each request, has its doors shut as well; its
// threads and memory are set in the copy, which locks it then.)
//
// What the lock leaves open is written in docs/policy.md ("The engine by itself"): it is the wall
// behind the policy and before the sandbox, not a boundary. DuckDB says of itself that SQL is
// executable code.
//
// Not thread-safe. An Engine owns its database and connection; results and prepared statements made
// from it must go before it does.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/runner.h"
#include "wire/sql_text.h"

namespace tabletalk::runner {

/// What the dataset's tables are in this instance.
enum class TableSource {
  files,   ///< Views over the mounted columnar files, attached read-only.
  schema,  ///< Empty tables of the given columns: enough to bind a statement, with nothing to read.
};

/// When the configuration is locked: nothing untrusted may reach an engine before it is.
enum class ConfigurationLock {
  at_open,
  later,  ///< By Lock, which the owner calls: for an engine that is opened ahead.
};

struct EngineOptions {
  std::vector<wire::MountedTable> tables;
  TableSource source = TableSource::files;
  std::uint64_t memory_mb = 1024;  ///< DuckDB's own budget; the cap is the sandbox's.
  std::uint64_t threads = 2;
  /// The one file this instance may write: for the writer of exports, which never sees a
  /// statement of the user's. Empty: no file at all.
  std::string writable_path;
  ConfigurationLock lock = ConfigurationLock::at_open;
};

class Engine {
 public:
  /// Errors: invalid_argument for a table that cannot be named or read, internal where DuckDB
  /// does not start.
  static base::Result<Engine> Open(const EngineOptions& options);

  Engine(Engine&&) noexcept = default;
  Engine& operator=(Engine&&) noexcept = default;

  /// For an engine that is not locked yet. What is as asked for already costs nothing.
  base::Result<void> Limit(std::uint64_t memory_mb, std::uint64_t threads);
  base::Result<void> Lock();

  duckdb_connection connection() const { return handles_->connection; }

  /// One statement of ours, for its effect. The error's internal detail is DuckDB's text.
  base::Result<void> Run(const std::string& sql) const;
  /// One statement of ours with bound texts; the first cell of its first row, "" for none.
  base::Result<std::string> Text(const std::string& sql,
                                 const std::vector<std::string>& parameters = {}) const;
  /// DuckDB's own text of a statement's syntax tree, by a statement that is kept prepared.
  base::Result<std::string> SyntaxTree(const std::string& sql) const;
  /// All rows of one statement of ours whose columns are all VARCHAR.
  base::Result<std::vector<std::vector<std::string>>> Rows(const std::string& sql) const;

 private:
  struct Handles {
    duckdb_database database = nullptr;
    duckdb_connection connection = nullptr;
    duckdb_prepared_statement serializer = nullptr;  ///< Once it was wanted.
    Handles() = default;
    Handles(const Handles&) = delete;
    ~Handles();
  };
  Engine() : handles_(std::make_unique<Handles>()) {}
  base::Result<void> Start(const EngineOptions& options);
  base::Result<void> AttachFiles(const EngineOptions& options);
  base::Result<void> CreateEmptyTables(const EngineOptions& options);
  base::Result<void> Prepare(const std::string& sql, duckdb_prepared_statement& statement) const;
  base::Result<void> CloseDoors(const EngineOptions& options);

  std::unique_ptr<Handles> handles_;
  std::string memory_;   // as set
  std::string threads_;  // as set
};

/// "duckdb v1.4.4".
std::string EngineVersion();

using wire::QuoteIdentifier;
using wire::QuoteText;

/// The name of a table that never exists: what the macros that hide current_user and its kin in a
/// schema-only engine refer to, so that binding them fails in a way that can be told apart.
inline constexpr std::string_view kHiddenIdentity = "tabletalk_hidden_identity";
/// The names DuckDB reads as function calls where no column has them, and which say something
/// about the session rather than the data.
inline constexpr std::string_view kIdentityNames[] = {
    "user", "current_user", "session_user", "current_role", "current_schema", "current_catalog"};

}  // namespace tabletalk::runner
