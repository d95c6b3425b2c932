// The order of ingestion: what is it, make it plain text, how is it written, may the engine read
// it by itself, else read it with care, and describe what came out.
#include "runner/ingest/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <new>
#include <optional>

#include "base/json.h"
#include "base/utf8.h"
#include "runner/cells/column_names.h"
#include "runner/ingest/csv_fast.h"
#include "runner/ingest/dialect.h"
#include "runner/ingest/file_kind.h"
#include "runner/ingest/ingest_database.h"
#include "runner/ingest/ingest_parquet.h"
#include "runner/ingest/notes.h"
#include "runner/ingest/rows.h"
#include "runner/ingest/skip_lines.h"
#include "runner/ingest/table_writer.h"
#include "runner/ingest/text_source.h"
#include "runner/profile/column_meaning.h"
#include "runner/profile/profile.h"
#include "runner/profile/totals.h"
#include "runner/profile/value_notes.h"

namespace tabletalk::runner {
namespace {

using base::ErrorCode;

constexpr std::size_t kSampleBytes = 1 << 20;
/// Smaller files are read with care at once: that is quick, and sees everything.
constexpr std::uint64_t kFastBytes = 1 << 20;
constexpr std::size_t kMaxNotes = 50;
constexpr std::uint64_t kSampleRows = 10;
constexpr std::size_t kWideColumns = 1000;
constexpr std::uint64_t kShortRows = 5000;

/// Thousands of delimiters or keys in the first lines.
bool LooksWide(std::string_view sample) {
  const std::string_view head = sample.substr(0, 256 << 10);
  const auto lines = 1 + std::count(head.begin(), head.end(), '\n');
  for (const char c : {',', ';', '\t', '|'})
    if (std::count(head.begin(), head.end(), c) / lines >= static_cast<long>(kWideColumns))
      return true;
  return false;
}

std::string_view NameOf(PlanKind kind) {
  switch (kind) {
    case PlanKind::text: return "text";
    case PlanKind::integer:
    case PlanKind::huge_integer: return "whole number";
    case PlanKind::number: return "number";
    case PlanKind::boolean: return "yes or no";
    case PlanKind::date: return "date";
    case PlanKind::timestamp: return "point in time";
    case PlanKind::time: return "time of day";
  }
  return "value";
}

class Ingestion {
 public:
  Ingestion(const wire::IngestRequest& request, const ProgressFn& progress)
      : request_(request), progress_(progress) {}

  base::Result<wire::Ingested> Run() {
    Report("reading", 0);
    TT_ASSIGN(source_, OpenSource(request_.source));
    TT_ASSIGN(std::string head, ReadAt(source_, 0, 4096));
    KindOfFile kind = RecogniseFile(head);
    if (kind.kind == FileKind::gzip || kind.kind == FileKind::zstd) {
      TT_CHECK(ExpandSource(kind.kind == FileKind::zstd));
      TT_ASSIGN(head, ReadAt(source_, 0, 4096));
      kind = RecogniseFile(head);
    }
    switch (kind.kind) {
      case FileKind::foreign:
        return base::InvalidArgument(fmt::format("this is {}, not a table", kind.name));
      case FileKind::gzip:
      case FileKind::zstd:
        return base::InvalidArgument("this file is compressed twice; unpack it once and try again");
      case FileKind::parquet: TT_CHECK(ReadParquet()); break;
      case FileKind::text: TT_CHECK(ReadText()); break;
    }
    return Describe();
  }

 private:
  void Report(std::string_view stage, double fraction) {
    const auto now = std::chrono::steady_clock::now();
    if (fraction > 0 && now - reported_ < std::chrono::milliseconds(250)) return;
    reported_ = now;
    if (progress_) progress_({std::string(stage), fraction});
  }

  base::Result<void> ExpandSource(bool zstd) {
    const std::string path = request_.output + ".expanded";
    expanded_ = TemporaryFile(path);
    TT_CHECK(Expand(source_, zstd, path, request_.max_expanded_bytes));
    TT_ASSIGN(source_, OpenSource(path));
    return {};
  }

  base::Result<void> TranscodeSource(Encoding encoding) {
    const std::string path = request_.output + ".text";
    transcoded_ = TemporaryFile(path);
    TT_CHECK(Transcode(source_, encoding, path, request_.max_expanded_bytes, notes_));
    TT_ASSIGN(source_, OpenSource(path));
    clean_text_ = true;
    return {};
  }

