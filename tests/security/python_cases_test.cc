// Every attack of tests/security/python/hostile.cases, twice: through the policy, and with the
// policy off straight into the sandbox, in the warm processes that a server uses. What must hold is
// the same for both: the run ends as its case says and in time, nothing secret and no success shows
// in anything that comes back, no canary of the host is touched, a neighbour's run is not
// disturbed, and the very next run gives the right answer.
#include "python_cases.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

#include "base/utf8.h"
#include "case_choice.h"
#include "host_canaries.h"
#include "sandbox_fixture.h"

namespace tabletalk::security {
namespace {

using base::Result;
using sandbox::PythonOutcome;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kWorkers = 3;
// Beyond the wall clock: waiting for a fork, the kill, and two cores that three attacks share.
constexpr milliseconds kSlack{3000};
constexpr std::size_t kMaxFigure = 64 << 20;
constexpr std::size_t kMaxLogs = (1 << 20) + 1000;

/// All that comes back from a run, as text.
std::string SeenOf(const Result<PythonOutcome>& outcome, const std::string& progress) {
  std::string seen = progress;
  const auto add = [&](const base::Error& error) {
    seen += "\n" + error.public_message() + "\n" + base::ToJsonText(error.details());
  };
  if (outcome.has_error()) {
    add(outcome.error());
    return seen;
  }
  seen += "\n" + outcome->logs + "\n" + outcome->figure;
  if (outcome->failure) add(*outcome->failure);
  if (outcome->ran) seen += "\n" + base::ToJsonText(base::ToJson(*outcome->ran));
  return seen;
}

/// What is wrong with what came back; empty if nothing is.
std::string WrongWith(const Result<PythonOutcome>& outcome, const std::string& progress) {
  const std::string seen = SeenOf(outcome, progress);
  if (seen.find(kSecret) != seen.npos) return "the secret got out";
  if (seen.find("root:x:0") != seen.npos) return "the host's passwords got out";
  if (const auto at = seen.find("escaped"); at != seen.npos)
    return "it says that it escaped: " + seen.substr(at, 300);
  if (base::EscapeControls(progress) != progress) return "progress with control characters";
  if (outcome.has_error()) {
    const std::string message = outcome.error().public_message();
    return base::EscapeControls(message) == message ? "" : "an error with control characters";
  }
  if (base::EscapeControls(outcome->logs) != outcome->logs) return "logs with control characters";
  if (outcome->logs.size() > kMaxLogs) return "logs without bound";
  if (!outcome->figure.empty() && !outcome->figure.starts_with("\x89PNG\r\n\x1a\n"))
    return "a figure that is no PNG";
  if (outcome->figure.size() > kMaxFigure) return "a figure without bound";
  if (!outcome->failure) return "";
  const std::string& message = outcome->failure->public_message();
  if (base::EscapeControls(message) != message) return "a failure with control characters";
  return message.size() > 20'000 ? "a failure without bound" : "";
}

bool IsAmong(const std::string& word, const std::vector<std::string>& outcomes) {
  for (const std::string& outcome : outcomes)
    if (outcome == word || (outcome == "contained" && (word == "ran" || word == "raised")))
      return true;
  return false;
}

class PythonCases : public ::testing::Test {
 protected:
  // The canaries first: what the sandbox inherits by mistake must be found.
  static void SetUpTestSuite() {
    canaries_ = std::make_unique<HostCanaries>();
    fixture_ = std::make_unique<SandboxFixture>();
  }
  static void TearDownTestSuite() {
    fixture_.reset();
    canaries_.reset();
  }

  void SetUp() override {
    auto placeholders = canaries_->Placeholders();
    placeholders["${control}"] = std::to_string(fixture_->control_sum());
    placeholders["${other}"] = "neighbour-of-the-attack";
    auto read =
        ReadPythonCases(TABLETALK_SOURCE_DIR "/tests/security/python/hostile.cases", placeholders);
    ASSERT_TRUE(read.has_value()) << read.error().public_message();
    cases_ = std::move(read).value();
    const auto other = Run(fixture_->OtherJob("result = len(tables['secrets'])"));
    ASSERT_EQ(ResultText(other), "100") << ErrorText(other);
  }

  static Result<PythonOutcome> Run(const sandbox::PythonJob& job, std::string* progress = nullptr) {
    sandbox::JobContext context;
    if (progress != nullptr)
      context.progress = [progress](const wire::Progress& one) { *progress = one.stage; };
    return fixture_->sandbox().RunPython(job, context);
  }

  static Result<PythonOutcome> RunUnchecked(const std::string& code) {
    sandbox::PythonJob job = fixture_->Job(code);
    job.check = false;
    return Run(job);
  }

