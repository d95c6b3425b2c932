// Files for tests of reading: made from text, read unconfined, compared in one line a case.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "wire/runner.h"

namespace tabletalk::runner {

/// A scratch folder that goes away again.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  std::size_t entries() const;

 private:
  std::string path_;
};

std::string Gzip(const std::string& text);
std::string Zstd(const std::string& text);
std::string Utf16(const std::string& text, bool little, bool mark);
std::string Repeat(const std::string& text, std::size_t times);
/// A Parquet file made by the engine from a query.
std::string Parquet(const std::string& query);

/// Reads a file of these bytes, and expects that it leaves nothing behind but the table.
base::Result<wire::Ingested> IngestBytes(const std::string& bytes,
                                         wire::IngestRequest request = {});

/// "name:TYPE, name:TYPE"
std::string ColumnsOf(const wire::Ingested& table);
/// The sample as text: cells by '|', rows by '/', nothing for null.
std::string CellsOf(const wire::Ingested& table);
std::string NotesOf(const wire::Ingested& table);

/// What a file becomes.
struct Good {
  std::string name;
  std::string bytes;
  std::string columns;
  std::string cells;  ///< Of the first rows; not compared if "*".
  std::uint64_t rows;
  std::vector<std::string> notes = {};  ///< Parts, in order; all notes there are.
  std::uint64_t set_aside = 0;
};
void ExpectTables(const std::vector<Good>& cases);

/// "k;v" and a row for each cell: a column of these cells.
std::string Column(const std::vector<std::string>& cells, const std::string& name = "v");

}  // namespace tabletalk::runner