  /// Lines that the user does not want become blank, so that the others keep their numbers.
  base::Result<void> LeaveOutLines() {
    TT_CHECK(MendText());
    const std::string path = request_.output + ".lines";
    skipped_ = TemporaryFile(path);
    TT_ASSIGN(const std::uint64_t lines,
              BlankLines(source_, request_.choices.skip_lines, path, request_.max_expanded_bytes));
    TT_ASSIGN(source_, OpenSource(path));
    AddNote(notes_, NoteKind::rows,
            fmt::format("{} {} left out as asked.", Counted(lines, "line"), WasWere(lines)));
    return {};
  }

  /// Makes the source clean UTF-8, if it is not.
  base::Result<void> MendText() {
    if (clean_text_) return {};
    TT_ASSIGN(const TextFaults faults, FindFaults(source_));
    clean_text_ = true;
    if (!faults.any()) return {};
    if (faults.nuls * 10 > source_.size)
      return base::InvalidArgument("this is a binary file of an unknown kind, not a table");
    const bool damaged = faults.damaged == 0 || faults.sequences > faults.damaged * 10;
    return TranscodeSource(damaged ? Encoding::damaged_utf8 : Encoding::windows_1252);
  }

  /// Starts the engine on another thread: that takes as long as looking at the sample does.
  void StartDatabase() {
    starting_ = std::async(std::launch::async, [this] { return CreateDatabase(); });
  }

  base::Result<IngestDatabase> CreateDatabase() const {
    return IngestDatabase::Create(request_.output, request_.memory_mb, request_.threads, wide_);
  }

  base::Result<IngestDatabase*> Database() {
    if (!database_) {
      TT_ASSIGN(IngestDatabase made, starting_.valid() ? starting_.get() : CreateDatabase());
      database_.emplace(std::move(made));
    }
    return &*database_;
  }

  base::Result<void> ReadParquet() {
    format_ = "parquet";
    TT_ASSIGN(IngestDatabase * database, Database());
    TT_ASSIGN(notes_, IngestParquet(*database, source_, request_));
    return {};
  }

  base::Result<void> ReadText() {
    TT_ASSIGN(std::string sample, ReadAt(source_, 0, kSampleBytes));
    wide_ = LooksWide(sample);
    if (source_.size >= kFastBytes) StartDatabase();
    const Encoding encoding = EncodingOfHead(std::string_view(sample).substr(0, 4096));
    if (encoding != Encoding::utf8) {
      TT_CHECK(TranscodeSource(encoding));
    } else if (LooksBinary(std::string_view(sample).substr(0, 4096))) {
      return base::InvalidArgument("this is a binary file of an unknown kind, not a table");
    } else {
      // A sample may end inside a character.
      std::string_view whole(sample);
      while (sample.size() == kSampleBytes && whole.size() + 4 > sample.size() &&
             static_cast<unsigned char>(whole.back()) >= 0x80)
        whole.remove_suffix(1);
      if (!base::IsValidUtf8(whole) || whole.find('\0') != std::string_view::npos)
        TT_CHECK(MendText());
    }
    if (!request_.choices.skip_lines.empty()) TT_CHECK(LeaveOutLines());
    TT_ASSIGN(sample, ReadAt(source_, 0, kSampleBytes));
    std::string_view text(sample);
    has_mark_ = text.starts_with("\xEF\xBB\xBF");
    if (has_mark_) text.remove_prefix(3);
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos && sample.size() == source_.size)
      return base::InvalidArgument("this file holds nothing but blank lines");
    if (start != std::string_view::npos && (text[start] == '{' || text[start] == '[')) {
      TT_ASSIGN(const bool is_json, ReadJson(text.substr(start)));
      if (is_json) return {};
    }
    return ReadCsv();
  }

  /// False if the text is not JSON after all.
  base::Result<bool> ReadJson(std::string_view text) {
    const std::size_t next = text.find_first_not_of(" \t\r\n", 1);
    const char second = next == std::string_view::npos ? '\0' : text[next];
    if (text[0] == '{') {
      if (second != '"' && second != '}') return false;
      const std::string_view line = text.substr(0, text.find('\n'));
      const base::JsonLimits limits{base::ByteSize(kMaxRecordBytes), 64};
      if (line.size() < text.size() && text.find('\n') <= next)
        return base::InvalidArgument(
            "this JSON file is one object; a table is an array of objects, or one object a line");
      const bool cut = line.size() == text.size() && source_.size > kSampleBytes;
      if (!cut && base::ParseJson(line, limits).has_error()) return false;
    } else {
      if (second == ']') return base::InvalidArgument("this JSON file is an empty array");
      if (second == '[')
        return base::InvalidArgument(
            "this JSON file is an array of arrays; a table is an array of objects");
      if (second != '{') return false;
    }
    TT_CHECK(MendText());
    format_ = "json_lines";
    rows_ = MakeJsonRows(source_, text[0] == '[', request_.max_columns);
    TT_CHECK(ReadRows(false));
    return true;
  }

