// Columnar copies of files, by the hash of the original's bytes.
//
//   <root>/columnar-v<reader version>/<sha256>/{table.duckdb, ingested.json}
//   <root>/staging/<random>/            being written; swept at start when old
//
// A copy appears by one rename and is never changed afterwards, so any number of processes may share
// a root. Losing the folder loses time, not data.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "wire/runner.h"

namespace tabletalk::datasets {

/// Raised whenever the reader would make another table of the same bytes.
inline constexpr int kReaderVersion = 1;

struct ColumnarCopy {
  wire::Ingested ingested;
  std::string path;  ///< Of table.duckdb.
};

class ColumnarCache {
 public:
  /// Creates the folders. Errors: internal with the path's problem.
  static base::Result<ColumnarCache> Open(std::string root);

  /// The copy for these bytes, if there is a whole one.
  std::optional<ColumnarCopy> Find(const std::string& sha256) const;

  /// A fresh empty folder for the reader to write into.
  base::Result<std::string> Stage() const;
  /// Moves a staged copy to its place. Another process may have been first; then theirs stays.
  base::Result<ColumnarCopy> Commit(const std::string& staged, const std::string& sha256,
                                    const wire::Ingested& ingested) const;
  /// Removes a staged folder; for every path on which Commit was not reached.
  void Discard(const std::string& staged) const;

 private:
  explicit ColumnarCache(std::string root) : root_(std::move(root)) {}
  std::string Folder(const std::string& sha256) const;

  std::string root_;
};

}  // namespace tabletalk::datasets
