// question_eval: asks every question of the corpora offline, and counts right, refused and wrong.
//
//   question_eval [--wrong-only] [--bounds] [--jobs N] SET...
//
// SET is suggested, or a file of tests/questions without its ending. --wrong-only leaves out the
// right ones; with --bounds it ends with 1 where a set breaks its bound. tests/questions/README.md
// says what the words mean.
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <span>
#include <thread>
#include <tuple>

#include "examiner.h"
#include "question_file.h"
#include "report.h"

namespace tabletalk::evaluation {
namespace {

namespace fs = std::filesystem;
using base::InvalidArgument;
using base::Result;

constexpr const char* kQuestions = TABLETALK_SOURCE_DIR "/tests/questions";

struct Arguments {
  bool wrong_only = false;
  bool bounds = false;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::string> sets;
};

std::optional<Arguments> Read(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--wrong-only") == 0) {
      arguments.wrong_only = true;
    } else if (std::strcmp(argv[i], "--bounds") == 0) {
      arguments.bounds = true;
    } else if (std::strcmp(argv[i], "--jobs") == 0 && i + 1 < argc) {
      const int jobs = std::atoi(argv[++i]);
      if (jobs < 1 || jobs > 16) return std::nullopt;
      arguments.jobs = static_cast<unsigned>(jobs);
    } else if (argv[i][0] == '-') {
      return std::nullopt;
    } else {
      arguments.sets.emplace_back(argv[i]);
    }
  }
  return arguments.sets.empty() ? std::nullopt : std::optional(arguments);
}

Result<std::vector<Question>> ReadSet(const std::string& set) {
  if (set != "suggested") {
    TT_ASSIGN(auto questions,
              ReadQuestions(fmt::format("{}/{}.questions", kQuestions, set), kQuestions));
    for (Question& question : questions) question.set = set;
    return questions;
  }
  std::vector<Question> all;
  for (const char* dataset : {"ecommerce", "support", "sensors"}) {
    TT_ASSIGN(auto some,
              ReadSuggested(fmt::format("{}/tests/suggested/{}.sql", TABLETALK_SOURCE_DIR, dataset),
                            dataset));
    for (Question& question : some) question.set = set;
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Result<std::vector<Question>> ReadSets(const std::vector<std::string>& sets) {
  std::vector<Question> questions;
  for (const std::string& set : sets) {
    TT_ASSIGN(const auto some, ReadSet(set));
    if (some.empty()) return InvalidArgument(set + ": no questions");
    questions.insert(questions.end(), some.begin(), some.end());
  }
  return questions;
}

// Where a run of questions about the same tables begins, in an order in which they are together.
struct Rounds {
  std::vector<std::size_t> order;
  std::vector<std::size_t> starts;  ///< In `order`, and its end.
};

Rounds RoundsOf(const std::vector<Question>& questions) {
  Rounds rounds;
  const auto tables = [&](std::size_t i) {
    return std::tie(questions[i].dataset, questions[i].files);
  };
  for (std::size_t i = 0; i < questions.size(); ++i) rounds.order.push_back(i);
  std::ranges::stable_sort(rounds.order,
                           [&](std::size_t a, std::size_t b) { return tables(a) < tables(b); });
  for (std::size_t i = 0; i < rounds.order.size(); ++i) {
    if (i == 0 || tables(rounds.order[i - 1]) != tables(rounds.order[i]))
      rounds.starts.push_back(i);
  }
  rounds.starts.push_back(rounds.order.size());
  return rounds;
}

// Every thread has a product of its own, and takes one round of tables after the other.
std::vector<Verdict> AskAll(const std::vector<Question>& questions,
                            std::span<const std::unique_ptr<Examiner>> by) {
  const Rounds rounds = RoundsOf(questions);
  std::vector<Verdict> verdicts(questions.size());
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (const auto& examiner : by) {
      threads.emplace_back([&] {
        for (std::size_t r = next++; r + 1 < rounds.starts.size(); r = next++)
          for (std::size_t i = rounds.starts[r]; i < rounds.starts[r + 1]; ++i)
            verdicts[rounds.order[i]] = examiner->Ask(questions[rounds.order[i]]);
      });
    }
  }
  return verdicts;
}

Result<std::vector<std::unique_ptr<Examiner>>> Examiners(const std::string& data, unsigned count) {
  TT_ASSIGN(const auto loaded, app::LoadSettings({{{"DATA_DIR", data}, {"LOG_LEVEL", "error"}},
                                                  [](const char*) { return nullptr; },
                                                  data}));
  base::ConfigureLog(loaded.settings.log_level, loaded.settings.log_format);
  std::vector<std::unique_ptr<Examiner>> examiners;
  for (unsigned i = 0; i < count; ++i) {
    TT_ASSIGN(auto parts, app::BuildParts(loaded.settings));
    examiners.push_back(std::make_unique<Examiner>(std::move(parts)));
  }
  return examiners;
}

void Print(const Question& question, const Verdict& verdict) {
  static constexpr const char* kNames[] = {"right  ", "offered", "refused", "WRONG  "};
  std::printf("%s %s [%s] %s\n%s", kNames[static_cast<int>(verdict.outcome)],
              question.place.c_str(), question.kind.c_str(), question.ask.c_str(),
              verdict.outcome == Outcome::right ? "" : verdict.detail.c_str());
}

Result<int> BreakBounds(const Report& report) {
  TT_ASSIGN(const auto bounds, ReadBounds(fmt::format("{}/bounds.cases", kQuestions)));
  int broken = 0;
  for (const auto& [set, tally] : report.sets()) {
    const auto bound = bounds.find(set);
    if (bound == bounds.end()) return InvalidArgument(set + ": bounds.cases has no bound for it");
    for (const std::string& line : Broken(set, tally, bound->second)) {
      std::printf("BROKEN %s\n", line.c_str());
      ++broken;
    }
  }
  return broken;
}

Result<int> Evaluate(const Arguments& arguments, const std::string& data) {
  TT_ASSIGN(const auto questions, ReadSets(arguments.sets));
  TT_ASSIGN(const auto examiners, Examiners(data, arguments.jobs));
  const std::vector<Verdict> verdicts = AskAll(questions, examiners);
  Report report;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    report.Count(questions[i].set, questions[i].kind, verdicts[i]);
    if (!arguments.wrong_only || verdicts[i].outcome != Outcome::right)
      Print(questions[i], verdicts[i]);
  }
  std::printf("\n%s\n%s\n%s", report.Kinds().c_str(), report.Calibration().c_str(),
              report.Sets().c_str());
  if (!arguments.bounds) return 0;
  TT_ASSIGN(const int broken, BreakBounds(report));
  return broken == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  const auto arguments = Read(argc, argv);
  if (!arguments) {
    std::fprintf(stderr, "usage: question_eval [--wrong-only] [--bounds] [--jobs N] SET...\n");
    return 2;
  }
  std::string data = (fs::temp_directory_path() / "question-eval-XXXXXX").string();
  if (::mkdtemp(data.data()) == nullptr) return 2;
  const struct Cleanup {
    std::string folder;
    ~Cleanup() {
      std::error_code ignored;
      fs::remove_all(folder, ignored);
    }
  } cleanup{data};
  const auto ended = Evaluate(*arguments, data);
  if (ended.has_value()) return *ended;
  std::fprintf(stderr, "question_eval: %s\n", ended.error().public_message().c_str());
  return 2;
}

}  // namespace
}  // namespace tabletalk::evaluation

int main(int argc, char** argv) { return tabletalk::evaluation::Main(argc, argv); }
