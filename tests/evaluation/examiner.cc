#include "examiner.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "comparison.h"

namespace tabletalk::evaluation {
namespace {

namespace fs = std::filesystem;
using base::Result;

std::string Show(const wire::Table& table) {
  std::string text;
  for (std::size_t r = 0; r < table.rows.size() && r < 4; ++r)
    text += "        " + base::ToJsonText(base::ToJson(table.rows[r])) + "\n";
  if (table.rows.size() > 4) text += fmt::format("        … {} rows\n", table.total_rows);
  return text;
}

std::vector<TableSource> SourcesOf(const Question& question, const datasets::Dataset& dataset) {
  std::vector<TableSource> sources;
  if (question.dataset.empty()) {
    for (const std::string& file : question.files)
      sources.push_back({fs::path(file).stem().string(), file, question.read});
    return sources;
  }
  for (const wire::TableSchema& table : dataset.schema.tables)
    sources.push_back({table.name,
                       fmt::format("{}/share/datasets/{}/{}.csv", TABLETALK_BINARY_DIR,
                                   question.dataset, table.name),
                       ""});
  return sources;
}

bool MatchesAny(const std::vector<wire::Table>& expected, const wire::Table& actual,
                Compare compare) {
  return std::ranges::any_of(expected,
                             [&](const wire::Table& one) { return Matches(one, actual, compare); });
}

runs::Request FreshRequest() {
  runs::Request request;
  request.trace_id = base::TraceId::Fresh();
  return request;
}

}  // namespace

// Questions about the same files follow one another, and share what was read.
Result<void> Examiner::Open(const Question& question) {
  if (dataset_ && question.files == files_ && question.dataset == registered_) return {};
  dataset_.reset();
  TT_ASSIGN(dataset_, question.dataset.empty() ? parts_.catalog->OpenFiles(question.files, {})
                                               : parts_.catalog->Open(question.dataset, {}));
  files_ = question.files;
  registered_ = question.dataset;
  return {};
}

Result<std::vector<wire::Table>> Examiner::Expected(const Question& question) {
  std::vector<wire::Table> tables;
  for (const std::string& sql : question.sql) {
    TT_ASSIGN(auto table, expected_.Run(SourcesOf(question, *dataset_), sql));
    tables.push_back(std::move(table));
  }
  return tables;
}

Verdict Examiner::Ask(const Question& question) {
  Verdict verdict;
  const auto opened = Open(question);
  if (opened.has_error()) {
    verdict.detail = "      not read: " + opened.error().public_message() + "\n";
    return verdict;
  }
  wire::ChatRequest chat;
  chat.dataset_id = dataset_->schema.id;
  chat.message = question.ask;
  const auto reply = parts_.service->Chat(chat, FreshRequest());
  if (reply.has_error()) {
    verdict.detail = fmt::format("      error: {} ({})\n", reply.error().public_message(),
                                 reply.error().internal_detail().text);
    return verdict;
  }
  return reply->understood ? JudgeAnswer(question, *reply) : JudgeRefusal(question, *reply);
}

Verdict Examiner::JudgeAnswer(const Question& question, const wire::ChatReply& reply) {
  Verdict verdict;
  verdict.answered = true;
  verdict.confidence = reply.metadata.confidence;
  verdict.detail =
      fmt::format("      plan ({:.2f}): {}\n      answer: {}\n", verdict.confidence,
                  reply.plan ? base::ToJsonText(base::ToJson(*reply.plan)) : "none", reply.answer);
  if (reply.result) verdict.detail += Show(*reply.result);
  if (question.sql.empty()) return verdict;
  const auto expected = Expected(question);
  if (expected.has_error()) {
    verdict.detail = "      expected SQL fails: " + expected.error().public_message() + "\n";
    return verdict;
  }
  if (reply.result && MatchesAny(*expected, *reply.result, question.compare))
    verdict.outcome = Outcome::right;
  for (const wire::Table& table : *expected) verdict.detail += "      expected:\n" + Show(table);
  return verdict;
}

Verdict Examiner::JudgeRefusal(const Question& question, const wire::ChatReply& reply) {
  Verdict verdict;
  verdict.detail = "      said: " + reply.answer + "\n";
  for (const wire::Reading& reading : reply.readings)
    verdict.detail += "      offered: " + reading.explanation + "\n";
  verdict.outcome = question.sql.empty() ? Outcome::right : Outcome::refused;
  if (question.sql.empty() || reply.readings.empty()) return verdict;
  const auto expected = Expected(question);
  if (expected.has_error()) {
    verdict.outcome = Outcome::wrong;
    verdict.detail = "      expected SQL fails: " + expected.error().public_message() + "\n";
    return verdict;
  }
  for (const wire::Reading& reading : reply.readings) {
    wire::RunRequest run;
    run.dataset_id = dataset_->schema.id;
    run.plan = reading.plan;
    const auto ran = parts_.service->Execute(run, FreshRequest());
    if (ran.has_error() || !ran->result || !MatchesAny(*expected, *ran->result, question.compare))
      continue;
    verdict.outcome = Outcome::offered;
    return verdict;
  }
  return verdict;
}

}  // namespace tabletalk::evaluation
