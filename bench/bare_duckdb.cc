// The peer of the benchmarks: DuckDB alone, with nothing of ours around it.
//
//   bare_duckdb ingest FILE DB     CREATE TABLE data AS FROM read_csv(FILE) into a fresh DB
//   bare_duckdb query DB SQL       runs SQL on DB, opened read-only
//   bare_duckdb repeat DB SQL      the same once for each line of standard input, in one process
//
// Prints the statement's wall time in milliseconds and the number of rows, a line each.
#include <duckdb.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

namespace {

int Fail(const char* what) {
  std::fprintf(stderr, "bare_duckdb: %s\n", what != nullptr ? what : "unknown error");
  return 1;
}

int Time(duckdb_connection connection, const std::string& sql) {
  duckdb_result result;
  const auto start = std::chrono::steady_clock::now();
  const duckdb_state state = duckdb_query(connection, sql.c_str(), &result);
  const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
  if (state != DuckDBSuccess) return Fail(duckdb_result_error(&result));
  std::printf("%.3f ms, %llu rows\n", spent.count(),
              static_cast<unsigned long long>(duckdb_row_count(&result)));
  std::fflush(stdout);
  duckdb_destroy_result(&result);
  return 0;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view job = argc == 4 ? argv[1] : "";
  if (job != "ingest" && job != "query" && job != "repeat")
    return Fail("usage: bare_duckdb ingest FILE DB | bare_duckdb query|repeat DB SQL");
  const bool ingest = job == "ingest";
  duckdb_config config;
  if (duckdb_create_config(&config) != DuckDBSuccess) return Fail("no memory");
  if (!ingest) duckdb_set_config(config, "access_mode", "READ_ONLY");
  duckdb_database database;
  duckdb_connection connection;
  char* error = nullptr;
  if (duckdb_open_ext(argv[ingest ? 3 : 2], &database, config, &error) != DuckDBSuccess)
    return Fail(error);
  duckdb_destroy_config(&config);
  if (duckdb_connect(database, &connection) != DuckDBSuccess) return Fail("cannot connect");
  int status = 0;
  if (job == "repeat")
    for (std::string line; status == 0 && std::getline(std::cin, line);)
      status = Time(connection, argv[3]);
  else
    status = Time(connection, ingest ? "CREATE TABLE data AS FROM read_csv(" + Quoted(argv[2]) + ")"
                                     : std::string(argv[3]));
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  return status;
}
