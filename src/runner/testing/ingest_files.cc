#include "runner/testing/ingest_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "base/utf8.h"
#include "runner/ingest/ingest.h"
#include "runner/ingest/ingest_database.h"

namespace tabletalk::runner {

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "ingest_XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::size_t Folder::entries() const {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
}

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string Utf16(const std::string& text, bool little, bool mark) {
  std::string out;
  const auto put = [&](unsigned unit) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    out += little ? std::string{low, high} : std::string{high, low};
  };
  if (mark) put(0xFEFF);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::NextCodePoint(text, at);
    if (c < 0x10000) {
      put(static_cast<unsigned>(c));
    } else {
      put(0xD800 + static_cast<unsigned>((c - 0x10000) >> 10));
      put(0xDC00 + static_cast<unsigned>((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string Repeat(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// A Parquet file made by the engine from a query.
std::string Parquet(const std::string& query) {
  const Folder folder;
  auto database = IngestDatabase::Create(folder / "made.duckdb", 512, 1);
  EXPECT_TRUE(database.has_value());
  EXPECT_TRUE(database.value()
                  .Execute("COPY (" + query + ") TO " + QuoteText(folder / "made.parquet") +
                           " (FORMAT parquet)")
                  .has_value());
  std::ifstream in(folder / "made.parquet", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

base::Result<wire::Ingested> IngestBytes(const std::string& bytes, wire::IngestRequest request) {
  const Folder folder;
  std::ofstream(folder / "source", std::ios::binary) << bytes;
  request.source = folder / "source";
  request.output = folder / "table.duckdb";
  request.memory_mb = 512;
  auto result = Ingest(request, [](const wire::Progress&) {});
  // Only the source and, where it went well, the table may be left.
  EXPECT_EQ(folder.entries(), result.has_value() ? 2u : 1u) << "temporary files were left behind";
  return result;
}

/// "name:TYPE, name:TYPE"
std::string ColumnsOf(const wire::Ingested& table) {
  std::string text;
  for (const auto& column : table.columns)
    text += (text.empty() ? "" : ", ") + column.name + ":" + column.database_type;
  return text;
}

std::string NotesOf(const wire::Ingested& table) {
  std::string text;
  for (const wire::ReadingNote& note : table.notes) text += note.text + "\n";
  return text;
}

/// The sample as text: cells by '|', rows by '/', nothing for null.
std::string CellsOf(const wire::Ingested& table) {
  std::string text;
  for (const auto& row : table.sample) {
    if (!text.empty()) text += '/';
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += '|';
      const auto& data = row[i].data;
      if (const auto* s = std::get_if<std::string>(&data)) text += *s;
      if (const auto* n = std::get_if<std::int64_t>(&data)) text += std::to_string(*n);
      if (const auto* b = std::get_if<bool>(&data)) text += *b ? "true" : "false";
      if (const auto* d = std::get_if<double>(&data)) {
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.10g", *d);
        text += digits;
      }
    }
  }
  return text;
}

void ExpectTables(const std::vector<Good>& cases) {
  for (const Good& expected : cases) {
    SCOPED_TRACE(expected.name + "\n" + expected.bytes.substr(0, 400));
    const auto result = IngestBytes(expected.bytes);
    if (result.has_error()) {
      ADD_FAILURE() << result.error().public_message() << " | "
                    << result.error().internal_detail().text;
      continue;
    }
    const wire::Ingested& table = result.value();
    EXPECT_EQ(ColumnsOf(table), expected.columns);
    if (expected.cells != "*") {
      EXPECT_EQ(CellsOf(table), expected.cells);
    }
    EXPECT_EQ(table.rows, expected.rows);
    EXPECT_EQ(table.rows_set_aside, expected.set_aside);
    EXPECT_EQ(table.notes.size(), expected.notes.size()) << NotesOf(table);
    for (std::size_t i = 0; i < std::min(table.notes.size(), expected.notes.size()); ++i)
      EXPECT_THAT(table.notes[i].text, ::testing::HasSubstr(expected.notes[i]));
  }
}

std::string Column(const std::vector<std::string>& cells, const std::string& name) {
  std::string text = "k;" + name + "\n";
  for (const std::string& cell : cells) text += "x;" + cell + "\n";
  return text;
}

}  // namespace tabletalk::runner
