#include "http/data_service.h"

#include <algorithm>

namespace tabletalk::http {
namespace {

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

}  // namespace

base::Result<DataPage> DataPageOf(const DataRequest& request, wire::Run run) {
  DataPage page;
  page.run_id = run.run_id;
  page.offset = static_cast<std::uint64_t>(request.offset.value_or(Bounded<0, INT64_MAX>{}).value);
  const auto limit =
      static_cast<std::uint64_t>(request.limit.value_or(Bounded<1, 10'000, 1'000>{}).value);
  TT_ASSIGN(wire::Table table, TableOf(std::move(run)));
  const std::uint64_t kept = table.rows.size();
  if (page.offset >= kept && page.offset < table.total_rows)
    return base::InvalidArgument("JSON holds the first " + std::to_string(kept) + " of " +
                                 std::to_string(table.total_rows) +
                                 " rows; for all of them use format=csv or format=parquet");
  page.columns = std::move(table.columns);
  page.total_rows = table.total_rows;
  page.truncated = table.truncated;
  const std::uint64_t from = std::min(page.offset, kept);
  const std::uint64_t to = from + std::min(limit, kept - from);
  for (std::uint64_t i = from; i < to; ++i) page.rows.push_back(std::move(table.rows[i]));
  if (to < kept) page.next_offset = to;
  return page;
}

}  // namespace tabletalk::http
