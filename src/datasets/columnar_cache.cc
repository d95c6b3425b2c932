#include "datasets/columnar_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/id.h"
#include "base/sha256.h"

namespace tabletalk::datasets {
namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr base::JsonLimits kIngestedLimits{
    .max_size = base::ByteSize::Mebi(256), .max_depth = 32, .max_values = 5'000'000};

void SyncFile(const std::string& path) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) ::fsync(fd.get());
}

// What ingested.json holds: what the reader found, and the size of the file that goes with it.
struct Description {
  wire::Ingested ingested;
  std::uint64_t table_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Description, (), (ingested, table_bytes))

// What frame.json holds.
struct FrameDescription {
  std::uint64_t parquet_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(FrameDescription, (), (parquet_bytes))

std::optional<std::uint64_t> SizeOfFile(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

// Nothing but a hash becomes part of a path, whoever computed it.
bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// Nobody: another process writes there, or it is no folder.
base::UniqueFd Lock(const std::string& folder) {
  base::UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) lock.Reset();
  return lock;
}

void SweepStaging(const fs::path& staging) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(staging, ignored)) {
    const base::UniqueFd lock = Lock(entry.path().string());
    std::error_code failed;
    if (lock) fs::remove_all(entry.path(), failed);
  }
}

base::Error CannotMake(const std::string& folder, int error) {
  return base::SystemError(
      base::ErrorCode::internal,
      fmt::format("the folder {} cannot be made or written to; set DATA_DIR to one that can",
                  folder),
      error);
}

// mode 0700 for what is made here; what was there before keeps its own.
Result<void> MakePrivate(const fs::path& folder) {
  std::error_code failed;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), failed);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return CannotMake(folder.string(), errno);
  if (!fs::is_directory(folder, failed)) return CannotMake(folder.string(), ENOTDIR);
  return {};
}

Result<void> MakeFolders(const fs::path& root) {
  for (const fs::path& folder :
       {root, root / "staging", root / fmt::format("columnar-v{}", kReaderVersion),
        root / fmt::format("frames-v{}.{}", kReaderVersion, kFrameVersion)})
    TT_CHECK(MakePrivate(folder));
  return {};
}

template <class T>
std::optional<T> ReadDescription(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  auto description = base::FromJsonText<T>(text.str(), kIngestedLimits);
  if (description.has_error()) return std::nullopt;
  return std::move(*description);
}

Result<void> WriteDescription(const std::string& path, const base::json::value& description) {
  std::ofstream file(path);
  file << base::ToJsonText(description);
  if (!file.flush())
    return base::MakeError(base::ErrorCode::internal,
                           "the columnar copy cannot be written; is the disk of DATA_DIR full?");
  SyncFile(path);
  return {};
}

// Renames `staged` to `folder`; true where it is there now, false where `theirs` is. Something else
// in its place is no whole copy (a crash before the sync, a file that was cut since) and goes.
template <class IsTheirs>
Result<bool> Publish(const std::string& staged, const std::string& folder, IsTheirs is_theirs) {
  std::error_code failed;
  for (int attempt = 0; attempt < 2; ++attempt) {
    fs::rename(staged, folder, failed);
    if (!failed) {
      SyncFile(fs::path(folder).parent_path().string());
      return true;
    }
    if (is_theirs()) return false;
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  return base::MakeError(base::ErrorCode::internal,
                         "the columnar copy could not be kept; try again", failed.message());
}

}  // namespace

std::string CopyKey(const std::string& sha256, const wire::ReadingChoices& choices) {
  if (choices == wire::ReadingChoices{} || !IsSha256(sha256)) return sha256;
  return base::Sha256Of(sha256 + "\n" + base::ToJsonText(base::ToJson(choices)));
}

StagedFolder::~StagedFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<ColumnarCache> ColumnarCache::Open(std::string root) {
  // The sandbox is given absolute paths.
  std::error_code failed;
  const fs::path absolute = fs::absolute(root, failed);
  ColumnarCache cache(failed ? std::move(root) : absolute.lexically_normal().string());
  while (cache.root_.size() > 1 && cache.root_.ends_with('/')) cache.root_.pop_back();
  TT_CHECK(MakeFolders(cache.root_));
  SweepStaging(fs::path(cache.root_) / "staging");
  return cache;
}

