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

#include "http/routes/attachment.h"
#include "http/routes/typed_request.h"
#include "runs/run_service.h"
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

class DataService {
 public:
  /// `scratch` is the folder for whole results; the system's temporary one if empty.
  DataService(std::shared_ptr<runs::RunService> runs, std::string scratch)
      : runs_(std::move(runs)), scratch_(std::move(scratch)) {}

  /// Errors: not_found, conflict (no table), invalid_argument (an offset beyond what is kept), and
  /// those of a run.
  base::Result<Data> Get(const DataRequest& wanted, const runs::Request& request);

 private:
  base::Result<Data> Whole(const DataRequest& wanted, const runs::Request& request);

  const std::shared_ptr<runs::RunService> runs_;
  const std::string scratch_;
};

}  // namespace tabletalk::http
