// Python runs with the real interpreter: results, what was printed, files, limits, and data.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "sandbox/testing/sandbox_under_test.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using testing::Descendants;
using testing::Eventually;
using testing::Folder;
using testing::StartOrDie;
using testing::WarmOptions;

PythonJob Code(std::string code) {
  PythonJob job;
  job.code = std::move(code);
  job.check = false;
  job.limits.wall = milliseconds(5000);
  job.limits.memory = base::ByteSize::Mebi(256);
  return job;
}

// The interpreter takes a second to start, and is the same for all tests.
class PythonSandbox : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sandbox_ = StartOrDie(WarmOptions()); }
  static void TearDownTestSuite() {
    sandbox_.reset();
    EXPECT_TRUE(Descendants().empty()) << testing::DescendantNames();
  }

  static PythonOutcome Run(const PythonJob& job) {
    auto outcome = sandbox_->RunPython(job, {});
    if (outcome.has_value()) return std::move(*outcome);
    ADD_FAILURE() << outcome.error().public_message() << " / "
                  << outcome.error().internal_detail().text;
    return {};
  }
  static std::string ResultOf(const PythonOutcome& outcome) {
    if (outcome.failure) return "failed: " + outcome.failure->public_message();
    return outcome.ran ? base::ToJsonText(outcome.ran->result) : "rejected";
  }
  static std::string CodeOf(const PythonOutcome& outcome) {
    return outcome.failure ? std::string(base::Name(outcome.failure->code())) : ResultOf(outcome);
  }

  static std::shared_ptr<Sandbox> sandbox_;
};
std::shared_ptr<Sandbox> PythonSandbox::sandbox_;

TEST_F(PythonSandbox, GivesAResultAndWhatWasPrinted) {
  PythonJob job = Code("print('hello')\nresult = 6 * 7\n");
  job.check = true;
  const PythonOutcome outcome = Run(job);
  EXPECT_EQ(ResultOf(outcome), "42");
  EXPECT_TRUE(outcome.checked.verdict.is_valid);
  EXPECT_EQ(outcome.logs, "hello\n");
  EXPECT_FALSE(outcome.logs_truncated);
  EXPECT_NE(outcome.ran->engine.find("python 3"), std::string::npos) << outcome.ran->engine;
  EXPECT_FALSE(outcome.report.layers.empty());
  EXPECT_GT(outcome.report.usage.cpu_ms, 0);
}

TEST_F(PythonSandbox, CallsCalculateWithItsInput) {
  PythonJob job = Code("def calculate(input):\n    return input['a'] + input['b']\n");
  job.contract = wire::PythonContract::calculate;
  job.input = {{"a", 40}, {"b", 2}};
  EXPECT_EQ(ResultOf(Run(job)), "42");
}

TEST_F(PythonSandbox, RejectedCodeDoesNotRun) {
  PythonJob job = Code("import os\nresult = os.listdir('/')\n");
  job.check = true;
  const PythonOutcome outcome = Run(job);
  EXPECT_FALSE(outcome.checked.verdict.is_valid);
  EXPECT_FALSE(outcome.ran);
  const auto checked = sandbox_->CheckPython(job, {});
  ASSERT_TRUE(checked.has_value()) << checked.error().public_message();
  EXPECT_FALSE(checked->verdict.is_valid);
  EXPECT_FALSE(checked->allowed_imports.empty());
}

TEST_F(PythonSandbox, AFailureIsAnOutcomeWithItsLogs) {
  const PythonOutcome outcome = Run(Code("print('before')\nresult = 1 / 0\n"));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code(), ErrorCode::execution_failed);
  EXPECT_NE(outcome.failure->public_message().find("ZeroDivisionError"), std::string::npos)
      << outcome.failure->public_message();
  EXPECT_NE(outcome.logs.find("before"), std::string::npos);
}