  /// The beginning of the file for the detection, with at least one whole line.
  base::Result<std::string> CsvSample() {
    for (std::size_t size = kSampleBytes;; size = kMaxRecordBytes) {
      TT_ASSIGN(std::string sample, ReadAt(source_, 0, size));
      if (sample.starts_with("\xEF\xBB\xBF")) sample.erase(0, 3);
      if (sample.find_first_of("\n\r") != std::string::npos || sample.size() + 3 >= source_.size)
        return sample;
      if (size == kMaxRecordBytes)
        return base::MakeError(
            ErrorCode::too_large,
            "line 1 of this file is longer than 4 MiB, which no table's line is");
    }
  }

  base::Error TooManyColumns(std::size_t columns) const {
    return base::MakeError(ErrorCode::too_large,
                           fmt::format("this file has {} columns, and at most {} are allowed",
                                       columns, request_.max_columns));
  }

  base::Result<void> ReadCsv() {
    format_ = "csv";
    TT_ASSIGN(const std::string sample, CsvSample());
    // Counting is cheaper than building a hostile line's million cells.
    const std::string_view line = std::string_view(sample).substr(0, sample.find_first_of("\r\n"));
    for (const char c : {',', ';', '\t', '|'}) {
      const auto count = static_cast<std::uint64_t>(std::count(line.begin(), line.end(), c));
      if (count > request_.max_columns * 4) return TooManyColumns(count + 1);
    }
    layout_ = DetectLayout(sample, sample.size() + 3 >= source_.size);
    if (layout_.columns > request_.max_columns) return TooManyColumns(layout_.columns);
    TT_ASSIGN(const bool done, ReadFast(sample));
    if (done) return {};
    TT_CHECK(MendText());
    rows_ = MakeCsvRows(source_, layout_);
    return ReadRows(true);
  }

  /// Has the engine read the file, if it is as regular as it looks. False: it is not.
  base::Result<bool> ReadFast(const std::string& sample) {
    if (source_.size < kFastBytes || !request_.choices.types.empty() ||
        !FastCsv::IsRegular(layout_, has_mark_))
      return false;
    FastCsv fast(source_, layout_, {request_.max_cells, request_.threads});
    Notes from_names;
    const std::vector<std::string> names = Names(layout_.names, from_names);
    TT_ASSIGN(const bool planned, fast.Plan(sample, names));
    if (!planned) return false;
    TT_ASSIGN(IngestDatabase * database, Database());
    TT_ASSIGN(const bool loaded, fast.Load(*database, names));
    if (loaded) notes_.insert(notes_.end(), from_names.begin(), from_names.end());
    return loaded;
  }

  /// Cleaned names; column_1 and so on for a file without a header.
  std::vector<std::string> Names(const std::vector<std::string>& given, Notes& notes) const {
    if (format_ == "json_lines" || layout_.header) return CleanNames(given, notes);
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= layout_.columns; ++i) names.push_back(fmt::format("column_{}", i));
    AddNote(notes, NoteKind::layout,
            layout_.columns == 1
                ? "The file has no header; its column is called column_1."
                : fmt::format("The file has no header; its columns are called column_1 "
                              "to column_{}.",
                              layout_.columns));
    return names;
  }

  /// Reads all rows twice: to decide the types from every cell, and to write them.
  base::Result<void> ReadRows(bool csv) {
    std::vector<ColumnEvidence> evidence(csv ? layout_.columns : 0);
    SourceRow row;
    std::uint64_t count = 0;
    while (true) {
      TT_ASSIGN(const bool more, rows_->Next(row));
      if (!more) break;
      if (evidence.size() < row.cells.size()) evidence.resize(row.cells.size());
      for (std::size_t i = 0; i < row.cells.size(); ++i)
        evidence[i].Add(row.cells[i], row.origins.empty() ? CellOrigin::text_file : row.origins[i],
                        row.line);
      TT_CHECK(CheckCells(++count, evidence.size(), request_.max_cells));
      if (count % 4096 == 0) Report("reading", rows_->Fraction() / 2);
    }
    if (evidence.empty())
      return base::InvalidArgument("no line of this file is a JSON object with a key");
    Notes from_names;
    const std::vector<std::string> names = Names(rows_->Names(), from_names);
    plans_ = DecideColumns(
        evidence, {names, csv && layout_.dialect.delimiter == ';', &request_.choices.types});
    for (auto& note : rows_->Observed()) notes_.push_back(std::move(note));
    notes_.insert(notes_.end(), from_names.begin(), from_names.end());
    rows_set_aside_ = rows_->set_aside();
    return WriteRows(names);
  }

