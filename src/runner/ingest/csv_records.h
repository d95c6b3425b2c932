// Records of delimited text, read the way people write them.
//
// RFC 4180 where the file keeps to it. Where it does not: a quotation mark inside a quoted cell
// that no delimiter follows is an ordinary character, but a cell with such marks ends on its line;
// a quotation mark that is never closed, or whose cell would hold whole rows of the table, is one
// too, and its record ends with its line, so that one typing error does not swallow the file. Cells
// are views that live until the next record is read. Memory is bounded by the longest record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "runner/ingest/text_source.h"

namespace tabletalk::runner {

/// Longest record that is read, in bytes.
inline constexpr std::size_t kMaxRecordBytes = 4 << 20;

struct Dialect {
  char delimiter = ',';
  char quote = '"';
  char escape = '"';     ///< The quote itself where it is doubled, or a backslash.
  bool lone_cr = false;  ///< Lines end with CR alone, as on old Macintoshes.
  bool crlf = false;
  bool trim = false;        ///< A blank follows the delimiters.
  bool comments = false;    ///< Lines that begin with '#' are none of the data.
  std::size_t columns = 0;  ///< Of the table; 0 where it is not known yet.
};

struct CsvRecord {
  std::vector<std::string_view> cells;
  std::uint64_t line = 1;    ///< Where it begins, from 1.
  std::uint64_t lines = 1;   ///< How many it spans.
  bool blank = false;        ///< Nothing between two line ends.
  bool stray_quote = false;  ///< A quotation mark was taken as an ordinary character.
  std::string_view raw;      ///< All of it without the line end.
};

enum class ParseState { record, need_more, end };

/// Parses records from a window of text.
class RecordParser {
 public:
  explicit RecordParser(const Dialect& dialect) : dialect_(dialect) {}
  /// Reads the record at `position` and moves past it. With `last` false, a record that touches the
  /// window's end is need_more and the position stays.
  ParseState Parse(std::string_view window, std::size_t& position, bool last, CsvRecord& record);

 private:
  struct Cell {
    bool unescaped = false;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  ParseState TryParse(std::string_view window, std::size_t& position, bool last, CsvRecord& record,
                      bool quotes_open);
  /// The end of the quoted cell that opens at `at`, or npos where it never closes in sight.
  std::size_t QuotedCell(std::string_view window, std::size_t at, bool last, CsvRecord& record,
                         bool& need_more);
  bool HoldsRows(std::string_view cell) const;
  std::size_t LineEndLength(std::string_view window, std::size_t at) const;
  std::size_t PlainCellEnd(std::string_view window, std::size_t at) const;

  Dialect dialect_;
  std::vector<Cell> cells_;
  std::string unescaped_;
  std::uint64_t unclosed_ = 0;  ///< Records so far whose quotation mark was never closed.
};

/// Parses records from a file, with its own line count.
class CsvReader {
 public:
  CsvReader(const SourceFile& file, const Dialect& dialect);
  /// False at the end. too_large for a record over kMaxRecordBytes.
  base::Result<bool> Next(CsvRecord& record);
  /// Bytes of the file behind the reader.
  std::uint64_t offset() const { return offset_ - (buffer_.size() - position_); }

 private:
  const SourceFile& file_;
  RecordParser parser_;
  std::string buffer_;
  std::size_t position_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 1;
  bool last_ = false;
};

}  // namespace tabletalk::runner
