// The results of runs as data: /api/data/{run_id}.
//
// JSON comes from the rows that the run keeps, in pages. The whole result, however large, is a CSV
// or Parquet file: it is computed again in the sandbox, into a folder of its own that is gone
// before the first byte leaves; only the open file holds it then, so a server that ends in the
// middle leaves nothing behind. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/codec.h"
#include "http/backend.h"
#include "http/message.h"
#include "http/router.h"

namespace tabletalk::http {

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

class DataApi {
 public:
  /// `scratch` is the folder for whole results; the system's temporary one if empty.
  DataApi(std::shared_ptr<Backend> backend, std::string scratch)
      : backend_(std::move(backend)), scratch_(std::move(scratch)) {}

  /// Handlers refer to this object.
  std::vector<Route> Routes() const;

 private:
  Outcome GetData(const Call& call) const;
  Outcome GetRows(const Call& call) const;
  Outcome GetWhole(const Call& call, wire::ExportFormat format) const;

  const std::shared_ptr<Backend> backend_;
  const std::string scratch_;
};

}  // namespace tabletalk::http
