#include "sandbox/host_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "sandbox/testing/sandbox_under_test.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using testing::Folder;

std::string Png(std::uint32_t width, std::uint32_t height, std::size_t size = 100) {
  std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  for (const std::uint32_t side : {width, height})
    for (int shift = 24; shift >= 0; shift -= 8) png.push_back(static_cast<char>(side >> shift));
  png.resize(size, '\0');
  return png;
}

std::string Verdict(const base::Result<void>& result) {
  return result.has_value() ? "fine" : std::string(base::Name(result.error().code()));
}

TEST(CheckFigure, TakesPicturesThatCanBeShown) {
  const struct {
    const char* what;
    std::string bytes;
    const char* expected;
  } cases[] = {
      {"a picture", Png(640, 480), "fine"},
      {"nothing", "", "internal"},
      {"a script", "<svg onload=alert(1)>" + std::string(100, ' '), "internal"},
      {"only the magic", Png(640, 480).substr(0, 20), "internal"},
      {"no pixels", Png(0, 480), "internal"},
      {"too wide", Png(10'001, 1), "result_limit"},
      {"too many pixels", Png(9'000, 9'000), "result_limit"},
      {"sides that overflow", Png(0xFFFFFFFF, 0xFFFFFFFF), "result_limit"},
      {"too many bytes", Png(640, 480, 17 << 20), "result_limit"},
  };
  for (const auto& c : cases) EXPECT_EQ(Verdict(CheckFigure(c.bytes)), c.expected) << c.what;
}

TEST(WriteExport, LeavesANewFileAndNeverFollowsOrReplaces) {
  const Folder folder;
  EXPECT_EQ(Verdict(WriteExport(folder.path(), wire::ExportFormat::csv, "a\n1\n")), "fine");
  std::ifstream file(folder.path() + "/result.csv");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "a\n1\n");
  EXPECT_EQ(Verdict(WriteExport(folder.path(), wire::ExportFormat::csv, "b\n")), "conflict");
  EXPECT_EQ(Verdict(WriteExport(folder.path(), wire::ExportFormat::parquet, "no")), "internal");
  testing::fs::create_symlink(folder.path() + "/elsewhere", folder.path() + "/result.parquet");
  EXPECT_EQ(Verdict(WriteExport(folder.path(), wire::ExportFormat::parquet, "PAR1PAR1")),
            "conflict");
  EXPECT_FALSE(testing::fs::exists(folder.path() + "/elsewhere"));
  EXPECT_EQ(Verdict(WriteExport(folder.path() + "/nowhere", wire::ExportFormat::csv, "")),
            "not_found");
}

TEST(OpenForReading, TakesRegularFilesOnly) {
  const Folder folder;
  const std::string real = folder.Write("real", "x");
  testing::fs::create_symlink(real, folder.path() + "/link");
  ASSERT_EQ(::mkfifo((folder.path() + "/pipe").c_str(), 0600), 0);
  EXPECT_TRUE(OpenForReading(real).has_value());
  for (const char* name : {"/link", "/missing"})
    EXPECT_EQ(OpenForReading(folder.path() + name).error().code(), ErrorCode::not_found) << name;
  for (const char* name : {"/pipe", "/."})
    EXPECT_EQ(OpenForReading(folder.path() + name).error().code(), ErrorCode::invalid_argument)
        << name;
}

}  // namespace
}  // namespace tabletalk::sandbox
