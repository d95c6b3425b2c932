#include "question_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/testing/case_file.h"

namespace tabletalk::evaluation {
namespace {

using base::InvalidArgument;
using base::Result;

std::optional<Compare> CompareFromName(std::string_view name) {
  if (name == "ordered") return Compare::ordered;
  if (name == "unordered") return Compare::unordered;
  if (name == "scalar") return Compare::scalar;
  return std::nullopt;
}

bool IsKind(std::string_view name) {
  static constexpr std::string_view kKinds[] = {
      "average",    "average_per", "bottom_n", "compare",     "correlation",  "count",
      "difference", "distinct",    "extreme",  "filter_date", "filter_range", "filter_value",
      "first_last", "group_by",    "having",   "join",        "median",       "negation",
      "periods",    "rate",        "ratio",    "refuse",      "running",      "share",
      "sum",        "time_series", "top_n",    "top_within",  "two_groups",   "weekday"};
  return std::ranges::find(kKinds, name) != std::end(kKinds);
}

std::string Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::vector<std::string> SplitFiles(const std::string& list, const std::string& folder) {
  std::vector<std::string> files;
  for (std::size_t start = 0; start <= list.size();) {
    auto end = list.find(", ", start);
    if (end == list.npos) end = list.size();
    const std::string name = Trim(list.substr(start, end - start));
    files.push_back(folder + (name.starts_with("tables/") ? "/" : "/node_modules/") + name);
    start = end + 2;
  }
  return files;
}

}  // namespace

Result<std::vector<Question>> ReadQuestions(const std::string& path,
                                            const std::string& tables_folder) {
  TT_ASSIGN(const auto cases, base::testing::ReadCases(path));
  const std::string name = std::filesystem::path(path).filename().string();
  std::vector<Question> questions;
  for (const base::testing::Case& one : cases) {
    Question question;
    question.place = fmt::format("{}:{}", name, one.line);
    question.files = SplitFiles(one["files"], tables_folder);
    question.kind = one["kind"];
    question.ask = one["ask"];
    question.read = one["read"];
    for (const char* key : {"sql", "sql2", "sql3"})
      if (one.Has(key)) question.sql.push_back(one[key]);
    if (question.ask.empty() || question.kind.empty() || !one.Has("files"))
      return InvalidArgument(question.place + ": a question needs files, kind and ask");
    if (!IsKind(question.kind))
      return InvalidArgument(question.place + ": no such kind: " + question.kind);
    if (!question.read.empty() && question.files.size() != 1)
      return InvalidArgument(question.place + ": read goes with one file");
    if (question.sql.empty() != (one["expect"] == "refuse"))
      return InvalidArgument(question.place + ": needs sql, or else expect: refuse");
    if (one.Has("compare")) {
      const auto compare = CompareFromName(one["compare"]);
      if (!compare) return InvalidArgument(question.place + ": compare: " + one["compare"]);
      question.compare = *compare;
    }
    questions.push_back(std::move(question));
  }
  return questions;
}

Result<std::vector<Question>> ReadSuggested(const std::string& path, const std::string& dataset) {
  std::ifstream file(path);
  if (!file) return InvalidArgument(path + " cannot be read");
  const std::string name = std::filesystem::path(path).filename().string();
  std::vector<Question> questions;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.starts_with("-- ask: ")) {
      Question question;
      question.place = fmt::format("{}:{}", name, number);
      question.kind = "suggested";
      question.dataset = dataset;
      question.ask = Trim(line.substr(8));
      question.sql.emplace_back();
      questions.push_back(std::move(question));
    } else if (line.starts_with("-- compare: ") && !questions.empty()) {
      const auto compare = CompareFromName(Trim(line.substr(12)));
      if (!compare) return InvalidArgument(fmt::format("{}:{}: {}", name, number, line));
      questions.back().compare = *compare;
    } else if (!line.starts_with("--") && !questions.empty()) {
      questions.back().sql.front() += line + "\n";
    }
  }
  return questions;
}

}  // namespace tabletalk::evaluation
