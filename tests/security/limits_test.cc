// Each limit of a run is exceeded on purpose, in Python and in SQL: it ends with its own error,
// close to the limit, and leaves nothing behind. And thousands of runs leave the server as it was.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "leftovers.h"
#include "memory_watch.h"
#include "sandbox_fixture.h"

namespace tabletalk::security {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What the limit itself allows: "within half a second of the limit".
constexpr milliseconds kWithin{500};

// A line of code that says when it was reached, on the clock that this process reads, too.
constexpr char kSign[] = "\nimport time; print('sign', time.monotonic())";

/// How long ago the last sign of a run's logs was given; -1 ms without one.
milliseconds SinceSign(const std::string& logs) {
  const auto end = logs.rfind('\n');  // What comes after it may be half a line.
  const auto sign = logs.rfind("sign ", end);
  if (end == logs.npos || sign == logs.npos) return milliseconds(-1);
  const std::chrono::duration<double> then(std::stod(logs.substr(sign + 5)));
  return std::chrono::duration_cast<milliseconds>(Clock::now().time_since_epoch() - then);
}

/// `since` is the time from the limit to the end.
void ExpectSoon(milliseconds since, const std::string& what) {
  EXPECT_GE(since, milliseconds(0)) << what;
  EXPECT_LT(since, kWithin) << what;
  std::printf("%4d ms after the limit: %s\n", static_cast<int>(since.count()),
              what.substr(0, what.find('\n')).c_str());
}

class Limits : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { fixture_ = std::make_unique<SandboxFixture>(); }
  static void TearDownTestSuite() { fixture_.reset(); }

  void SetUp() override {
    ASSERT_EQ(RunPython(fixture_->Job(SandboxFixture::ControlCode())).word, "ran");
    ASSERT_EQ(RunSql(Sql("SELECT 1")).word, "ran");
    before_ = Settled();
  }
  void TearDown() override { ExpectNothingLeft(); }

  struct End {
    std::string word;
    std::string message;
    milliseconds took{0};
    milliseconds since_sign{-1};  ///< From the last time that the code printed to its end.
    sandbox::JobReport report;
    sandbox::PythonOutcome outcome;
  };

  static End RunPython(const sandbox::PythonJob& job) {
    const auto started = Clock::now();
    auto outcome = fixture_->sandbox().RunPython(job, {});
    End end;
    end.took = std::chrono::duration_cast<milliseconds>(Clock::now() - started);
    end.word = WordFor(outcome);
    end.message = ErrorText(outcome);
    if (outcome.has_value()) {
      end.report = outcome->report;
      end.since_sign = SinceSign(outcome->logs);
      end.outcome = std::move(outcome).value();
    }
    return end;
  }

  /// `code` up to a limit that it meets by doing `step` again and again, saying so each time.
  static End RunUpTo(const std::string& code, const std::string& step) {
    const std::string loop = code + "\nimport time, sys\nwhile True:\n  " + step +
                             "\n  print('sign', time.monotonic(), flush=True)\n";
    return RunPython(Python(loop));
  }

  static sandbox::PythonJob Python(std::string code) {
    sandbox::PythonJob job = fixture_->Job(std::move(code));
    job.check = false;
    job.limits.wall = seconds(10);
    job.limits.cpu = seconds(10);
    return job;
  }

  static sandbox::SqlJob Sql(std::string statement) {
    sandbox::SqlJob job;
    job.sql = std::move(statement);
    job.check = false;
    job.limits.wall = seconds(10);
    job.limits.cpu = seconds(20);
    job.limits.memory = base::ByteSize::Mebi(256);
    return job;
  }

  static End RunSql(const sandbox::SqlJob& job) {
    const auto started = Clock::now();
    const auto outcome = fixture_->sandbox().RunSql(job, {});
    End end;
    end.took = std::chrono::duration_cast<milliseconds>(Clock::now() - started);
    end.word = outcome.has_error() ? std::string(base::Name(outcome.error().code())) : "ran";
    if (outcome.has_error()) end.message = outcome.error().public_message();
    return end;
  }

