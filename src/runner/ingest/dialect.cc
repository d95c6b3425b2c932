#include "runner/ingest/dialect.h"

#include <algorithm>
#include <map>
#include <set>

#include "runner/cells/column_evidence.h"
#include "runner/ingest/sample_records.h"

namespace tabletalk::runner {
namespace {

constexpr std::size_t kScoredRecords = 300;
constexpr std::size_t kScoredBytes = 256 << 10;
constexpr std::size_t kSampleRecords = 1000;
constexpr std::size_t kSampleBytes = 1 << 20;

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
  if (widths.share < 0.5 && !(records.front().cells.size() == widths.mode && widths.share >= 0.3))
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
void DetectSingleQuotes(std::string_view sample, bool whole, Dialect& dialect) {
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
}

/// A backslash escapes where it stands before quotes, and quotes are never doubled.
void DetectEscape(std::string_view sample, Dialect& dialect) {
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

/// True if a cell somewhere begins with a single quote.
bool HasSingleQuotes(std::string_view sample) {
  for (std::size_t at = sample.find('\''); at != std::string_view::npos;
       at = sample.find('\'', at + 1))
    if (at == 0 || std::string_view(",;\t|^~\n\r ").find(sample[at - 1]) != std::string_view::npos)
      return true;
  return false;
}

void DetectDelimiterAndQuote(std::string_view sample, bool whole, Dialect& dialect) {
  double best = 0;
  const char found = DetectDelimiter(sample, whole, dialect, best);
  dialect.delimiter = found;
  if (HasSingleQuotes(sample)) {
    Dialect single = dialect;
    single.quote = '\'';
    single.escape = '\'';
    double better = 0;
    const char other = DetectDelimiter(sample, whole, single, better);
    if (better > best * 1.3) {
      dialect = single;
      dialect.delimiter = other;
    }
  }
  if (dialect.delimiter == '\0') dialect.delimiter = '\x1f';  // One column: no delimiter at all.
}

}  // namespace

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
    copy.width = 0;
    for (std::size_t i = 0; i < copy.cells.size(); ++i)
      if (!TrimCell(copy.cells[i]).empty()) copy.width = i + 1;
    line += record.lines;
    records.push_back(std::move(copy));
  }
  return records;
}

Layout DetectLayout(std::string_view sample, bool whole) {
  Layout layout;
  Dialect& dialect = layout.dialect;
  DetectLineEnds(sample, dialect);
  // Spreadsheets write and read this line.
  const bool separator_line =
      sample.size() > 5 && sample.starts_with("sep=") && (sample[5] == '\n' || sample[5] == '\r');
  if (separator_line)
    dialect.delimiter = sample[4];
  else
    DetectDelimiterAndQuote(sample, whole, dialect);
  if (dialect.quote == '"') DetectSingleQuotes(sample, whole, dialect);
  DetectEscape(sample, dialect);
  auto records = ReadSample(sample, whole, dialect, kSampleRecords, kSampleBytes);
  if (dialect.delimiter != '\t' && BlanksFollow(records)) {
    dialect.trim = true;
    records = ReadSample(sample, whole, dialect, kSampleRecords, kSampleBytes);
  }
  if (records.empty()) return layout;
  layout.columns = MeasureWidths(records).mode;
  dialect.columns = layout.columns;
  if (std::any_of(records.begin(), records.end(), [](const auto& r) { return r.lines > 1; }))
    records = ReadSample(sample, whole, dialect, kSampleRecords, kSampleBytes);
  for (const SampleRecord& record : records)
    if (record.lines > 1) layout.spans_lines = true;
  DescribeTable(records, separator_line, layout);
  dialect.columns = layout.columns;
  return layout;
}

}  // namespace tabletalk::runner