TEST_F(PythonSandbox, EveryLimitHasItsOwnError) {
  struct Case {
    const char* what;
    PythonJob job;
    const char* code;
    const char* setting;
    int at_most_ms;
  };
  std::vector<Case> cases = {
      {"wall clock", Code("import time\nprint('partial', flush=True)\nwhile True: time.sleep(1)\n"),
       "timed_out", "RUN_TIMEOUT_SECONDS", 2500},
      {"processor", Code("print('partial', flush=True)\nwhile True: pass\n"), "cpu_limit",
       "RUN_TIMEOUT_SECONDS", 3500},
      {"memory", Code("held = []\nwhile True: held.append(b'x' * 1000000)\n"), "memory_limit",
       "RUN_MEMORY_MB", 4000},
      {"output", Code("while True: print('x' * 10000)\n"), "output_limit", "MAX_OUTPUT_BYTES",
       4000},
      {"threads",
       Code("import threading\nstop = threading.Event()\n"
            "for i in range(1000):\n"
            "    threading.Thread(target=stop.wait, args=(3,), daemon=True).start()\n"),
       "process_limit", "RUN_MAX_PROCESSES", 4000},
      {"temporary space",
       Code("with open('/tmp/a', 'wb') as f:\n    while True: f.write(b'x' * 1000000)\n"),
       "disk_limit", "RUN_TMP_MB", 4000},
      {"open files", Code("held = []\nwhile True: held.append(open('/dev/null'))\n"),
       "open_files_limit", "open files", 4000},
      {"result", Code("result = [['x' * 1000] * 1000 for _ in range(1000)]\n"), "result_limit",
       "larger than", 4000},
  };
  cases[0].job.limits.wall = milliseconds(700);
  cases[1].job.limits.cpu = std::chrono::seconds(1);
  cases[1].job.limits.wall = milliseconds(5000);
  cases[5].job.limits.scratch = base::ByteSize::Mebi(8);
  Run(Code("result = 'the interpreter is there'"));
  for (const Case& c : cases) {
    const auto started = std::chrono::steady_clock::now();
    const PythonOutcome outcome = Run(c.job);
    const auto took = std::chrono::steady_clock::now() - started;
    EXPECT_LT(took, milliseconds(c.at_most_ms)) << c.what;
    EXPECT_EQ(CodeOf(outcome), c.code) << c.what;
    const std::string message = outcome.failure ? outcome.failure->public_message() : "";
    EXPECT_NE(message.find(c.setting), std::string::npos) << c.what << ": " << message;
  }
  const PythonOutcome timed_out = Run(cases[0].job);
  EXPECT_EQ(timed_out.logs, "partial\n");
  EXPECT_TRUE(timed_out.failure->details().contains("timed_out"));
  EXPECT_EQ(ResultOf(Run(Code("result = 42"))), "42") << "the next run is fine";
}

TEST_F(PythonSandbox, LogsAreCutInTheMiddle) {
  PythonJob job = Code("print('first')\nprint('x' * 3000)\nprint('last')\nresult = 1\n");
  job.max_log_bytes = 2000;
  const PythonOutcome outcome = Run(job);
  EXPECT_TRUE(outcome.logs_truncated);
  EXPECT_TRUE(outcome.logs.starts_with("first\n")) << outcome.logs;
  EXPECT_TRUE(outcome.logs.ends_with("last\n"));
  EXPECT_NE(outcome.logs.find("… [cut: "), std::string::npos);
}

TEST_F(PythonSandbox, FiguresComeAsPng) {
  const PythonOutcome outcome =
      Run(Code("import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nresult = 1\n"));
  EXPECT_EQ(ResultOf(outcome), "1");
  EXPECT_TRUE(outcome.figure.starts_with("\x89PNG")) << outcome.figure.size();
}

TEST_F(PythonSandbox, ExportsTheWholeTable) {
  for (const auto format : {wire::ExportFormat::csv, wire::ExportFormat::parquet}) {
    const Folder folder;
    PythonJob job = Code("import pandas as pd\nresult = pd.DataFrame({'i': range(5000)})\n");
    job.max_rows = 10;
    job.export_format = format;
    job.output_directory = folder.path();
    const PythonOutcome outcome = Run(job);
    ASSERT_TRUE(outcome.ran) << ResultOf(outcome);
    ASSERT_TRUE(outcome.ran->table);
    EXPECT_EQ(outcome.ran->table->rows.size(), 10u);
    EXPECT_EQ(outcome.ran->table->total_rows, 5000u);
    const std::string name = "/result." + std::string(base::EnumName(format));
    EXPECT_EQ(testing::fs::file_size(folder.path() + name), outcome.ran->export_bytes);
  }
}

