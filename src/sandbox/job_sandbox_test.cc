// Jobs over workers of no kind at all: what they ask of a source, and what they make of an end.
#include "sandbox/job_sandbox.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "sandbox/testing/scripted_workers.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using confine::Verdict;
using testing::Script;
using testing::ScriptedWorkers;
using testing::Witness;

Script Says42() {
  wire::SqlRan ran;
  wire::Column column;
  column.name = "n";
  column.type = wire::ColumnType::integer;
  ran.table.columns.push_back(column);
  ran.table.rows = {{wire::Value(std::int64_t{42})}};
  ran.table.total_rows = 1;
  ran.digest = std::string(64, 'a');
  ran.engine = "e";
  Script script;
  script.frames = {{"sql_ran", base::ToJson(ran)}};
  script.end.usage.peak_memory = base::ByteSize::Mebi(7);
  script.end.layers = {"a wall of another provider"};
  return script;
}

Script EndsBy(Verdict verdict, Script script = {}) {
  script.end.verdict = verdict;
  return script;
}

Script Orphan() {
  Script script = EndsBy(Verdict::crashed);
  script.end.signal = SIGKILL;
  script.lost_its_origin = true;
  return script;
}

Script Says(std::string kind, base::json::value body) {
  Script script;
  script.frames.emplace_back(std::move(kind), std::move(body));
  return script;
}

SqlJob Trusted() {
  SqlJob job;
  job.sql = "SELECT 42";
  job.check = false;
  return job;
}

std::shared_ptr<Sandbox> Over(std::deque<Script> scripts, Witness& witness) {
  return MakeJobSandbox(std::make_unique<ScriptedWorkers>(std::move(scripts), witness),
                        std::make_shared<Admission>(2, 4), std::chrono::seconds(0));
}

TEST(JobSandbox, AResultIsWhatEndedWellSays) {
  Witness witness;
  const auto outcome = Over({Says42()}, witness)->RunSql(Trusted(), {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().public_message();
  EXPECT_EQ(outcome->ran->table.rows[0][0], wire::Value(std::int64_t{42}));
  EXPECT_EQ(outcome->report.usage.memory_mb, 7);
  EXPECT_EQ(outcome->report.layers, std::vector<std::string>{"a wall of another provider"});
  EXPECT_EQ(witness.alive, 0);
}

TEST(JobSandbox, TheEndDecidesWhateverWasSaid) {
  const struct {
    const char* what;
    std::deque<Script> scripts;
    ErrorCode code;
    std::size_t workers;
    std::size_t distrusted;
  } cases[] = {
      {"time", {EndsBy(Verdict::timeout)}, ErrorCode::timed_out, 1, 0},
      {"memory, though it had answered", {EndsBy(Verdict::memory_limit, Says42())},
       ErrorCode::memory_limit, 1, 0},
      {"processor time", {EndsBy(Verdict::cpu_limit, Says42())}, ErrorCode::cpu_limit, 1, 0},
      {"a flood of output", {EndsBy(Verdict::output_limit, Says42())}, ErrorCode::output_limit, 1, 0},
      {"a crash after the answer", {EndsBy(Verdict::crashed, Says42())},
       ErrorCode::execution_failed, 1, 0},
      {"its origin died, twice", {Orphan(), Orphan(), Says42()}, ErrorCode::execution_failed, 2, 0},
      {"a reply of another kind", {Says("sql_rain", base::json::object())}, ErrorCode::internal, 1, 1},
      {"a reply of no shape", {Says("sql_ran", base::json::array())}, ErrorCode::internal, 1, 1},
      {"no worker", {}, ErrorCode::no_sandbox, 1, 0},
  };
  for (const auto& c : cases) {
    Witness witness;
    const auto outcome = Over(c.scripts, witness)->RunSql(Trusted(), {});
    ASSERT_TRUE(outcome.has_error()) << c.what;
    EXPECT_EQ(outcome.error().code(), c.code) << c.what << ": " << outcome.error().public_message();
    EXPECT_EQ(witness.needs.size(), c.workers) << c.what;
    EXPECT_GE(witness.distrusted.size(), c.distrusted) << c.what;
    EXPECT_EQ(witness.distrusted.empty(), c.distrusted == 0) << c.what;
    EXPECT_EQ(witness.alive, 0) << c.what;
  }
}

TEST(JobSandbox, AJobWhoseWorkerLostItsOriginGoesToAnother) {
  Witness witness;
  const auto outcome = Over({Orphan(), Says42()}, witness)->RunSql(Trusted(), {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().public_message();
  EXPECT_EQ(witness.needs.size(), 2u);
}

TEST(JobSandbox, AsksForWhatTheJobNeedsAndNoMore) {
  Witness witness;
  const auto sandbox = Over({}, witness);
  SqlJob sql = Trusted();
  sql.tables = {{"orders", "/host/orders.duckdb", {}}};
  sql.output_directory = "/host/out";
  EXPECT_TRUE(sandbox->RunSql(sql, {}).has_error());
  sql.export_format = wire::ExportFormat::csv;
  EXPECT_TRUE(sandbox->RunSql(sql, {}).has_error());
  EXPECT_TRUE(sandbox->CheckSql(sql, {}).has_error());
  IngestJob ingest;
  ingest.source = "/host/orders.csv";
  ingest.output_directory = "/host/cache";
  EXPECT_TRUE(sandbox->Ingest(ingest, {}).has_error());
  EXPECT_TRUE(sandbox->Ready().has_error());
  ASSERT_EQ(witness.needs.size(), 5u);
  EXPECT_EQ(witness.needs[0].tables.size(), 1u);
  EXPECT_EQ(witness.needs[0].output_directory, "") << "nothing is exported";
  EXPECT_EQ(witness.needs[1].output_directory, "/host/out");
  EXPECT_EQ(witness.needs[2].output_directory, "") << "a check exports nothing";
  EXPECT_EQ(witness.needs[3].source, "/host/orders.csv");
  EXPECT_EQ(witness.needs[3].output_directory, "/host/cache");
  EXPECT_TRUE(witness.needs[4].exceptional);
  EXPECT_FALSE(witness.needs[0].exceptional);
}

}  // namespace
}  // namespace tabletalk::sandbox
