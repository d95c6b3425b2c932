// question_eval: asks every question of the corpora offline and counts right, refused and wrong.
//
//   question_eval [--wrong-only] [--max-wrong-percent P] [--all-right] SET...
//
// SET is suggested, dev or held_out. Ends with 1 where a bound is broken. tests/questions/README.md
// says what the words mean.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <tuple>

#include "comparison.h"
#include "expected.h"
#include "parts.h"
#include "question_file.h"

namespace tabletalk::evaluation {
namespace {

namespace fs = std::filesystem;
using base::Result;

enum class Outcome { right, refused, wrong };

struct Tally {
  int right = 0, refused = 0, wrong = 0;
  void Count(Outcome outcome) {
    (outcome == Outcome::right ? right : outcome == Outcome::refused ? refused : wrong)++;
  }
  int total() const { return right + refused + wrong; }
};

std::string Show(const wire::Table& table) {
  std::string text;
  for (std::size_t r = 0; r < table.rows.size() && r < 4; ++r)
    text += "        " + base::ToJsonText(base::ToJson(table.rows[r])) + "\n";
  if (table.rows.size() > 4) text += fmt::format("        … {} rows\n", table.total_rows);
  return text;
}

class Evaluation {
 public:
  Evaluation(app::Parts parts, bool wrong_only)
      : parts_(std::move(parts)), wrong_only_(wrong_only) {}

  Outcome Ask(const Question& question) {
    std::string detail;
    const Outcome outcome = Judge(question, detail);
    static constexpr const char* kNames[] = {"right  ", "refused", "WRONG  "};
    if (!wrong_only_ || outcome != Outcome::right)
      std::printf("%s %s [%s] %s\n%s", kNames[static_cast<int>(outcome)], question.place.c_str(),
                  question.kind.c_str(), question.ask.c_str(),
                  outcome == Outcome::right ? "" : detail.c_str());
    by_kind_[question.kind].Count(outcome);
    return outcome;
  }

  void PrintKinds() const {
    std::printf("\n%-16s %5s %7s %5s\n", "kind", "right", "refused", "wrong");
    for (const auto& [kind, tally] : by_kind_)
      std::printf("%-16s %5d %7d %5d\n", kind.c_str(), tally.right, tally.refused, tally.wrong);
  }

 private:
  // Questions about the same files follow one another, and share what was read.
  Result<void> Open(const Question& question) {
    if (dataset_ && question.files == files_ && question.dataset == registered_) return {};
    dataset_.reset();
    TT_ASSIGN(dataset_, question.dataset.empty() ? parts_.catalog->OpenFiles(question.files, {})
                                                 : parts_.catalog->Open(question.dataset, {}));
    files_ = question.files;
    registered_ = question.dataset;
    return {};
  }

  Outcome Judge(const Question& question, std::string& detail) {
    runs::Request request;
    request.trace_id = base::TraceId::Fresh();
    const auto opened = Open(question);
    if (opened.has_error()) {
      detail = "      not read: " + opened.error().public_message() + "\n";
      return Outcome::wrong;
    }
    wire::ChatRequest chat;
    chat.dataset_id = dataset_->schema.id;
    chat.message = question.ask;
    const auto reply = parts_.service->Chat(chat, request);
    if (reply.has_error()) {
      detail = fmt::format("      error: {} ({})\n", reply.error().public_message(),
                           reply.error().internal_detail().text);
      return Outcome::wrong;
    }
    if (!reply->understood) {
      detail = "      said: " + reply->answer + "\n";
      return question.sql.empty() ? Outcome::right : Outcome::refused;
    }
    detail = "      plan: " + base::ToJsonText(base::ToJson(*reply->plan)) +
             "\n      answer: " + reply->answer + "\n" + Show(*reply->result);
    if (question.sql.empty()) return Outcome::wrong;
    for (const std::string& sql : question.sql) {
      const auto expected = expected_.Run(TablesOf(question, *dataset_), sql);
      if (expected.has_error()) {
        detail = "      expected SQL fails: " + expected.error().public_message() + "\n";
        return Outcome::wrong;
      }
      if (Matches(*expected, *reply->result, question.compare)) return Outcome::right;
      detail += "      expected:\n" + Show(*expected);
    }
    return Outcome::wrong;
  }

