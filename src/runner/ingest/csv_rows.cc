#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "runner/ingest/rows.h"

namespace tabletalk::runner {
namespace {

bool IsBlankCell(std::string_view cell) { return TrimCell(cell).empty(); }

std::string Lines(std::uint64_t count) {
  return count == 1 ? "1 line" : fmt::format("{} lines", count);
}

class CsvRows final : public RowSource {
 public:
  CsvRows(const SourceFile& file, const Layout& layout) : file_(file), layout_(layout) { Rewind(); }

  void Rewind() override {
    counting_ = !reader_.has_value();
    reader_.emplace(file_, layout_.dialect);
    to_skip_ = layout_.skip_records + (layout_.header ? layout_.header_rows : 0);
    records_ = 0;
  }

  base::Result<bool> Next(SourceRow& row) override {
    while (true) {
      TT_ASSIGN(const bool more, reader_->Next(record_));
      if (!more) return false;
      if (layout_.end_record && records_++ >= *layout_.end_record) {
        if (counting_ && !IsEmpty(record_)) ++behind_;
        continue;
      }
      if (to_skip_ > 0) {
        SkipBeforeTable();
        continue;
      }
      if (Take(row)) return true;
    }
  }

  std::vector<std::string> Names() const override { return layout_.names; }
  double Fraction() const override {
    return static_cast<double>(reader_->offset()) / static_cast<double>(file_.size);
  }
  std::uint64_t set_aside() const override { return long_.count() + single_.count(); }

  Notes Observed() const override {
    Notes notes = layout_.notes;
    if (before_ > 0)
      AddNote(notes, NoteKind::rows,
              fmt::format("{} before the table {} left out.", Lines(before_),
                          before_ == 1 ? "was" : "were"));
    if (comments_.count() > 0)
      AddNote(notes, NoteKind::rows,
              fmt::format("{} that {} with # {} left out ({}).", Lines(comments_.count()),
                          comments_.count() == 1 ? "begins" : "begin",
                          comments_.count() == 1 ? "was" : "were", comments_.Text()));
    if (behind_ > 0)
      AddNote(
          notes, NoteKind::rows,
          fmt::format("Another table begins at line {}; {} {} left out. Put it into a file of its "
                      "own.",
                      layout_.end_line, Lines(behind_), WasWere(behind_)));
    if (repeats_.count() > 0)
      AddNote(notes, NoteKind::rows,
              fmt::format("{} that {} the header {} left out ({}).", Rows(repeats_.count()),
                          repeats_.count() == 1 ? "repeats" : "repeat", WasWere(repeats_.count()),
                          repeats_.Text()));
    if (empty_.count() > 0)
      AddNote(notes, NoteKind::rows,
              fmt::format("{} without any value {} left out ({}).", Rows(empty_.count()),
                          WasWere(empty_.count()), empty_.Text()));
    if (long_.count() > 0)
      AddNote(notes, NoteKind::rows,
              fmt::format("{} with more than {} cells {} set aside ({}).", Rows(long_.count()),
                          layout_.columns, long_.count() == 1 ? "was" : "were", long_.Text()));
    if (single_.count() > 0)
      AddNote(notes, NoteKind::rows,
              fmt::format("{} with a single cell where the table has {} {} set aside ({}): \"{}\".",
                          Rows(single_.count()), layout_.columns,
                          single_.count() == 1 ? "was" : "were", single_.Text(), first_single_));
    if (short_.count() > 0)
      AddNote(notes, NoteKind::rows,
              fmt::format("{} with fewer than {} cells {} filled up with empty ones ({}).",
                          Rows(short_.count()), layout_.columns,
                          short_.count() == 1 ? "was" : "were", short_.Text()));
    if (stray_.count() > 0)
      AddNote(
          notes, NoteKind::rows,
          fmt::format(
              "{} {} a quotation mark out of place, which was read as an ordinary character ({}).",
              Rows(stray_.count()), stray_.count() == 1 ? "has" : "have", stray_.Text()));
    if (blank_ > 0 && layout_.columns == 1)
      AddNote(notes, NoteKind::rows,
              fmt::format("{} left out because {} blank.",
                          Lines(blank_) + (blank_ == 1 ? " was" : " were"),
                          blank_ == 1 ? "it is" : "they are"));
    return notes;
  }

