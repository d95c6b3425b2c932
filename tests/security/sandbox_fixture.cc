#include "sandbox_fixture.h"

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

#include "host_canaries.h"

namespace tabletalk::security {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

constexpr char kBinaries[] = TABLETALK_BINARY_DIR "/bin/";

std::string WordFor(const base::Error& error) {
  if (error.code() != ErrorCode::execution_failed) return std::string(base::Name(error.code()));
  return error.public_message().find("crashed inside its sandbox") != std::string::npos ? "crashed"
                                                                                        : "raised";
}

}  // namespace

SandboxFixture::SandboxFixture() {
  std::string pattern = (fs::temp_directory_path() / "security-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the test");
  folder_ = pattern;
  sandbox::LocalOptions options;
  options.runner = std::string(kBinaries) + "tabletalk-runner";
  options.python.program = std::string(kBinaries) + "tabletalk-python";
  options.max_concurrent_runs = 8;
  options.warm = true;
  auto started = sandbox::StartLocalSandbox(options);
  if (started.has_error()) throw std::runtime_error(started.error().public_message());
  sandbox_ = *started;
  sales_ = Export("sales",
                  "SELECT i::INTEGER AS amount, 'region ' || i % 7 AS region, "
                  "DATE '2026-01-01' + (i % 365)::INTEGER AS day FROM range(1, 1001) r(i)");
  secrets_ = Export("secrets", std::string("SELECT '") + kSecret + "' AS word FROM range(100)");
  Ingest(sales_);
}

SandboxFixture::~SandboxFixture() {
  sandbox_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string SandboxFixture::Export(const std::string& name, const std::string& sql) const {
  const std::string folder = folder_ + "/" + name;
  fs::create_directory(folder);
  sandbox::SqlJob job;
  job.sql = sql;
  job.check = false;
  job.export_format = wire::ExportFormat::parquet;
  job.output_directory = folder;
  const auto outcome = sandbox_->RunSql(job, {});
  if (outcome.has_error()) throw std::runtime_error(outcome.error().public_message());
  return folder + "/result.parquet";
}

void SandboxFixture::Ingest(const std::string& parquet) {
  sandbox::IngestJob job;
  job.source = parquet;
  job.file_name = "sales.parquet";
  job.output_directory = folder_;
  job.wanted = [](const wire::Hashed&) { return true; };
  const auto outcome = sandbox_->Ingest(job, {});
  if (outcome.has_error()) throw std::runtime_error(outcome.error().public_message());
  table_ = {"sales", folder_ + "/table.duckdb", {}};
  for (const auto& column : outcome->ingested->columns)
    table_.columns.push_back({column.name, column.type, column.database_type});
}

sandbox::PythonJob SandboxFixture::Job(std::string code) const {
  sandbox::PythonJob job;
  job.code = std::move(code);
  job.frames = {{"sales", sales_}};
  job.frames_version = "sales-1";
  job.input = {{"x", 1}};
  job.limits.wall = std::chrono::milliseconds(2000);
  job.limits.cpu = std::chrono::seconds(2);
  job.limits.memory = base::ByteSize::Mebi(128);
  job.limits.scratch = base::ByteSize::Mebi(16);
  job.limits.output_files = base::ByteSize::Mebi(64);
  return job;
}

sandbox::PythonJob SandboxFixture::OtherJob(std::string code) const {
  sandbox::PythonJob job = Job(std::move(code));
  job.frames = {{"secrets", secrets_}};
  job.frames_version = "secrets-1";
  return job;
}

std::string SandboxFixture::ControlCode() { return "result = int(df['amount'].sum())"; }

std::string ResultText(const base::Result<sandbox::PythonOutcome>& outcome) {
  if (outcome.has_error() || !outcome->ran) return "";
  return base::ToJsonText(outcome->ran->result);
}

std::string WordFor(const base::Result<sandbox::PythonOutcome>& outcome) {
  if (outcome.has_error()) return WordFor(outcome.error());
  if (outcome->failure) return WordFor(*outcome->failure);
  return outcome->ran ? "ran" : "rejected";
}

std::string ErrorText(const base::Result<sandbox::PythonOutcome>& outcome) {
  const auto text = [](const base::Error& error) {
    const std::string& detail = error.internal_detail().text;
    return error.public_message() + (detail.empty() ? "" : " [" + detail + "]");
  };
  if (outcome.has_error()) return text(outcome.error());
  return outcome->failure ? text(*outcome->failure) : "";
}

}  // namespace tabletalk::security
