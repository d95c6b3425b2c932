#include "http/routes/data_service.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tabletalk::http {
namespace {

base::Result<const wire::Table*> TableOf(const wire::Run& run) {
  if (run.status != wire::RunStatus::succeeded)
    return base::MakeError(base::ErrorCode::conflict, "the run has no result: its status is " +
                                                          std::string(base::EnumName(run.status)))
        .WithDetail("status", boost::json::value(base::EnumName(run.status)));
  if (!run.result)
    return base::MakeError(base::ErrorCode::conflict,
                           "the run gave no table; what it gave is at /runs/" + run.run_id);
  return &*run.result;
}

// The rows that the run keeps.
base::Result<DataPage> PageOf(const DataRequest& request, const wire::Run& run) {
  DataPage page;
  page.run_id = run.run_id;
  page.offset = static_cast<std::uint64_t>(request.offset.value_or(Bounded<0, INT64_MAX>{}).value);
  const auto limit =
      static_cast<std::uint64_t>(request.limit.value_or(Bounded<1, 10'000, 1'000>{}).value);
  TT_ASSIGN(const wire::Table* table, TableOf(run));
  const std::uint64_t kept = table->rows.size();
  if (page.offset >= kept && page.offset < table->total_rows)
    return base::InvalidArgument("JSON holds the first " + std::to_string(kept) + " of " +
                                 std::to_string(table->total_rows) +
                                 " rows; for all of them use format=csv or format=parquet");
  page.columns = table->columns;
  page.total_rows = table->total_rows;
  page.truncated = table->truncated;
  const std::uint64_t from = std::min(page.offset, kept);
  const std::uint64_t to = from + std::min(limit, kept - from);
  page.rows.assign(table->rows.begin() + static_cast<std::ptrdiff_t>(from),
                   table->rows.begin() + static_cast<std::ptrdiff_t>(to));
  if (to < kept) page.next_offset = to;
  return page;
}

}  // namespace

base::Result<Data> DataService::Get(const DataRequest& wanted, const runs::Request& request) {
  if (wanted.format != DataFormat::json) return Whole(wanted, request);
  TT_ASSIGN(const runs::KeptRun run, runs_->Find(wanted.run_id));
  TT_ASSIGN(DataPage page, PageOf(wanted, *run));
  return Data(std::move(page));
}

base::Result<Data> DataService::Whole(const DataRequest& wanted, const runs::Request& request) {
  if (wanted.offset || wanted.limit)
    return base::InvalidArgument("offset and limit are for format=json; a file holds all rows");
  const bool csv = wanted.format == DataFormat::csv;
  TT_ASSIGN(const ScratchFolder folder, ScratchFolder::In(scratch_));
  TT_ASSIGN(
      const std::string path,
      runs_->WriteWhole(wanted.run_id, csv ? wire::ExportFormat::csv : wire::ExportFormat::parquet,
                        folder.path(), request));
  TT_ASSIGN(FileBody file, OpenFileBody(path));
  return Data(Attachment{std::move(file),
                         csv ? "text/csv; charset=utf-8" : "application/vnd.apache.parquet",
                         csv ? "result.csv" : "result.parquet"});
}

}  // namespace tabletalk::http
