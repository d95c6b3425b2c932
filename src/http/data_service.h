// The results of runs as data: /api/data/{run_id}.
//
// JSON comes from the rows that the run keeps, in pages. The whole result, however large, is a CSV
// or Parquet file: it is computed again in the sandbox, into a folder of its own that is gone
// before the first byte leaves; only the open file holds it then, so a server that ends in the
// middle leaves nothing behind. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "http/attachment.h"
#include "http/typed_request.h"
#include "runs/request.h"
#include "wire/run.h"
#include "wire/table.h"

namespace tabletalk::http {

enum class DataFormat { json, csv, parquet };
BOOST_DESCRIBE_ENUM(DataFormat, json, csv, parquet)

struct DataRequest {
  std::string run_id;
  DataFormat format = DataFormat::json;
  // Of format=json.
  std::optional<Bounded<0, INT64_MAX>> offset;
  std::optional<Bounded<1, 10'000, 1'000>> limit;
  static constexpr std::string_view kOptional[] = {"format"};
};
BOOST_DESCRIBE_STRUCT(DataRequest, (), (run_id, format, offset, limit))

/// A page of a result.
struct DataPage {
  std::string run_id;
  std::vector<wire::Column> columns;
  std::vector<std::vector<wire::Value>> rows;
  std::uint64_t offset = 0;
  std::uint64_t total_rows = 0;
  bool truncated = false;                    ///< There are rows after the last one kept.
  std::optional<std::uint64_t> next_offset;  ///< Nothing on the last page of the rows kept.
};
BOOST_DESCRIBE_STRUCT(DataPage, (),
                      (run_id, columns, rows, offset, total_rows, truncated, next_offset))

using Data = std::variant<DataPage, Attachment>;

/// The rows that the run keeps. Errors: conflict (no table), invalid_argument (an offset beyond).
base::Result<DataPage> DataPageOf(const DataRequest& request, wire::Run run);

/// `Runs` finds runs and writes their whole results.
template <class Runs>
class DataService {
 public:
  /// `scratch` is the folder for whole results; the system's temporary one if empty.
  DataService(std::shared_ptr<Runs> runs, std::string scratch)
      : runs_(std::move(runs)), scratch_(std::move(scratch)) {}

  base::Result<Data> Get(const DataRequest& wanted, const runs::Request& request) {
    if (wanted.format == DataFormat::json) {
      TT_ASSIGN(wire::Run run, runs_->Find(wanted.run_id));
      TT_ASSIGN(DataPage page, DataPageOf(wanted, std::move(run)));
      return Data(std::move(page));
    }
    if (wanted.offset || wanted.limit)
      return base::InvalidArgument("offset and limit are for format=json; a file holds all rows");
    const bool csv = wanted.format == DataFormat::csv;
    TT_ASSIGN(const ScratchFolder folder, ScratchFolder::In(scratch_));
    TT_ASSIGN(const std::string path,
              runs_->WriteWhole(wanted.run_id,
                                csv ? wire::ExportFormat::csv : wire::ExportFormat::parquet,
                                folder.path(), request));
    TT_ASSIGN(FileBody file, OpenFileBody(path));
    return Data(Attachment{std::move(file),
                           csv ? "text/csv; charset=utf-8" : "application/vnd.apache.parquet",
                           csv ? "result.csv" : "result.parquet"});
  }

 private:
  const std::shared_ptr<Runs> runs_;
  const std::string scratch_;
};

}  // namespace tabletalk::http
