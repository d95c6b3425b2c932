#include "sandbox/host_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "base/codec.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr std::string_view kPngStart("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
constexpr std::size_t kPngHeader = 33;  // Magic, and the whole IHDR chunk.
constexpr std::size_t kMaxFigure = 16 << 20;
constexpr std::uint32_t kMaxSide = 10'000;
constexpr std::uint64_t kMaxPixels = 25'000'000;
constexpr std::string_view kParquetMagic = "PAR1";

std::uint32_t BigEndian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

Result<void> WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      return base::SystemError(ErrorCode::internal, "the result file cannot be written", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> RealPath(const std::string& path) {
  std::error_code failed;
  auto real = std::filesystem::canonical(path, failed);
  if (failed)
    return MakeError(ErrorCode::not_found, "there is no such file", path + ": " + failed.message());
  return real.string();
}

Result<base::UniqueFd> OpenForReading(const std::string& real_path) {
  base::UniqueFd file(::open(real_path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return base::SystemError(ErrorCode::not_found, "a table's file cannot be read", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return MakeError(ErrorCode::invalid_argument, "a table's file is no regular file", real_path);
  return file;
}

Result<void> WriteExport(const std::string& folder, wire::ExportFormat format,
                         std::string_view bytes) {
  if (format == wire::ExportFormat::parquet &&
      (!bytes.starts_with(kParquetMagic) || !bytes.ends_with(kParquetMagic)))
    return MakeError(ErrorCode::internal, "the runner gave an unusable reply", "no Parquet file");
  const base::UniqueFd directory(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory)
    return base::SystemError(ErrorCode::not_found, "there is no such folder for the result", errno);
  const std::string name = fmt::format("result.{}", base::EnumName(format));
  const base::UniqueFd file(::openat(directory.get(), name.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file)
    return base::SystemError(errno == EEXIST ? ErrorCode::conflict : ErrorCode::internal,
                             "the result file cannot be made", errno);
  auto written = WriteAll(file.get(), bytes);
  if (written.has_error()) ::unlinkat(directory.get(), name.c_str(), 0);
  return written;
}

Result<void> CheckFigure(std::string_view png) {
  if (png.size() < kPngHeader || !png.starts_with(kPngStart))
    return MakeError(ErrorCode::internal, "the runner gave an unusable reply",
                     "a figure that is no PNG");
  const std::uint32_t width = BigEndian(png.substr(16, 4));
  const std::uint32_t height = BigEndian(png.substr(20, 4));
  if (width == 0 || height == 0)
    return MakeError(ErrorCode::internal, "the runner gave an unusable reply", "an empty figure");
  if (png.size() > kMaxFigure || width > kMaxSide || height > kMaxSide ||
      std::uint64_t{width} * height > kMaxPixels)
    return MakeError(ErrorCode::result_limit,
                     fmt::format("the figure is too large ({} x {} pixels, {}); make it smaller",
                                 width, height, base::ToText(base::ByteSize(png.size()))));
  return {};
}

}  // namespace tabletalk::sandbox
