#include "runner/ingest/dialect.h"

#include <algorithm>
#include <map>
#include <set>

#include "runner/ingest/column_evidence.h"

namespace tabletalk::runner {
namespace {

constexpr std::size_t kScoredRecords = 300;
constexpr std::size_t kScoredBytes = 256 << 10;

struct SampleRecord {
  std::vector<std::string> cells;
  std::uint64_t line = 1;
  std::uint64_t lines = 1;
  bool blank = false;
  bool comment = false;
};

std::vector<SampleRecord> ReadSample(std::string_view sample, bool whole, const Dialect& dialect,
                                     std::size_t most_records, std::size_t most_bytes) {
  std::vector<SampleRecord> records;
  RecordParser parser(dialect);
  CsvRecord record;
  std::size_t position = 0;
  std::uint64_t line = 1;
  while (records.size() < most_records && position < most_bytes &&
         parser.Parse(sample, position, whole, record) == ParseState::record) {
    SampleRecord copy;
    copy.cells.assign(record.cells.begin(), record.cells.end());
    copy.line = line;
    copy.lines = record.lines;
    copy.blank = record.blank;
    copy.comment = record.raw.starts_with('#');
    line += record.lines;
    records.push_back(std::move(copy));
  }
  return records;
}

/// The width most records have, among those of two cells or more where there are any.
struct Widths {
  std::size_t mode = 1;
  double share = 0;  ///< Of the records between the first and the last wide one.
  std::size_t records = 0;
};

Widths MeasureWidths(const std::vector<SampleRecord>& records) {
  std::vector<std::size_t> widths;
  for (const SampleRecord& record : records)
    if (!record.blank) widths.push_back(record.cells.size());
  while (!widths.empty() && widths.back() == 1) widths.pop_back();
  const auto first =
      std::find_if(widths.begin(), widths.end(), [](std::size_t w) { return w > 1; });
  widths.erase(widths.begin(), first);
  Widths result;
  result.records = widths.size();
  if (widths.empty()) return result;
  std::map<std::size_t, std::size_t> counts;
  for (const std::size_t width : widths) ++counts[width];
  std::size_t best = 0;
  for (const auto& [width, count] : counts) {
    if (count > best || (count == best && width == widths.front())) {
      best = count;
      result.mode = width;
    }
  }
  result.share = static_cast<double>(best) / static_cast<double>(widths.size());
  return result;
}

bool IsTyped(std::string_view cell) {
  const std::string_view trimmed = TrimCell(cell);
  return ReadNumber(trimmed) || ReadDate(trimmed) || ReadTimeOfDay(trimmed);
}

/// Between 0 and 1: cells that are numbers, dates, nothing or a plain word speak for a delimiter,
/// cells that hold another delimiter against it.
double CellQuality(const std::vector<SampleRecord>& records, std::size_t width, char delimiter) {
  double good = 0;
  double all = 0;
  for (const SampleRecord& record : records) {
    if (record.cells.size() != width) continue;
    for (const std::string& cell : record.cells) {
      all += 1;
      const bool other = std::any_of(cell.begin(), cell.end(), [&](char c) {
        return c != delimiter && (c == ';' || c == '\t' || c == '|');
      });
      if (cell.empty() || IsTyped(cell))
        good += 1;
      else if (!other)
        good += 0.8;
    }
  }
  return all == 0 ? 0 : good / all;
}

double Score(const std::vector<SampleRecord>& records, char delimiter, Widths& widths) {
  widths = MeasureWidths(records);
  if (widths.mode < 2) return 0;
  std::size_t wide = 0;
  std::size_t filled = 0;
  for (const SampleRecord& record : records) {
    if (record.blank) continue;
    ++filled;
    if (record.cells.size() > 1) ++wide;
  }
  const double coverage =
      static_cast<double>(wide) / static_cast<double>(std::max<std::size_t>(1, filled));
  // Prose has commas too, but not the same number in every line.
  if (widths.share < 0.5 && !(records.front().cells.size() == widths.mode && widths.share >= 0.34))
    return 0;
  if (coverage < 0.35 && widths.records < 3) return 0;
  const double quality = CellQuality(records, widths.mode, delimiter);
  return widths.share * widths.share * (0.3 + 0.7 * coverage) * (0.2 + 0.8 * quality) *
         (1.0 + 0.02 * static_cast<double>(std::min<std::size_t>(widths.mode, 10)));
}

void DetectLineEnds(std::string_view sample, Dialect& dialect) {
  const std::size_t lf = sample.find('\n');
  dialect.lone_cr = lf == std::string_view::npos && sample.find('\r') != std::string_view::npos;
  dialect.crlf = lf != std::string_view::npos && lf > 0 && sample[lf - 1] == '\r';
}

/// Single quotes are quotes if there are some, and what begins with one ends with one.
void DetectQuotes(std::string_view sample, bool whole, Dialect& dialect) {
  Dialect bare = dialect;
  bare.quote = '\0';
  std::size_t both = 0, opened = 0, closed = 0, doubled = 0;
  for (const auto& record : ReadSample(sample, whole, bare, kScoredRecords, kScoredBytes)) {
    for (const std::string& raw : record.cells) {
      const std::string_view cell = TrimCell(raw);
      if (cell.starts_with('"')) ++doubled;
      const bool opens = cell.size() > 1 && cell.starts_with('\'');
      const bool closes = cell.size() > 1 && cell.ends_with('\'');
      if (opens && closes)
        ++both;
      else if (opens)
        ++opened;
      else if (closes)
        ++closed;
    }
  }
  // A quoted cell that holds a delimiter comes apart here: as many halves open as close.
  if (both + opened > 1 && doubled == 0 && opened <= closed + (both + opened) / 5 &&
      both + closed > 1) {
    dialect.quote = '\'';
    dialect.escape = '\'';
  }
  const std::string escaped = std::string("\\") + dialect.quote;
  const std::string twice = std::string(2, dialect.quote);
  std::size_t backslashes = 0;
  for (std::size_t at = sample.find(escaped); at != std::string_view::npos;
       at = sample.find(escaped, at + 2)) {
    const char next = at + 2 < sample.size() ? sample[at + 2] : '\n';
    if (next != dialect.delimiter && next != '\n' && next != '\r') ++backslashes;
  }
  if (backslashes > 0) {
    bool doubles = false;
    for (std::size_t at = sample.find(twice); at != std::string_view::npos && !doubles;
         at = sample.find(twice, at + 2)) {
      const char before = at > 0 ? sample[at - 1] : '\n';
      const char after = at + 2 < sample.size() ? sample[at + 2] : '\n';
      const bool empty_cell = (before == dialect.delimiter || before == '\n' || before == '\r') &&
                              (after == dialect.delimiter || after == '\n' || after == '\r');
      doubles = !empty_cell && before != '\\';
    }
    if (!doubles) dialect.escape = '\\';
  }
}

bool BlanksFollow(const std::vector<SampleRecord>& records) {
  std::size_t blanks = 0, cells = 0;
  for (const SampleRecord& record : records) {
    for (std::size_t i = 1; i < record.cells.size(); ++i) {
      if (record.cells[i].empty()) continue;
      ++cells;
      if (record.cells[i].starts_with(' ')) ++blanks;
    }
  }
  return cells > 0 && blanks * 10 >= cells * 9;
}

char DetectDelimiter(std::string_view sample, bool whole, const Dialect& base, double& best) {
  char chosen = '\0';
  best = 0;
  for (const char candidate : {',', '\t', ';', '|', '^', '~'}) {
    Dialect dialect = base;
    dialect.delimiter = candidate;
    dialect.trim = candidate != '\t';
    const auto records = ReadSample(sample, whole, dialect, kScoredRecords, kScoredBytes);
    if (records.empty()) continue;
    Widths widths;
    const double score = Score(records, candidate, widths);
    if (score > best * 1.0001) {
      best = score;
      chosen = candidate;
    }
  }
  return chosen;
}

enum class CellKind { empty, number, date, boolean, text };

CellKind KindOf(std::string_view cell) {
  const std::string_view text = TrimCell(cell);
  if (text.empty() || IsNullMarker(text)) return CellKind::empty;
  if (ReadDate(text) || ReadTimeOfDay(text)) return CellKind::date;
  if (ReadNumber(text)) return CellKind::number;
  if (text.size() > 1 && ReadBoolean(text)) return CellKind::boolean;
  return CellKind::text;
}

bool IsYear(std::string_view cell) {
  const std::string_view text = TrimCell(cell);
  return text.size() == 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         text >= "1800" && text <= "2200";
}

/// Is `first` a header over `rows`?
bool IsHeader(const SampleRecord& first, const std::vector<const SampleRecord*>& rows) {
  bool any_text = false;
  bool years = true;
  std::size_t typed = 0;
  for (const std::string& cell : first.cells) {
    const CellKind kind = KindOf(cell);
    if (kind == CellKind::text) any_text = true;
    if (kind == CellKind::number || kind == CellKind::date || kind == CellKind::boolean) {
      ++typed;
      if (!IsYear(cell)) years = false;
    }
  }
  if (rows.empty()) return typed == 0;
  if (typed > 0 && any_text && years && typed + 1 < first.cells.size() + 1) {
    // Years over columns of other numbers: a wide table.
    for (std::size_t i = 0; i < first.cells.size(); ++i)
      if (IsYear(first.cells[i]))
        for (const SampleRecord* row : rows)
          if (i < row->cells.size() && KindOf(row->cells[i]) == CellKind::number &&
              !IsYear(row->cells[i]))
            return true;
  }
  std::size_t for_header = 0, against = 0;
  bool repeated = false;
  std::set<std::string_view> distinct;
  for (std::size_t i = 0; i < first.cells.size(); ++i) {
    const CellKind top = KindOf(first.cells[i]);
    std::map<CellKind, std::size_t> below;
    for (const SampleRecord* row : rows) {
      if (i >= row->cells.size()) continue;
      const CellKind kind = KindOf(row->cells[i]);
      if (kind != CellKind::empty) ++below[kind];
      if (kind == CellKind::text && row->cells[i] == first.cells[i]) repeated = true;
    }
    distinct.insert(TrimCell(first.cells[i]));
    if (top == CellKind::empty || below.empty()) continue;
    const auto most =
        std::max_element(below.begin(), below.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (top == CellKind::text && most->first != CellKind::text) ++for_header;
    if (top != CellKind::text && top == most->first) ++against;
  }
  if (against > 0) return for_header > against * 2 && typed * 3 < first.cells.size();
  if (for_header > 0) return true;
  if (typed > 0) return false;
  return !repeated && (distinct.size() == first.cells.size() || first.cells.size() > 2);
}

/// Where the table begins: the first record that is as wide as the table, or as its header.
std::size_t TableStart(const std::vector<SampleRecord>& records, std::size_t columns,
                       bool skip_comments) {
  if (columns < 2) {
    std::size_t start = 0;
    while (start < records.size() &&
           (records[start].blank || (skip_comments && records[start].comment)))
      ++start;
    return start;
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (skip_comments && records[i].comment && i + 1 < records.size()) continue;
    const auto& cells = records[i].cells;
    const auto filled = std::count_if(cells.begin(), cells.end(),
                                      [](const std::string& c) { return !TrimCell(c).empty(); });
    // A title of one filled cell is padded with delimiters by spreadsheets.
    const bool title = filled <= 1 && columns > 2;
    if (cells.size() == columns && !title) return i;
    // A header may lack the name of the row names, or carry a few names more than the rows.
    if (cells.size() > 1 && cells.size() + 1 >= columns && !title && i + 1 < records.size() &&
        records[i + 1].cells.size() == columns)
      return i;
  }
  return 0;
}

bool CountsUp(const std::vector<const SampleRecord*>& rows) {
  std::size_t expected = rows.empty() ? 0 : static_cast<std::size_t>(-1);
  for (const SampleRecord* row : rows) {
    const std::string_view cell = TrimCell(row->cells[0]);
    std::size_t value = 0;
    if (cell.empty() || cell.size() > 9) return false;
    for (const char c : cell) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    if (expected != static_cast<std::size_t>(-1) && value != expected) return false;
    expected = value + 1;
  }
  return rows.size() > 1;
}

void DescribeTable(const std::vector<SampleRecord>& records, bool separator_line, Layout& layout) {
  const std::size_t start = separator_line && records.size() > 1
                                ? 1
                                : TableStart(records, layout.columns, layout.dialect.comments);
  const SampleRecord& first = records[start];
  std::vector<const SampleRecord*> rows;
  for (std::size_t i = start + 1; i < records.size(); ++i) {
    const bool comment = layout.dialect.comments && records[i].comment;
    if (!records[i].blank && !comment && records[i].cells.size() == layout.columns)
      rows.push_back(&records[i]);
  }
  layout.header = IsHeader(first, rows);
  layout.skip_records = start;
  layout.first_line = first.line;
  layout.header_is_simple = start == 0 && first.lines == 1;
  if (!layout.header) return;
  layout.names = first.cells;
  if (layout.names.size() + 1 == layout.columns && CountsUp(rows)) {
    layout.row_names = true;
    layout.names.insert(layout.names.begin(), "");
  }
  layout.columns = std::max(layout.columns, layout.names.size());
  layout.names.resize(layout.columns);
  layout.header_only = rows.empty() && start + 1 >= records.size();
}

}  // namespace

Layout DetectLayout(std::string_view sample, bool whole) {
  Layout layout;
  Dialect& dialect = layout.dialect;
  DetectLineEnds(sample, dialect);
  double best = 0;
  // Spreadsheets write and read this line.
  const bool separator_line =
      sample.size() > 5 && sample.starts_with("sep=") && (sample[5] == '\n' || sample[5] == '\r');
  if (separator_line) {
    dialect.delimiter = sample[4];
  } else {
    const char found = DetectDelimiter(sample, whole, dialect, best);
    if (best < 0.6) {
      Dialect single = dialect;
      single.quote = '\'';
      single.escape = '\'';
      double better = 0;
      const char other = DetectDelimiter(sample, whole, single, better);
      if (better > best * 1.3)
        dialect.delimiter = other;
      else
        dialect.delimiter = found == '\0' ? ',' : found;
    } else {
      dialect.delimiter = found;
    }
    if (found == '\0' && best == 0) dialect.delimiter = '\x1f';  // One column: no delimiter at all.
  }
  DetectQuotes(sample, whole, dialect);
  auto records = ReadSample(sample, whole, dialect, 1000, 1 << 20);
  if (dialect.delimiter != '\t' && BlanksFollow(records)) {
    dialect.trim = true;
    records = ReadSample(sample, whole, dialect, 1000, 1 << 20);
  }
  if (records.empty()) return layout;
  layout.columns = MeasureWidths(records).mode;
  // '#' begins a comment where such lines are of another width than the table.
  for (const SampleRecord& record : records) {
    if (record.comment && record.cells.size() != layout.columns) dialect.comments = true;
    if (record.lines > 1) layout.spans_lines = true;
  }
  DescribeTable(records, separator_line, layout);
  return layout;
}

}  // namespace tabletalk::runner
