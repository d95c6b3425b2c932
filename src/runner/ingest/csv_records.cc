#include "runner/ingest/csv_records.h"

#include <algorithm>

namespace tabletalk::runner {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;
/// A quoted cell longer than this is taken for a quotation mark that somebody forgot to close.
constexpr std::size_t kMaxQuotedLines = 500;
constexpr std::size_t kMaxQuotedBytes = 1 << 20;
/// After so many forgotten marks, quoted cells may no longer span lines.
constexpr std::uint64_t kMaxUnclosed = 50;

}  // namespace

std::size_t RecordParser::LineEndLength(std::string_view window, std::size_t at) const {
  const char c = window[at];
  if (c == '\n') return 1;
  if (c != '\r') return 0;
  if (at + 1 < window.size() && window[at + 1] == '\n') return 2;
  return dialect_.lone_cr || at + 1 == window.size() ? 1 : 0;
}

std::size_t RecordParser::PlainCellEnd(std::string_view window, std::size_t at) const {
  for (; at < window.size(); ++at) {
    const char c = window[at];
    if (c == dialect_.delimiter || c == '\n') break;
    if (c == '\r' && LineEndLength(window, at) > 0) break;
  }
  return at;
}

/// True if the whole lines inside a quoted cell are all as wide as the table.
bool RecordParser::HoldsRows(std::string_view cell) const {
  const char line_end = dialect_.lone_cr ? '\r' : '\n';
  std::size_t at = cell.find(line_end) + 1;
  std::size_t lines = 0;
  for (std::size_t end = cell.find(line_end, at); end != std::string_view::npos;
       at = end + 1, end = cell.find(line_end, at)) {
    const std::string_view line = cell.substr(at, end - at);
    const auto marks = std::count(line.begin(), line.end(), dialect_.delimiter);
    if (static_cast<std::size_t>(marks) + 1 != dialect_.columns) return false;
    ++lines;
  }
  return dialect_.columns > 2 ? lines > 0 : dialect_.columns == 2 && lines > 2;
}

std::size_t RecordParser::QuotedCell(std::string_view window, std::size_t at, bool last,
                                     CsvRecord& record, bool& need_more) {
  const std::size_t opened = at++;
  const std::size_t begin = unescaped_.size();
  std::size_t lines = 0;
  bool stray = false;
  const std::size_t most_lines = unclosed_ > kMaxUnclosed ? 0 : kMaxQuotedLines;
  for (; at < window.size(); ++at) {
    const char c = window[at];
    if (c == '\n' || (c == '\r' && dialect_.lone_cr)) {
      if (stray) return std::string_view::npos;
      if (++lines > most_lines || at - opened > kMaxQuotedBytes) return std::string_view::npos;
    }
    if (c == dialect_.escape && c != dialect_.quote && at + 1 < window.size()) {
      const char next = window[at + 1];
      if (next == dialect_.quote || next == dialect_.escape) {
        unescaped_ += next;
        ++at;
        continue;
      }
    }
    if (c != dialect_.quote) {
      unescaped_ += c;
      continue;
    }
    if (at + 1 < window.size() && window[at + 1] == dialect_.quote &&
        dialect_.escape == dialect_.quote) {
      unescaped_ += c;
      ++at;
      continue;
    }
    std::size_t after = at + 1;
    while (after < window.size() && window[after] == ' ' && dialect_.delimiter != ' ') ++after;
    if (after == window.size() && !last) break;
    if (after == window.size() || window[after] == dialect_.delimiter ||
        LineEndLength(window, after) > 0) {
      if (lines > 1 && HoldsRows(window.substr(opened + 1, at - opened - 1)))
        return std::string_view::npos;
      cells_.push_back({true, begin, unescaped_.size()});
      return after;
    }
    if (lines > 0) return std::string_view::npos;
    stray = true;
    // An apostrophe between single quotes is no typing error.
    if (dialect_.quote != '\'') record.stray_quote = true;
    unescaped_ += c;
  }
  if (!last) need_more = true;
  return std::string_view::npos;
}