  /// Runs a follow-up or a neighbour, which must end well.
  static void ExpectGood(const PythonCase& one, const char* part,
                         const Result<PythonOutcome>& outcome, const std::string& gives) {
    EXPECT_EQ(WordFor(outcome), "ran") << one.id << ": " << part << ": " << ErrorText(outcome);
    EXPECT_EQ(WrongWith(outcome, ""), "") << one.id << ": " << part;
    if (gives.empty()) return;
    EXPECT_EQ(ResultText(outcome), gives) << one.id << ": " << part;
  }

  static void Attack(const PythonCase& one, bool check) {
    std::jthread neighbour;
    if (!one.beside.empty()) {
      neighbour = std::jthread(
          [&one] { ExpectGood(one, "beside", RunUnchecked(one.beside), one.beside_gives); });
      std::this_thread::sleep_for(milliseconds(50));
    }
    sandbox::PythonJob job = fixture_->Job(one.code);
    job.contract = one.contract;
    job.check = check;
    std::string progress;
    const auto started = Clock::now();
    const auto outcome = Run(job, &progress);
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - started);
    EXPECT_LT(took, job.limits.wall + kSlack) << one.id;
    EXPECT_EQ(WrongWith(outcome, progress), "") << one.id;
    if (check && !one.rules.empty()) {
      ExpectRejected(one, outcome);
    } else {
      EXPECT_TRUE(IsAmong(WordFor(outcome), one.outcomes))
          << one.id << " ended as: " << WordFor(outcome) << ": " << ErrorText(outcome)
          << ResultText(outcome).substr(0, 200);
      if (!one.gives.empty() && WordFor(outcome) == "ran") {
        EXPECT_EQ(ResultText(outcome), one.gives) << one.id;
      }
    }
    neighbour = {};
    Show(one, check, outcome, took);
    if (!one.then.empty()) ExpectGood(one, "then", RunUnchecked(one.then), one.then_gives);
    const auto control = Run(fixture_->Job(SandboxFixture::ControlCode()));
    ExpectGood(one, "control", control, std::to_string(fixture_->control_sum()));
  }

  static void ExpectRejected(const PythonCase& one, const Result<PythonOutcome>& outcome) {
    ASSERT_TRUE(outcome.has_value()) << one.id << ": " << ErrorText(outcome);
    EXPECT_EQ(WordFor(outcome), "rejected") << one.id << ": " << ErrorText(outcome);
    std::string rules;
    for (const wire::Issue& issue : outcome->checked.verdict.issues) rules += issue.rule + " ";
    bool found = false;
    for (const std::string& rule : one.rules)
      found = found || (" " + rules).find(" " + rule + " ") != std::string::npos;
    EXPECT_TRUE(found) << one.id << ": rejected by " << rules;
  }

  static void Show(const PythonCase& one, bool check, const Result<PythonOutcome>& outcome,
                   milliseconds took) {
    if (!CasesAreShown()) return;
    const std::string text = ErrorText(outcome) + ResultText(outcome);
    std::printf("%-45s %s %-12s %5d ms %s\n", one.id.c_str(), check ? "on " : "off",
                WordFor(outcome).c_str(), static_cast<int>(took.count()),
                base::EscapeControls(base::Truncate(text, 110)).c_str());
  }

  void AttackAll(bool check) {
    std::atomic<std::size_t> next{0};
    std::atomic<int> count{0};
    std::mutex reporting;
    const auto work = [&] {
      for (std::size_t i = 0; (i = next++) < cases_.size();) {
        if (!IsChosen(cases_[i].id)) continue;
        Attack(cases_[i], check);
        ++count;
        const std::lock_guard lock(reporting);
        for (const std::string& what : canaries_->Touched())
          ADD_FAILURE() << what << " during " << cases_[i].id << " or a case beside it";
      }
    };
    {
      std::vector<std::jthread> workers;
      for (int i = 0; i < kWorkers; ++i) workers.emplace_back(work);
    }
    const auto ready = fixture_->sandbox().Ready();
    EXPECT_TRUE(ready.has_value()) << ready.error().public_message();
    std::printf("%d attacks in Python, the policy %s\n", count.load(), check ? "on" : "off");
  }

  static inline std::unique_ptr<HostCanaries> canaries_;
  static inline std::unique_ptr<SandboxFixture> fixture_;
  std::vector<PythonCase> cases_;
};

TEST_F(PythonCases, ThereAreEnoughOfEachKind) {
  std::map<std::string, int> kinds;
  for (const PythonCase& one : cases_) ++kinds[one.kind];
  EXPECT_GE(cases_.size(), 130u);
  for (const auto& [kind, count] : kinds) EXPECT_GE(count, 3) << kind;
}

TEST_F(PythonCases, NothingGetsOutWithThePolicyOff) { AttackAll(false); }

TEST_F(PythonCases, NothingGetsThroughThePolicyThatDoesHarm) { AttackAll(true); }

}  // namespace
}  // namespace tabletalk::security
