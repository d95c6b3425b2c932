// Columnar copies of files, by the hash of the original's bytes: one that SQL reads, made when the
// file is first read, and one that Python loads, made when Python first asks for the table.
//
//   <root>/columnar-v<reader version>/<sha256>/{table.duckdb, ingested.json}
//   <root>/frames-v<reader version>.<frame version>/<sha256>/{result.parquet, frame.json}
//   <root>/staging/<random>/            being written, and locked by whoever writes
//
// A copy appears by one rename and is never changed afterwards, so any number of processes may
// share a root. What a killed process left in staging is locked by nobody and is removed at the
// next start. A copy whose file is gone or has another size than when it was made does not count,
// and is made again. Losing the folder loses time, not data.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/fd.h"
#include "wire/runner.h"

namespace tabletalk::datasets {

/// Raised whenever the reader would make another table of the same bytes.
inline constexpr int kReaderVersion = 4;
/// Raised whenever the same table would become another Parquet file.
inline constexpr int kFrameVersion = 1;

/// What a copy is named by: the hash of the file's bytes, or where the user decided something about
/// reading them, a hash over both.
std::string CopyKey(const std::string& sha256, const wire::ReadingChoices& choices);

struct ColumnarCopy {
  wire::Ingested ingested;
  std::string path;  ///< Of table.duckdb.
};

/// A fresh empty folder for the reader to write into; removed with the object unless committed.
class StagedFolder {
 public:
  StagedFolder(std::string path, base::UniqueFd lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  StagedFolder(StagedFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}
  StagedFolder& operator=(StagedFolder&&) = delete;
  ~StagedFolder();

  const std::string& path() const { return path_; }

 private:
  friend class ColumnarCache;
  std::string path_;
  base::UniqueFd lock_;
};

class ColumnarCache {
 public:
  /// Creates the folders, readable by their owner alone. Errors: internal with the path's problem.
  static base::Result<ColumnarCache> Open(std::string root);

  /// The copy for these bytes, if there is a whole one.
  std::optional<ColumnarCopy> Find(const std::string& sha256) const;

  base::Result<StagedFolder> Stage() const;
  /// Moves a staged copy to its place. Another process may have been first; then theirs stays.
  base::Result<ColumnarCopy> Commit(StagedFolder staged, const std::string& sha256,
                                    const wire::Ingested& ingested) const;

  /// Path of the Parquet copy for these bytes, if there is a whole one.
  std::optional<std::string> FindFrame(const std::string& sha256) const;
  /// Moves a staged result.parquet to its place, as Commit does; its path there.
  base::Result<std::string> CommitFrame(StagedFolder staged, const std::string& sha256) const;

 private:
  explicit ColumnarCache(std::string root) : root_(std::move(root)) {}
  std::string Folder(const std::string& sha256) const;
  std::string FrameFolder(const std::string& sha256) const;

  std::string root_;
};

}  // namespace tabletalk::datasets