  base::Result<void> WriteRows(const std::vector<std::string>& names) {
    TT_ASSIGN(IngestDatabase * database, Database());
    TT_CHECK(CreateTable(*database, names, plans_));
    TT_ASSIGN(TableWriter writer, TableWriter::Open(*database, plans_));
    rows_->Rewind();
    SourceRow row;
    for (std::uint64_t count = 1;; ++count) {
      TT_ASSIGN(const bool more, rows_->Next(row));
      if (!more) break;
      TT_CHECK(writer.Append(row));
      if (count % 4096 == 0) Report("reading", 0.5 + rows_->Fraction() / 2);
    }
    TT_CHECK(writer.Finish());
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (const wire::ReadingNote& note : plans_[i].notes)
        notes_.push_back(ForColumn(note, names[i]));
      const TableWriter::Nulled& nulled = writer.nulled()[i];
      if (nulled.count == 0) continue;
      const std::string text = fmt::format(
          "{} of \"{{}}\" {} no {} and {} left empty: {}{}.", Counted(nulled.count, "cell"),
          nulled.count == 1 ? "is" : "are", NameOf(plans_[i].kind), WasWere(nulled.count),
          Examples(nulled.examples), nulled.count > nulled.examples.size() ? " and others" : "");
      notes_.push_back(ForColumn({NoteKind::cells, "", text}, names[i]));
    }
    return {};
  }

  base::Result<wire::Ingested> Describe() {
    Report("profiling", -1);
    TT_ASSIGN(const std::vector<wire::Column> columns, database_->Columns());
    wire::Ingested result;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      wire::ColumnSchema column;
      column.name = columns[i].name;
      column.type = columns[i].type;
      column.database_type = columns[i].database_type;
      result.columns.push_back(std::move(column));
    }
    TT_ASSIGN(result.rows, ProfileTable(*database_, result.columns));
    TT_CHECK(CheckCells(result.rows, result.columns.size(), request_.max_cells));
    for (std::size_t i = 0; i < result.columns.size(); ++i) {
      wire::ColumnSchema& column = result.columns[i];
      if (i < plans_.size() && plans_[i].unit)
        column.unit = plans_[i].unit;
      else if (wire::IsNumeric(column.type))
        column.unit = UnitOfName(column.name);
      column.role = RoleOf(column, result.rows);
    }
    TT_ASSIGN(result.totals, FindTotals(*database_, result.columns, result.rows));
    DescribeTotals(result.totals, notes_);
    DescribeSpellings(result.columns, notes_);
    TT_ASSIGN(result.sample, FirstRows(*database_, result.columns, kSampleRows));
    // Trying every way of compression on every column takes longer than all else together.
    if (result.columns.size() >= kWideColumns && result.rows <= kShortRows)
      TT_CHECK(database_->Execute("PRAGMA force_compression = 'uncompressed'"));
    TT_CHECK(database_->Execute("CHECKPOINT"));
    if (result.rows == 0) AddNote(notes_, NoteKind::rows, "The file has columns but no rows.");
    result.notes = AtMost(std::move(notes_), kMaxNotes);
    result.rows_set_aside = rows_set_aside_;
    result.format = format_;
    return result;
  }

  const wire::IngestRequest& request_;
  const ProgressFn& progress_;
  SourceFile source_;
  TemporaryFile expanded_;
  TemporaryFile transcoded_;
  TemporaryFile skipped_;
  Layout layout_;
  std::unique_ptr<RowSource> rows_;
  std::vector<ColumnPlan> plans_;
  std::future<base::Result<IngestDatabase>> starting_;
  std::optional<IngestDatabase> database_;
  Notes notes_;
  std::uint64_t rows_set_aside_ = 0;
  std::string format_;
  bool has_mark_ = false;
  bool wide_ = false;  ///< Thousands of columns.
  bool clean_text_ = false;
  std::chrono::steady_clock::time_point reported_{};
};

void RemoveOutput(const std::string& path, bool table_too) {
  std::error_code ignored;
  if (table_too) std::filesystem::remove(path, ignored);
  std::filesystem::remove(path + ".wal", ignored);
  std::filesystem::remove_all(path + ".spill", ignored);
}

}  // namespace

base::Result<wire::Ingested> Ingest(const wire::IngestRequest& request,
                                    const ProgressFn& progress) {
  RemoveOutput(request.output, true);
  const auto run = [&]() -> base::Result<wire::Ingested> {
    try {
      return Ingestion(request, progress).Run();
    } catch (const std::bad_alloc&) {
      return base::MakeError(ErrorCode::memory_limit,
                             "reading this file needs more memory than is allowed");
    }
  };
  auto result = run();
  RemoveOutput(request.output, result.has_error());
  return result;
}

}  // namespace tabletalk::runner