TEST_F(PythonSandbox, HoldsADatasetAndForgetsWhatARunDidToIt) {
  const Folder folder;
  SqlJob exported;
  exported.sql = "SELECT range AS i, range % 3 AS g FROM range(1000)";
  exported.check = false;
  exported.export_format = wire::ExportFormat::parquet;
  exported.output_directory = folder.path();
  ASSERT_TRUE(sandbox_->RunSql(exported, {}).has_value());

  PythonJob job = Code("result = int(df['i'].sum())\ndf['i'] = 0\ntables.clear()\n");
  job.frames = {{"numbers", folder.path() + "/result.parquet"}};
  job.frames_version = "numbers-1";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ResultOf(Run(job)), "499500") << i;
  job.code = "result = len(tables['numbers'])";
  EXPECT_EQ(ResultOf(Run(job)), "1000");
}

TEST_F(PythonSandbox, AMissingFrameIsNotFound) {
  PythonJob job = Code("result = 1");
  job.frames = {{"numbers", "/nonexistent/result.parquet"}};
  job.frames_version = "nowhere";
  EXPECT_EQ(sandbox_->RunPython(job, {}).error().code(), ErrorCode::not_found);
}

TEST_F(PythonSandbox, IsReadyWithBothLanguages) {
  const auto ready = sandbox_->Ready();
  ASSERT_TRUE(ready.has_value()) << ready.error().public_message();
  EXPECT_NE(ready->find("duckdb"), std::string::npos) << *ready;
  EXPECT_NE(ready->find("python"), std::string::npos) << *ready;
}

TEST_F(PythonSandbox, ALanguageThatDiedIsStartedAgainWithItsDatasets) {
  EXPECT_EQ(ResultOf(Run(Code("result = 42"))), "42");
  for (const pid_t pid : Descendants()) ::kill(pid, SIGKILL);
  EXPECT_EQ(ResultOf(Run(Code("result = 42"))), "42");
}

TEST(NoPython, SaysSoAndLeavesSqlAlone) {
  for (const char* program : {"", "/nonexistent/tabletalk-python"}) {
    LocalOptions options = WarmOptions();
    options.python.program = program;
    const auto sandbox = StartOrDie(options);
    const auto outcome = sandbox->RunPython(Code("result = 42"), {});
    ASSERT_TRUE(outcome.has_error()) << program;
    EXPECT_EQ(outcome.error().code(), ErrorCode::unavailable) << program;
    EXPECT_NE(outcome.error().public_message().find("tabletalk-python"), std::string::npos)
        << outcome.error().public_message();
    const auto ready = sandbox->Ready();
    EXPECT_TRUE(ready.has_value()) << ready.error().public_message();
  }
}

TEST(ColdPython, RunsOnceWithoutSpares) {
  LocalOptions options = WarmOptions();
  options.warm = false;
  const auto sandbox = StartOrDie(options);
  const auto outcome = sandbox->RunPython(Code("result = 42"), {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().public_message();
  ASSERT_TRUE(outcome->ran);
  EXPECT_EQ(outcome->ran->result, base::json::value(42));
  EXPECT_EQ(sandbox->CurrentActivity().forks, 1u);
}

TEST(ColdPython, ACancelledWaitForTheInterpreterEndsAtOnce) {
  const auto sandbox = StartOrDie(WarmOptions());
  JobContext context;
  std::jthread canceller([&] {
    std::this_thread::sleep_for(milliseconds(100));
    context.cancel.Cancel();
  });
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(sandbox->RunPython(Code("result = 42"), context).error().code(), ErrorCode::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(500));
}

}  // namespace
}  // namespace tabletalk::sandbox