  /// What is held once the pool has made its spares again: the same twice, some time apart.
  static Holdings Settled() {
    Holdings last = HoldingsNow();
    for (int i = 0; i < 40; ++i) {
      std::this_thread::sleep_for(milliseconds(150));
      const Holdings now = HoldingsNow();
      if (now.processes == last.processes && now.cgroups == last.cgroups &&
          now.descriptors == last.descriptors && now.threads == last.threads && i > 1)
        return now;
      last = now;
    }
    return last;
  }

  void ExpectNothingLeft() const {
    Holdings now = Settled();
    // A spare may be on its way still, and others may mount; what is left behind by us stays.
    for (int i = 0; i < 20 && (now.processes > before_.processes || now.mounts > before_.mounts);
         ++i)
      now = Settled();
    EXPECT_LE(now.processes, before_.processes) << ToText(now) << " after " << ToText(before_);
    EXPECT_LE(now.threads, before_.threads) << ToText(now) << " after " << ToText(before_);
    EXPECT_LE(now.descriptors, before_.descriptors) << ToText(now) << " after " << ToText(before_);
    EXPECT_LE(now.mounts, before_.mounts);
    EXPECT_LE(now.cgroups, before_.cgroups);
  }

  static inline std::unique_ptr<SandboxFixture> fixture_;
  Holdings before_;
};

TEST_F(Limits, WallClockOfPython) {
  for (const char* code : {"import time\ntime.sleep(60)", "while True: pass"}) {
    auto job = Python(code);
    job.limits.wall = milliseconds(700);
    const End end = RunPython(job);
    EXPECT_EQ(end.word, "timed_out") << code << ": " << end.message;
    ExpectSoon(end.took - milliseconds(700), code);
  }
}

TEST_F(Limits, WallClockOfSql) {
  auto job = Sql("SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 1");
  job.limits.wall = milliseconds(700);
  const End end = RunSql(job);
  EXPECT_EQ(end.word, "timed_out") << end.message;
  ExpectSoon(end.took - milliseconds(700), job.sql);
}

// The last sign is given shortly before a second of processor time is used up.
TEST_F(Limits, ProcessorTimeOfPython) {
  for (const char* burn : {"pass", "os.urandom(20000)", "np.ones(9999).sum()"}) {
    const std::string code = std::string(R"(import os, time
import numpy as np
began = said = time.process_time()
while True:
  now = time.process_time()
  if now - said > 0.01 and now - began < 1:
    said = now
    print('sign', time.monotonic(), flush=True)
  )") + burn;
    auto job = Python(code);
    job.limits.cpu = seconds(1);
    const End end = RunPython(job);
    EXPECT_EQ(end.word, "cpu_limit") << burn << ": " << end.message;
    EXPECT_GE(end.report.usage.cpu_ms, 1000) << burn;
    ExpectSoon(end.since_sign, burn);
  }
}

// Nothing can be said from a statement; with one thread its wall clock is at least its use.
TEST_F(Limits, ProcessorTimeOfSql) {
  auto job = Sql("SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 1");
  job.limits.cpu = seconds(1);
  job.limits.threads = 1;
  const End end = RunSql(job);
  EXPECT_EQ(end.word, "cpu_limit") << end.message;
  ExpectSoon(end.took - seconds(1), job.sql);
}

TEST_F(Limits, MemoryOfPython) {
  const struct {
    const char *code, *step;
  } cases[] = {{"keep = []", "keep.append(bytes(4 << 20) + b'x')"},
               {"import numpy as np\nkeep = []", "keep.append(np.ones(1 << 19))"},
               {"text = 'x'", "text += text"},
               {"import mmap\nkeep = []",
                "keep.append(mmap.mmap(-1, 4 << 20)); keep[-1].write(bytes(4 << 20))"},
               {"import os\nfd = os.open('/dev/null', os.O_RDWR)\nkeep = []",
                "keep.append(os.urandom(4 << 20))"}};
  for (const auto& c : cases) {
    const End end = RunUpTo(c.code, c.step);
    EXPECT_EQ(end.word, "memory_limit") << c.step << ": " << end.message;
    ExpectSoon(end.since_sign, c.step);
  }
  const End at_once = RunPython(Python("result = len('x' * (1 << 33))"));
  EXPECT_EQ(at_once.word, "memory_limit") << at_once.message;
  ExpectSoon(at_once.took, "8 GiB at once");
}