 private:
  static std::string Rows(std::uint64_t count) {
    return count == 1 ? "1 row" : fmt::format("{} rows", count);
  }

  static bool IsEmpty(const CsvRecord& record) {
    return record.blank || std::all_of(record.cells.begin(), record.cells.end(), IsBlankCell);
  }

  bool RepeatsHeader() const {
    const auto& header = layout_.header_cells;
    if (!layout_.header || header.size() < 2 || record_.cells.size() < header.size()) return false;
    for (std::size_t i = 0; i < record_.cells.size(); ++i)
      if (TrimCell(record_.cells[i]) != (i < header.size() ? header[i] : std::string_view()))
        return false;
    return true;
  }

  void SkipBeforeTable() {
    --to_skip_;
    const bool header = layout_.header && to_skip_ < layout_.header_rows;
    if (counting_ && !header && !record_.blank) ++before_;
  }

  /// True if the record is a row.
  bool Take(SourceRow& row) {
    if (record_.blank) {
      if (counting_) ++blank_;
      return false;
    }
    const std::size_t columns = layout_.columns;
    auto& cells = record_.cells;
    if (layout_.dialect.comments && record_.raw.starts_with('#') &&
        (layout_.all_comments || cells.size() != columns)) {
      if (counting_) comments_.Add(record_.line);
      return false;
    }
    if (columns > 1 && cells.size() > 1 && IsEmpty(record_)) {
      if (counting_) empty_.Add(record_.line);
      return false;
    }
    if (RepeatsHeader()) {
      if (counting_) repeats_.Add(record_.line);
      return false;
    }
    while (cells.size() > columns && IsBlankCell(cells.back())) cells.pop_back();
    if (cells.size() > columns) {
      if (counting_) long_.Add(record_.line);
      return false;
    }
    if (cells.size() < columns) {
      if (cells.size() == 1 && columns > 2) {
        if (counting_) {
          if (single_.count() == 0) first_single_ = std::string(base::Truncate(cells[0], 60));
          single_.Add(record_.line);
        }
        return false;
      }
      if (counting_) short_.Add(record_.line);
      cells.resize(columns);
    }
    if (counting_ && record_.stray_quote) stray_.Add(record_.line);
    row.cells = cells;
    row.line = record_.line;
    return true;
  }

  const SourceFile& file_;
  const Layout& layout_;
  std::optional<CsvReader> reader_;
  CsvRecord record_;
  std::uint64_t to_skip_ = 0;
  bool counting_ = true;
  LineList long_, single_, short_, stray_, comments_, empty_, repeats_;
  std::uint64_t records_ = 0;  ///< From the top of the file.
  std::uint64_t behind_ = 0;   ///< Lines of another table.
  std::string first_single_;
  std::uint64_t before_ = 0;
  std::uint64_t blank_ = 0;
};

}  // namespace

void LineList::Add(std::uint64_t line) {
  ++count_;
  if (lines_.size() < 5) lines_.push_back(line);
}

std::string LineList::Text() const {
  std::string text = count_ == 1 ? "line " : "lines ";
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (i > 0) text += i + 1 == lines_.size() && count_ == lines_.size() ? " and " : ", ";
    text += std::to_string(lines_[i]);
  }
  if (count_ > lines_.size()) text += fmt::format(" and {} more", count_ - lines_.size());
  return text;
}

base::Result<void> CheckCells(std::uint64_t rows, std::uint64_t columns, std::uint64_t max_cells) {
  if (columns == 0 || rows <= max_cells / columns) return {};
  return base::MakeError(
      base::ErrorCode::too_large,
      fmt::format("this file has more than {} cells (rows times columns)", max_cells));
}

std::unique_ptr<RowSource> MakeCsvRows(const SourceFile& file, const Layout& layout) {
  return std::make_unique<CsvRows>(file, layout);
}

}  // namespace tabletalk::runner
