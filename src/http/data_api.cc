#include "http/data_api.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <utility>

#include "http/handler.h"

namespace tabletalk::http {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRowsByDefault = 1'000;
constexpr std::uint64_t kMostRows = 10'000;

// A folder that nobody else may enter, removed with its content.
class ScratchFolder {
 public:
  static base::Result<ScratchFolder> In(const std::string& parent) {
    std::error_code problem;
    fs::path base = parent.empty() ? fs::temp_directory_path(problem) : fs::path(parent);
    if (!problem) fs::create_directories(base, problem);
    std::string path = (base / "tabletalk-export-XXXXXX").string();
    if (problem || ::mkdtemp(path.data()) == nullptr)
      return base::SystemError(base::ErrorCode::internal, "no place to write the result to",
                               problem ? problem.value() : errno);
    return ScratchFolder(std::move(path));
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

base::Result<FileBody> OpenBody(const std::string& path) {
  FileBody body;
  body.fd = base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  if (!body.fd || ::fstat(body.fd.get(), &status) != 0)
    return base::SystemError(base::ErrorCode::internal, "the result could not be read", errno);
  body.size = static_cast<std::uint64_t>(status.st_size);
  return body;
}

base::Result<std::uint64_t> NumberOf(const Call& call, const std::string& name,
                                     std::uint64_t otherwise, std::uint64_t least,
                                     std::uint64_t most) {
  const auto given = call.query.find(name);
  if (given == call.query.end()) return otherwise;
  const std::string& text = given->second;
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < least || number > most)
    return base::InvalidArgument(name + " must be a whole number from " + std::to_string(least) +
                                 " to " + std::to_string(most));
  return number;
}

base::Result<wire::Table> TableOf(wire::Run run) {
  if (run.status != wire::RunStatus::succeeded)
    return base::MakeError(base::ErrorCode::conflict, "the run has no result: its status is " +
                                                          std::string(base::EnumName(run.status)))
        .WithDetail("status", boost::json::value(base::EnumName(run.status)));
  if (!run.result)
    return base::MakeError(base::ErrorCode::conflict,
                           "the run gave no table; what it gave is at /runs/" + run.run_id);
  return std::move(*run.result);
}

base::Result<DataPage> PageOf(std::string run_id, wire::Table table, std::uint64_t offset,
                              std::uint64_t limit) {
  const std::uint64_t kept = table.rows.size();
  if (offset >= kept && offset < table.total_rows)
    return base::InvalidArgument("JSON holds the first " + std::to_string(kept) + " of " +
                                 std::to_string(table.total_rows) +
                                 " rows; for all of them use format=csv or format=parquet");
  DataPage page;
  page.run_id = std::move(run_id);
  page.columns = std::move(table.columns);
  page.offset = offset;
  page.total_rows = table.total_rows;
  page.truncated = table.truncated;
  const std::uint64_t from = std::min(offset, kept);
  const std::uint64_t to = from + std::min(limit, kept - from);
  for (std::uint64_t i = from; i < to; ++i) page.rows.push_back(std::move(table.rows[i]));
  if (to < kept) page.next_offset = to;
  return page;
}

}  // namespace

std::vector<Route> DataApi::Routes() const {
  return {{"GET", "/api/data/{run_id}", Lane::work, Takes::nothing, false,
           [this](const Call& call) { return GetData(call); }}};
}

Outcome DataApi::GetData(const Call& call) const {
  const auto given = call.query.find("format");
  const std::string format = given == call.query.end() ? "json" : given->second;
  if (format == "json") return GetRows(call);
  if (format == "csv") return GetWhole(call, wire::ExportFormat::csv);
  if (format == "parquet") return GetWhole(call, wire::ExportFormat::parquet);
  return FailureOf(base::InvalidArgument("format must be one of json, csv and parquet"));
}

Outcome DataApi::GetRows(const Call& call) const {
  const auto offset = NumberOf(call, "offset", 0, 0, std::numeric_limits<std::int64_t>::max());
  if (offset.has_error()) return FailureOf(offset.error());
  const auto limit = NumberOf(call, "limit", kRowsByDefault, 1, kMostRows);
  if (limit.has_error()) return FailureOf(limit.error());
  auto run = backend_->Find(call.path[0]);
  if (run.has_error()) return FailureOf(run.error());
  auto table = TableOf(std::move(*run));
  if (table.has_error()) return FailureOf(table.error());
  const auto page = PageOf(call.path[0], std::move(*table), *offset, *limit);
  if (page.has_error()) return FailureOf(page.error());
  return JsonReply(*page);
}

Outcome DataApi::GetWhole(const Call& call, wire::ExportFormat format) const {
  if (call.query.contains("offset") || call.query.contains("limit"))
    return FailureOf(
        base::InvalidArgument("offset and limit are for format=json; a file holds all rows"));
  const auto folder = ScratchFolder::In(scratch_);
  if (folder.has_error()) return FailureOf(folder.error());
  const auto path = backend_->WriteWhole(call.path[0], format, folder->path(), RequestOf(call));
  if (path.has_error()) return FailureOf(path.error());
  auto body = OpenBody(*path);
  if (body.has_error()) return FailureOf(body.error());
  const bool csv = format == wire::ExportFormat::csv;
  Reply reply;
  reply.headers = {
      {"Content-Type", csv ? "text/csv; charset=utf-8" : "application/vnd.apache.parquet"},
      {"Content-Disposition",
       std::string("attachment; filename=\"result.") + (csv ? "csv" : "parquet") + "\""}};
  reply.file = std::make_shared<const FileBody>(std::move(*body));
  return reply;
}

}  // namespace tabletalk::http