TEST_F(Limits, MemoryOfSql) {
  for (const char* sql :
       {"SELECT length(repeat('x', 2000000000))", "SELECT len(list(range)) FROM range(1000000000)",
        "SELECT count(DISTINCT hash(range) || 'some longer text') FROM range(100000000)"}) {
    MemoryWatch watch;
    const End end = RunSql(Sql(sql));
    const milliseconds since_peak = watch.SincePeak();
    EXPECT_EQ(end.word, "memory_limit") << sql << ": " << end.message;
    EXPECT_GT(watch.peak_kb(), 128u << 10) << sql;
    ExpectSoon(since_peak, sql);
  }
}

TEST_F(Limits, LogsOfPython) {
  // A little too much is cut with a mark, a flood ends the run.
  auto job = Python("print('a' * 2000000)\nresult = 1");
  End end = RunPython(job);
  EXPECT_EQ(end.word, "ran") << end.message;
  EXPECT_TRUE(end.outcome.logs_truncated);
  EXPECT_NE(end.outcome.logs.find("[cut: "), std::string::npos);
  EXPECT_LE(end.outcome.logs.size(), (1u << 20) + 100);
  // The sign that a flood repeats is of the moment when it crossed the limit.
  for (const char* write : {"print(piece, end='')", "os.write(1, piece.encode())",
                            "os.write(2, piece.encode())", "sys.stderr.write(piece)"}) {
    const std::string flood = std::string(R"(import os, sys, time
written = 0
while True:
  if written <= 4 << 20:
    sign = '\nsign %.4f\n' % time.monotonic()
  piece = 'x' * 10000 + sign
  written += len(piece)
  )") + write;
    end = RunPython(Python(flood));
    EXPECT_EQ(end.word, "output_limit") << write << ": " << end.message;
    ExpectSoon(end.since_sign, write);
  }
}

TEST_F(Limits, ResultOfPython) {
  for (const char* code :
       {"result = {'a': [['x' * 9000] * 100] * 1000}", "result = [['x' * 9000] * 100] * 1000",
        "import pandas as pd\nresult = pd.DataFrame({i: ['x' * 9000] * 1000 for i in range(100)})",
        "result = []\nresult.append(result)"}) {
    auto job = Python(std::string(code) + kSign);
    job.limits.memory = base::ByteSize::Mebi(512);
    const End end = RunPython(job);
    EXPECT_EQ(end.word, "result_limit") << code << ": " << end.message;
    ExpectSoon(end.since_sign, code);
  }
  // A long text and many rows are cut, which is no error.
  const End end = RunPython(Python("result = ['x' * 100000] * 5000"));
  EXPECT_EQ(end.word, "ran") << end.message;
  EXPECT_LT(ResultText(end.outcome).size(), 11'000'000u);
}

TEST_F(Limits, ResultOfSql) {
  auto job =
      Sql("SELECT repeat('x', 9000) a, a b, a c, a d, a e, a f, a g, a h, a i, a j "
          "FROM range(1000)");
  const End end = RunSql(job);
  EXPECT_EQ(end.word, "result_limit") << end.message;
  ExpectSoon(end.took, job.sql);  // From its very start: there is no telling when it was crossed.
}

TEST_F(Limits, TemporarySpaceOfPython) {
  const struct {
    const char *code, *step;
  } cases[] = {{"f = open('/tmp/f', 'wb')", "f.write(bytes(1 << 20))"},
               {"i = 0", "i += 1; open('/tmp/%d' % i, 'w').close()"},
               {"import os\ni = 0", "i += 1; os.mkdir('/tmp/%d' % i)"},
               {"import os", "os.mkdir('d'); os.chdir('d')"}};
  for (const auto& c : cases) {
    const End end = RunUpTo(c.code, c.step);
    EXPECT_EQ(end.word, "disk_limit") << c.step << ": " << end.message;
    ExpectSoon(end.since_sign, c.step);
  }
}

