// Whole jobs with a runner that was taken over: what the server makes of any bytes at all, of
// frames in any order, of what was printed and of how the process ended. Input: a byte for the end
// and the form of the rest, a byte for the job; then either the bytes of the stream, or lines of
// "kind body" that are put into frames, with an attachment behind \x1f (in which \x1e stands for a
// new line).
#include <algorithm>
#include <cstdint>

#include "base/log.h"
#include "base/utf8.h"
#include "check.h"
#include "sandbox/jobs/ingest_job.h"
#include "sandbox/jobs/python_jobs.h"
#include "sandbox/jobs/session.h"
#include "sandbox/jobs/sql_jobs.h"
#include "sandbox/workers/confined_worker.h"
#include "scripted_child.h"

namespace {

using namespace tabletalk;
using sandbox::Session;

void AppendLittleEndian(std::string& out, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

std::string Frames(std::string_view lines) {
  std::string bytes;
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const auto bar = std::min(line.find('\x1f'), line.size());
    std::string attachment(line.substr(std::min(bar + 1, line.size())));
    std::replace(attachment.begin(), attachment.end(), '\x1e', '\n');
    line = line.substr(0, bar);
    const auto space = std::min(line.find(' '), line.size());
    std::string header = R"({"kind":")";
    header += line.substr(0, space);
    header += R"(","body":)";
    header += line.substr(space);
    header += '}';
    bytes += "TTF1";
    AppendLittleEndian(bytes, header.size(), 4);
    AppendLittleEndian(bytes, attachment.size(), 8);
    bytes += header + attachment;
  }
  return bytes;
}

void Judge(const base::Error& error) {
  fuzz::Promise(base::IsValidUtf8(error.public_message()), "errors are UTF-8");
  fuzz::Promise(base::IsValidUtf8(base::ToJsonText(error.details())), "details can be sent on");
  const auto code = error.code();
  fuzz::Promise(code != base::ErrorCode::no_sandbox && code != base::ErrorCode::unauthorized &&
                    code != base::ErrorCode::forbidden && code != base::ErrorCode::busy,
                "no runner says what is the server's to say");
}

void Sound(const wire::Table& table, std::uint64_t max_rows) {
  fuzz::Promise(table.rows.size() <= max_rows, "rows are bounded");
  for (const auto& row : table.rows)
    fuzz::Promise(row.size() == table.columns.size(), "rows fit their table");
}

void Ingest(Session& session) {
  sandbox::IngestJob job;
  job.wanted = [](const wire::Hashed& hashed) {
    fuzz::Promise(hashed.sha256.find_first_not_of("0123456789abcdef") == std::string::npos,
                  "a hash can be the name of a folder");
    return true;
  };
  const auto outcome = sandbox::Ingest(session, job);
  if (outcome.has_error()) return Judge(outcome.error());
  for (const auto& row : outcome->ingested->sample)
    fuzz::Promise(row.size() == outcome->ingested->columns.size(), "rows fit their table");
}

void RunSql(Session& session, bool check) {
  sandbox::SqlJob job;
  job.check = check;
  job.max_rows = 10;
  const auto outcome = sandbox::RunSql(session, job);
  if (outcome.has_error()) return Judge(outcome.error());
  if (outcome->ran) Sound(outcome->ran->table, job.max_rows);
}

void RunPython(Session& session, bool check) {
  sandbox::PythonJob job;
  job.check = check;
  job.max_rows = 10;
  job.max_log_bytes = 100;
  const auto outcome = sandbox::RunPython(session, job);
  if (outcome.has_error()) return Judge(outcome.error());
  fuzz::Promise(base::EscapeControls(outcome->logs) == outcome->logs, "logs are escaped");
  fuzz::Promise(outcome->logs.size() <= job.max_log_bytes + 100, "logs are bounded");
  if (outcome->failure) Judge(*outcome->failure);
  if (outcome->ran && outcome->ran->table) Sound(*outcome->ran->table, job.max_rows);
  if (outcome->ran) fuzz::Promise(outcome->ran->export_bytes == 0, "nothing was exported");
  fuzz::Promise(outcome->figure.empty() || outcome->figure.starts_with("\x89PNG"),
                "figures are pictures");
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  base::ConfigureLog(base::LogLevel::off, base::LogFormat::text);  // A line for each lie.
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > (32 << 10)) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 2), size - 2);
  fuzz::Script script;
  script.says = data[0] >= 'a' ? Frames(text) : std::string(text);
  if (script.says.size() > (64 << 10)) return 0;
  script.ends.verdict = static_cast<confine::Verdict>(data[0] % 8);
  script.ends.standard_output.head = text.substr(0, 120);
  script.ends.standard_error.tail = text.substr(text.size() / 2, 120);
  script.ends.standard_output.total_bytes = script.ends.standard_output.head.size();
  script.ends.standard_error.total_bytes = 10'000;
  fuzz::SetScript(std::move(script));
  sandbox::JobContext context;
  context.progress = [](const wire::Progress& progress) {
    fuzz::Promise(progress.stage.size() <= 1024, "progress is short");
  };
  auto worker = sandbox::StartWorker({});
  fuzz::Promise(worker.has_value(), "a script always starts");
  Session session(std::move(*worker), std::chrono::seconds(10), context);
  switch (data[1] % 5) {
    case 0: Ingest(session); break;
    case 1: RunSql(session, true); break;
    case 2: RunSql(session, false); break;
    case 3: RunPython(session, true); break;
    default: RunPython(session, false); break;
  }
  return 0;
}