ParseState RecordParser::TryParse(std::string_view window, std::size_t& position, bool last,
                                  CsvRecord& record, bool quotes_open) {
  cells_.clear();
  unescaped_.clear();
  record.cells.clear();
  std::size_t at = position;
  while (true) {
    std::size_t start = at;
    if (dialect_.trim)
      while (start < window.size() && window[start] == ' ') ++start;
    std::size_t end = 0;
    if (quotes_open && start < window.size() && window[start] == dialect_.quote) {
      bool need_more = false;
      end = QuotedCell(window, start, last, record, need_more);
      if (end == std::string_view::npos) {
        if (need_more) return ParseState::need_more;
        ++unclosed_;
        return TryParse(window, position, last, record, false);
      }
    } else {
      end = PlainCellEnd(window, start);
      std::size_t trimmed = end;
      if (dialect_.trim)
        while (trimmed > start && window[trimmed - 1] == ' ') --trimmed;
      cells_.push_back({false, start, trimmed});
    }
    if (end >= window.size()) {
      if (!last) return ParseState::need_more;
      record.raw = window.substr(position, end - position);
      at = end;
      break;
    }
    if (window[end] == dialect_.delimiter) {
      at = end + 1;
      continue;
    }
    // A CR at the very end of the window may be half of a CRLF.
    if (window[end] == '\r' && end + 1 == window.size() && !last) return ParseState::need_more;
    record.raw = window.substr(position, end - position);
    at = end + LineEndLength(window, end);
    break;
  }
  const char line_end = dialect_.lone_cr ? '\r' : '\n';
  record.lines =
      1 + static_cast<std::uint64_t>(std::count(record.raw.begin(), record.raw.end(), line_end));
  record.blank = record.raw.find_first_not_of(" \t") == std::string_view::npos &&
                 (cells_.size() == 1 || dialect_.delimiter == '\t' || dialect_.delimiter == ' ') &&
                 (cells_.size() == 1);
  if (!quotes_open) record.stray_quote = true;
  for (const Cell& cell : cells_)
    record.cells.push_back((cell.unescaped ? std::string_view(unescaped_) : window)
                               .substr(cell.begin, cell.end - cell.begin));
  position = at;
  return ParseState::record;
}

ParseState RecordParser::Parse(std::string_view window, std::size_t& position, bool last,
                               CsvRecord& record) {
  if (position >= window.size()) return last ? ParseState::end : ParseState::need_more;
  record.stray_quote = false;
  return TryParse(window, position, last, record, dialect_.quote != '\0');
}

CsvReader::CsvReader(const SourceFile& file, const Dialect& dialect)
    : file_(file), parser_(dialect) {}

base::Result<bool> CsvReader::Next(CsvRecord& record) {
  while (true) {
    const ParseState state = parser_.Parse(buffer_, position_, last_, record);
    const std::size_t kept = buffer_.size() - position_;
    const bool found = state == ParseState::record;
    if ((found ? record.raw.size() : kept) > kMaxRecordBytes)
      return base::MakeError(base::ErrorCode::too_large,
                             "line " + std::to_string(line_) +
                                 " of this file is longer than 4 MiB, which no table's line is");
    if (found) {
      record.line = line_;
      line_ += record.lines;
      return true;
    }
    if (state == ParseState::end) return false;
    TT_ASSIGN(const std::string more, ReadAt(file_, offset_, std::max(kReadBytes, kept)));
    const bool first = offset_ == 0;
    offset_ += more.size();
    last_ = more.empty() || offset_ >= file_.size;
    buffer_.erase(0, position_);
    position_ = 0;
    buffer_ += more;
    if (first && buffer_.starts_with("\xEF\xBB\xBF")) position_ = 3;
  }
}

}  // namespace tabletalk::runner