  std::vector<std::pair<std::string, std::string>> TablesOf(
      const Question& question, const datasets::Dataset& dataset) const {
    std::vector<std::pair<std::string, std::string>> tables;
    if (question.dataset.empty()) {
      for (const std::string& file : question.files)
        tables.emplace_back(fs::path(file).stem().string(), file);
    } else {
      for (const wire::TableSchema& table : dataset.schema.tables)
        tables.emplace_back(table.name,
                            fmt::format("{}/share/datasets/{}/{}.csv", TABLETALK_BINARY_DIR,
                                        question.dataset, table.name));
    }
    return tables;
  }

  app::Parts parts_;
  bool wrong_only_;
  ExpectedEngine expected_;
  std::shared_ptr<const datasets::Dataset> dataset_;
  std::vector<std::string> files_;  ///< Of dataset_, with registered_: what it was opened as.
  std::string registered_;
  std::map<std::string, Tally> by_kind_;
};

Result<std::vector<Question>> ReadSet(const std::string& set) {
  const std::string tests = TABLETALK_SOURCE_DIR "/tests";
  if (set != "suggested")
    return ReadQuestions(tests + "/questions/" + set + ".questions", tests + "/questions");
  std::vector<Question> all;
  for (const char* dataset : {"ecommerce", "support", "sensors"}) {
    TT_ASSIGN(auto some,
              ReadSuggested(fmt::format("{}/suggested/{}.sql", tests, dataset), dataset));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

int Fail(const base::Error& error) {
  std::fprintf(stderr, "question_eval: %s\n", error.public_message().c_str());
  return 2;
}

int Main(int argc, char** argv) {
  bool wrong_only = false;
  bool all_right = false;
  double max_wrong = 100;
  std::vector<std::string> sets;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--wrong-only") == 0) {
      wrong_only = true;
    } else if (std::strcmp(argv[i], "--all-right") == 0) {
      all_right = true;
    } else if (std::strcmp(argv[i], "--max-wrong-percent") == 0 && i + 1 < argc) {
      max_wrong = std::strtod(argv[++i], nullptr);
    } else {
      sets.emplace_back(argv[i]);
    }
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
  const auto settings = app::LoadSettings(
      {{{"DATA_DIR", data}, {"LOG_LEVEL", "error"}}, [](const char*) { return nullptr; }, data});
  if (settings.has_error()) return Fail(settings.error());
  base::ConfigureLog(settings->settings.log_level, settings->settings.log_format);
  auto parts = app::BuildParts(settings->settings);
  if (parts.has_error()) return Fail(parts.error());

  std::vector<Question> questions;
  for (const std::string& set : sets) {
    const auto some = ReadSet(set);
    if (some.has_error()) return Fail(some.error());
    questions.insert(questions.end(), some->begin(), some->end());
  }
  std::stable_sort(questions.begin(), questions.end(), [](const auto& one, const auto& other) {
    return std::tie(one.dataset, one.files) < std::tie(other.dataset, other.files);
  });
  Evaluation evaluation(std::move(*parts), wrong_only);
  Tally tally;
  for (const Question& question : questions) tally.Count(evaluation.Ask(question));
  evaluation.PrintKinds();
  const double percent = tally.total() == 0 ? 0 : 100.0 * tally.wrong / tally.total();
  std::printf("\n%d questions: %d right, %d refused, %d wrong (%.1f %%)\n", tally.total(),
              tally.right, tally.refused, tally.wrong, percent);
  if (tally.total() == 0 || percent > max_wrong) return 1;
  return all_right && tally.right != tally.total() ? 1 : 0;
}

}  // namespace
}  // namespace tabletalk::evaluation

int main(int argc, char** argv) { return tabletalk::evaluation::Main(argc, argv); }