std::string ColumnarCache::Folder(const std::string& sha256) const {
  return fmt::format("{}/columnar-v{}/{}", root_, kReaderVersion, sha256);
}

std::string ColumnarCache::FrameFolder(const std::string& sha256) const {
  return fmt::format("{}/frames-v{}.{}/{}", root_, kReaderVersion, kFrameVersion, sha256);
}

std::optional<ColumnarCopy> ColumnarCache::Find(const std::string& sha256) const {
  if (!IsSha256(sha256)) return std::nullopt;
  const std::string folder = Folder(sha256);
  auto description = ReadDescription<Description>(folder + "/ingested.json");
  const std::string table = folder + "/table.duckdb";
  if (!description || SizeOfFile(table) != description->table_bytes) return std::nullopt;
  return ColumnarCopy{std::move(description->ingested), table};
}

std::optional<std::string> ColumnarCache::FindFrame(const std::string& sha256) const {
  if (!IsSha256(sha256)) return std::nullopt;
  const std::string folder = FrameFolder(sha256);
  const auto description = ReadDescription<FrameDescription>(folder + "/frame.json");
  std::string frame = folder + "/result.parquet";
  if (!description || SizeOfFile(frame) != description->parquet_bytes) return std::nullopt;
  return frame;
}

Result<StagedFolder> ColumnarCache::Stage() const {
  TT_CHECK(MakeFolders(root_));  // Somebody may have tidied up since the start.
  for (int attempt = 0; attempt < 10; ++attempt) {
    const std::string folder = fmt::format("{}/staging/{}", root_, base::RandomHex128());
    if (::mkdir(folder.c_str(), 0700) != 0) return CannotMake(folder, errno);
    base::UniqueFd lock = Lock(folder);
    // A sweep may come between the two calls and take the folder for an abandoned one.
    struct stat held {};
    struct stat named {};
    if (lock && ::fstat(lock.get(), &held) == 0 && ::lstat(folder.c_str(), &named) == 0 &&
        held.st_ino == named.st_ino)
      return StagedFolder(folder, std::move(lock));
  }
  return CannotMake(root_ + "/staging", EBUSY);
}

Result<ColumnarCopy> ColumnarCache::Commit(StagedFolder staged, const std::string& sha256,
                                           const wire::Ingested& ingested) const {
  const auto bytes = SizeOfFile(staged.path() + "/table.duckdb");
  if (!bytes || !IsSha256(sha256))
    return base::MakeError(base::ErrorCode::internal, "the runner left no columnar copy");
  TT_CHECK(WriteDescription(staged.path() + "/ingested.json",
                            base::ToJson(Description{ingested, *bytes})));
  SyncFile(staged.path() + "/table.duckdb");
  const std::string folder = Folder(sha256);
  std::optional<ColumnarCopy> theirs;
  TT_ASSIGN(const bool ours, Publish(staged.path(), folder, [&] {
              theirs = Find(sha256);
              return theirs.has_value();
            }));
  if (!ours) return std::move(*theirs);
  staged.path_.clear();
  return ColumnarCopy{ingested, folder + "/table.duckdb"};
}

Result<std::string> ColumnarCache::CommitFrame(StagedFolder staged,
                                               const std::string& sha256) const {
  const auto bytes = SizeOfFile(staged.path() + "/result.parquet");
  if (!bytes || !IsSha256(sha256))
    return base::MakeError(base::ErrorCode::internal, "the runner left no Parquet copy");
  TT_CHECK(WriteDescription(staged.path() + "/frame.json", base::ToJson(FrameDescription{*bytes})));
  SyncFile(staged.path() + "/result.parquet");
  const std::string folder = FrameFolder(sha256);
  TT_ASSIGN(const bool ours,
            Publish(staged.path(), folder, [&] { return FindFrame(sha256).has_value(); }));
  if (ours) staged.path_.clear();
  return folder + "/result.parquet";
}

}  // namespace tabletalk::datasets
