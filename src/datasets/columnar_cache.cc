#include "datasets/columnar_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/fd.h"
#include "base/id.h"

namespace tabletalk::datasets {
namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr base::JsonLimits kIngestedLimits{.max_size = base::ByteSize::Mebi(256), .max_depth = 32};

void SyncFile(const std::string& path) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) ::fsync(fd.get());
}

void SweepStaging(const fs::path& staging) {
  std::error_code ignored;
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (const auto& entry : fs::directory_iterator(staging, ignored)) {
    std::error_code failed;
    if (fs::last_write_time(entry.path(), failed) < old && !failed)
      fs::remove_all(entry.path(), failed);
  }
}

}  // namespace

Result<ColumnarCache> ColumnarCache::Open(std::string root) {
  ColumnarCache cache(std::move(root));
  const fs::path base(cache.root_);
  for (const fs::path& folder : {base / "staging", base / fmt::format("columnar-v{}", kReaderVersion)}) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
      return base::MakeError(base::ErrorCode::internal,
                             fmt::format("the folder {} cannot be made: {}; set DATA_DIR to one "
                                         "that can",
                                         folder.string(), failed.message()));
  }
  fs::permissions(base, fs::perms::owner_all, fs::perm_options::replace);
  SweepStaging(base / "staging");
  return cache;
}

std::string ColumnarCache::Folder(const std::string& sha256) const {
  return fmt::format("{}/columnar-v{}/{}", root_, kReaderVersion, sha256);
}

std::optional<ColumnarCopy> ColumnarCache::Find(const std::string& sha256) const {
  const std::string folder = Folder(sha256);
  std::ifstream file(folder + "/ingested.json");
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  auto ingested = base::FromJsonText<wire::Ingested>(text.str(), kIngestedLimits);
  if (ingested.has_error() || !fs::exists(folder + "/table.duckdb")) return std::nullopt;
  return ColumnarCopy{std::move(*ingested), folder + "/table.duckdb"};
}

Result<std::string> ColumnarCache::Stage() const {
  const std::string folder = fmt::format("{}/staging/{}", root_, base::RandomHex128());
  if (::mkdir(folder.c_str(), 0700) != 0)
    return base::SystemError(base::ErrorCode::internal,
                             "no room can be made for the columnar copy in DATA_DIR", errno);
  return folder;
}

Result<ColumnarCopy> ColumnarCache::Commit(const std::string& staged, const std::string& sha256,
                                           const wire::Ingested& ingested) const {
  const std::string description = staged + "/ingested.json";
  {
    std::ofstream file(description);
    file << base::ToJsonText(base::ToJson(ingested));
    if (!file.flush())
      return base::MakeError(base::ErrorCode::internal, "the columnar copy cannot be written");
  }
  SyncFile(description);
  SyncFile(staged + "/table.duckdb");
  const std::string folder = Folder(sha256);
  std::error_code failed;
  fs::rename(staged, folder, failed);
  if (failed) {
    Discard(staged);
    if (auto theirs = Find(sha256)) return std::move(*theirs);
    // What stands there is not whole (a crash before the sync): replace it next time.
    fs::remove_all(folder, failed);
    return base::MakeError(base::ErrorCode::internal,
                           "the columnar copy could not be kept; try again", failed.message());
  }
  SyncFile(root_ + fmt::format("/columnar-v{}", kReaderVersion));
  return ColumnarCopy{ingested, folder + "/table.duckdb"};
}

void ColumnarCache::Discard(const std::string& staged) const {
  std::error_code ignored;
  fs::remove_all(staged, ignored);
}

}  // namespace tabletalk::datasets