TEST_F(Limits, ProcessesOfPython) {
  const struct {
    const char *code, *step;
  } cases[] = {
      {"import threading", "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"},
      {"import _thread", "_thread.start_new_thread(time.sleep, (60,))"}};
  for (const auto& c : cases) {
    const End end = RunUpTo(c.code, c.step);
    EXPECT_EQ(end.word, "process_limit") << c.step << ": " << end.message;
    ExpectSoon(end.since_sign, c.step);
  }
  // Not one process of its own: the system call is refused.
  const End fork = RunPython(Python("import os\nos.fork()"));
  EXPECT_EQ(fork.word, "raised") << fork.message;
}

TEST_F(Limits, OpenFilesOfPython) {
  const struct {
    const char *code, *step;
  } cases[] = {{"import os", "os.open('/dev/null', 0)"},
               {"import os", "os.dup(1)"},
               {"import os", "os.pipe()"},
               {"keep = []", "keep.append(open('/dev/null'))"}};
  for (const auto& c : cases) {
    const End end = RunUpTo(c.code, c.step);
    EXPECT_EQ(end.word, "open_files_limit") << c.step << ": " << end.message;
    ExpectSoon(end.since_sign, c.step);
  }
}

TEST_F(Limits, FilesOfTheHostAreLeftAlone) {
  const auto before = NamesIn("/tmp");
  for (const char* code : {"open('/tmp/left', 'w').write('x')\nresult = 1", "while True: pass"}) {
    auto job = Python(code);
    job.limits.wall = milliseconds(300);
    RunPython(job);
  }
  const auto after = NamesIn("/tmp");
  EXPECT_TRUE(std::find(after.begin(), after.end(), "left") == after.end());
  EXPECT_LE(after.size(), before.size() + 2);  // Other programs of the host write there, too.
}

// Python and SQL mixed, one run in five a bad one, four at a time.
TEST_F(Limits, ThousandsOfRunsLeaveNothing) {
  constexpr int kWarmUp = 200, kRuns = 2000;
  std::atomic<int> wrong{0};
  const auto one = [&](int i) {
    std::string word;
    switch (i % 5) {
      case 0: word = RunPython(fixture_->Job(SandboxFixture::ControlCode())).word; break;
      case 1: word = RunSql(Sql("SELECT sum(range) FROM range(1000)")).word; break;
      case 2: word = RunPython(Python("open('/tmp/x', 'w').write('y')\nresult = 1")).word; break;
      case 3: word = RunSql(Sql("SELECT count(*), max(range) FROM range(100000)")).word; break;
      case 4:
        word = RunPython(Python(i % 2 == 0 ? "1/0" : "import os\nos.abort()")).word;
        if (word == (i % 2 == 0 ? "raised" : "crashed")) word = "ran";
        break;
    }
    if (word != "ran") ++wrong;
  };
  const auto many = [&](int from, int to) {
    std::atomic<int> next{from};
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 4; ++worker)
      workers.emplace_back([&] {
        for (int i = 0; (i = next++) < to;) one(i);
      });
  };
  many(0, kWarmUp);
  before_ = Settled();
  const auto started = Clock::now();
  many(kWarmUp, kRuns);
  const std::chrono::duration<double> took = Clock::now() - started;
  const Holdings after = Settled();
  EXPECT_EQ(wrong, 0);
  // Flat: what a leak of one page, one descriptor or one thread a run would never be.
  EXPECT_LT(after.resident_kb, before_.resident_kb + 4 * 1024u);
  std::printf("%d runs in %.1f s; before: %s; after: %s\n", kRuns - kWarmUp, took.count(),
              ToText(before_).c_str(), ToText(after).c_str());
}

}  // namespace
}  // namespace tabletalk::security
