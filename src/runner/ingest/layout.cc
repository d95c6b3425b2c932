// Where the table begins, what its columns are called, and where it ends.
//
// A header is told by contrast: words over numbers and dates. The same contrast finds a header
// below title lines that have as many commas, a header in two rows, one that is repeated, and the
// header of another table further down. Where the header and the rows differ in width, the rows
// decide: a name is missing in front (R writes its row names so) or columns at the end have no
// name.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "runner/cells/cell_number.h"
#include "runner/cells/column_evidence.h"
#include "runner/ingest/header_contrast.h"
#include "runner/ingest/sample_records.h"
#include "runner/profile/column_meaning.h"

namespace tabletalk::runner {
namespace {

/// More columns than the header has names for are an accident of few rows.
constexpr std::size_t kMostExtra = 16;

Cells Trimmed(const Cells& cells) {
  Cells trimmed;
  for (const std::string& cell : cells) trimmed.emplace_back(TrimCell(cell));
  while (!trimmed.empty() && trimmed.back().empty()) trimmed.pop_back();
  return trimmed;
}

std::size_t Chars(const Cells& cells) {
  std::size_t chars = 0;
  for (const std::string& cell : cells) chars += TrimCell(cell).size();
  return chars;
}

/// Works on one file's records; `start_` moves to the header.
class TableFinder {
 public:
  TableFinder(const std::vector<SampleRecord>& records, Layout& layout)
      : records_(records), layout_(layout), end_(records.size()) {}

  void Describe(bool separator_line) {
    DetectComments();
    start_ = separator_line && records_.size() > 1 ? 1 : TableStart();
    if (!separator_line) SkipTitles();
    FindEnd();
    layout_.header = HasHeader();
    if (!layout_.header && !separator_line) UncommentHeader();
    layout_.skip_records = start_;
    layout_.first_line = records_[start_].line;
    layout_.header_is_simple = start_ == 0 && records_[start_].lines == 1;
    if (layout_.end_record) layout_.header_is_simple = false;
    if (layout_.header) DescribeHeader();
  }

 private:
  const Cells& Header() const { return records_[start_].cells; }

  bool HasHeader() const {
    if (HasGroups()) return true;
    const RowList rows = RowsAfter(start_ + 1, Header(), layout_.columns);
    if (!IsHeader(Header(), rows)) return false;
    // Words over words: where the same words come again and again, they are a row like any other.
    std::size_t repeats = 0;
    for (std::size_t i = start_ + 1; i < end_; ++i)
      if (SameCells(records_[i].cells, Header())) ++repeats;
    return repeats * 2 <= rows.size() || WordsOverValues(Header(), rows) > 0;
  }

  /// The first line holds groups and the second the names.
  bool HasGroups() const {
    if (start_ + 2 >= end_ || !IsGroupRow()) return false;
    const SampleRecord& second = records_[start_ + 1];
    return second.cells.size() == Header().size() &&
           WordsOverValues(second.cells, RowsAfter(start_ + 2, second.cells, Header().size())) > 0;
  }

  bool IsComment(const SampleRecord& record) const {
    return layout_.dialect.comments && record.comment &&
           (layout_.all_comments || record.cells.size() != layout_.columns);
  }

  /// '#' begins a comment where such lines are of another width than the table, or few, with a
  /// blank behind it and no cell of the others like it.
  void DetectComments() {
    std::size_t marked = 0, plain = 0;
    bool prose = true;
    for (const SampleRecord& record : records_) {
      if (record.blank) continue;
      if (!record.comment) {
        ++plain;
        continue;
      }
      ++marked;
      if (record.cells.size() != layout_.columns) layout_.dialect.comments = true;
      prose = prose && record.cells[0].size() > 1 && record.cells[0][1] == ' ';
    }
    if (marked == 0 || !prose || marked * 5 > plain) return;
    layout_.dialect.comments = layout_.all_comments = true;
  }

  /// The first record that is as wide as the table, or as its header.
  std::size_t TableStart() const {
    const std::size_t columns = layout_.columns;
    if (columns < 2) {
      std::size_t start = 0;
      while (start + 1 < records_.size() &&
             (records_[start].blank || (layout_.dialect.comments && records_[start].comment)))
        ++start;
      return start;
    }
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const SampleRecord& record = records_[i];
      if (layout_.dialect.comments && record.comment && i + 1 < records_.size()) continue;
      if (record.width == 0) continue;
      const auto filled = std::count_if(record.cells.begin(), record.cells.end(),
                                        [](const std::string& c) { return !TrimCell(c).empty(); });
      // A title of one filled cell is padded with delimiters by spreadsheets.
      if (filled <= 1 && columns > 2) continue;
      const std::size_t cells = record.cells.size();
      if (cells == columns) return i;
      // A header may lack the name of the row names, or carry a few names more than the rows.
      if (cells > 1 && cells + 1 >= columns && i + 1 < records_.size() &&
          records_[i + 1].cells.size() == columns)
        return i;
    }
    return 0;
  }

  /// Title lines that could be a header, with the real one below them.
  void SkipTitles() {
    for (std::size_t k = 1; k <= 5 && start_ + k + 1 < records_.size(); ++k) {
      const SampleRecord& title = records_[start_ + k - 1];
      const SampleRecord& next = records_[start_ + k];
      const bool other_width = title.cells.size() != layout_.columns;
      if (!other_width && !ReadsLikeProse(title.cells)) return;
      if (next.cells.size() != layout_.columns || SameCells(next.cells, title.cells) ||
          ReadsLikeProse(next.cells))
        continue;
      const RowList rows = RowsAfter(start_ + k + 1, next.cells, layout_.columns);
      if (WordsOverValues(next.cells, rows) == 0 || IsUnits(next.cells, rows)) continue;
      if (k == 1 && (IsGroupRow() || (!other_width && Chars(title.cells) < Chars(next.cells))))
        return;
      start_ += k;
      return;
    }
  }

  /// Alike but for blanks around the cells and empty ones at the end.
  static bool SameCells(const Cells& a, const Cells& b) {
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
      if (TrimCell(i < a.size() ? a[i] : std::string_view()) !=
          TrimCell(i < b.size() ? b[i] : std::string_view()))
        return false;
    return true;
  }

  /// The rows from `from` on as the header sees them: no blanks, comments or repeats of it.
  RowList RowsAfter(std::size_t from, const Cells& header, std::size_t columns) const {
    RowList rows;
    for (std::size_t i = from; i < end_; ++i) {
      const SampleRecord& record = records_[i];
      if (record.width == 0 || IsComment(record) || SameCells(record.cells, header)) continue;
      if (record.cells.size() == columns) rows.push_back(&record);
    }
    // Of another width throughout: then that is the rows' width.
    if (!rows.empty()) return rows;
    for (std::size_t i = from; i < end_; ++i)
      if (records_[i].width > 1 && !IsComment(records_[i])) rows.push_back(&records_[i]);
    return rows;
  }

  /// "# id,name" directly above the rows is their header.
  void UncommentHeader() {
    if (start_ == 0 || !records_[start_ - 1].comment ||
        records_[start_ - 1].cells.size() != layout_.columns)
      return;
    Cells names = records_[start_ - 1].cells;
    names[0] = std::string(TrimCell(std::string_view(names[0]).substr(1)));
    if (!IsHeader(names, RowsAfter(start_, names, layout_.columns))) return;
    --start_;
    layout_.header = true;
    uncommented_ = std::move(names);
  }

  void DescribeHeader() {
    Cells names = uncommented_.empty() ? Header() : uncommented_;
    layout_.header_cells = Trimmed(Header());
    const RowList rows = RowsAfter(start_ + 1, Header(), layout_.columns);
    MergeSecondRow(names);
    SettleWidth(names);
    layout_.names = std::move(names);
    layout_.header_only = rows.empty() && start_ + 1 >= end_;
  }

  /// A row of groups above the names: blanks where merged cells were, or years.
  bool IsGroupRow() const {
    std::size_t filled = 0, blank = 0;
    for (const std::string& cell : Header()) {
      const CellKind kind = KindOf(cell);
      if (TrimCell(cell).empty())
        ++blank;
      else if (kind == CellKind::text || IsYear(cell))
        ++filled;
      else
        return false;
    }
    return filled > 1 && blank > 0;
  }

  /// The units of the columns below their names: "kg", "", "(EUR)".
  static bool IsUnits(const Cells& cells, const RowList& rows) {
    std::size_t units = 0;
    for (const std::size_t i : TypedColumns(rows, cells.size())) {
      const std::string_view cell = TrimCell(cells[i]);
      if (cell.empty() || cell == "-") continue;
      if (!UnitOf(cell)) return false;
      ++units;
    }
    return units > 0;
  }

  static std::optional<std::string> UnitOf(std::string_view cell) {
    const bool digit = !cell.empty() && cell.front() >= '0' && cell.front() <= '9';
    if (digit || KindOf(cell) != CellKind::text) return std::nullopt;
    if (cell.size() > 2 && (cell.front() == '(' || cell.front() == '['))
      cell = cell.substr(1, cell.size() - 2);
    if (const auto currency = CurrencyOf(cell); !currency.empty()) return std::string(currency);
    if (auto unit = UnitOfSuffix(cell)) return unit;
    const bool marked = cell.find_first_of("/%") != std::string_view::npos ||
                        std::any_of(cell.begin(), cell.end(), [](char c) { return c < 0; });
    return marked && cell.size() <= 10 && cell.find(' ') == std::string_view::npos
               ? std::optional(std::string(cell))
               : std::nullopt;
  }

  void MergeSecondRow(Cells& names) {
    if (start_ + 2 >= end_ || !uncommented_.empty()) return;
    const SampleRecord& second = records_[start_ + 1];
    if (second.cells.size() != names.size()) return;
    const RowList rows = RowsAfter(start_ + 2, second.cells, names.size());
    if (rows.empty()) return;
    const bool units = IsUnits(second.cells, rows);
    const bool groups = HasGroups();
    if (!units && !groups) return;
    if (groups) SpreadGroups(names, second.cells);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string lower(TrimCell(second.cells[i]));
      const std::string upper(TrimCell(names[i]));
      if (lower.empty() || lower == "-") continue;
      if (upper.empty())
        names[i] = lower;
      else if (units && UnitOf(lower))
        names[i] = fmt::format("{} ({})", upper, *UnitOf(lower));
      else
        names[i] = fmt::format("{} {}", upper, lower);
    }
    layout_.header_rows = 2;
    layout_.header_is_simple = false;
    AddNote(layout_.notes, NoteKind::layout,
            units && !groups ? "The second line of the header holds units."
                             : "The header has two lines; its names were put together.");
  }

  /// A group's name stands over its first column alone.
  static void SpreadGroups(Cells& names, const Cells& below) {
    std::string group;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string_view own = TrimCell(names[i]);
      if (!own.empty()) group = own;
      if (own.empty() && !TrimCell(below[i]).empty()) names[i] = group;
    }
  }

  /// Where header and rows differ in width.
  void SettleWidth(Cells& names) {
    std::map<std::size_t, std::size_t> widths;  // Up to the last filled cell.
    std::size_t total = 0, widest = 0;
    RowList rows;
    for (std::size_t i = start_ + layout_.header_rows; i < end_; ++i) {
      const SampleRecord& record = records_[i];
      if (record.width == 0 || IsComment(record) || SameCells(record.cells, Header())) continue;
      if (record.width == 1 && names.size() > 2) continue;
      ++widths[std::max(record.width, names.size())];
      ++total;
      widest = std::max(widest, record.width);
      rows.push_back(&record);
    }
    while (!names.empty() && names.size() > std::max<std::size_t>(widest, 1) &&
           TrimCell(names.back()).empty())
      names.pop_back();
    const std::size_t given = names.size();
    // Short rows say nothing about it: they may be short of either width.
    const std::size_t over = Over(widths, given);
    const auto exact = static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(),
                      [&](const SampleRecord* row) { return row->cells.size() == given; }));
    if (over > exact && over * 4 >= total) {
      widest = std::min(widest, given + kMostExtra);
      if (OneMore(rows, given) && NamesRows(names, rows)) {
        layout_.row_names = true;
        names.insert(names.begin(), "");
        AddNote(layout_.notes, NoteKind::layout,
                "The header has no name for the first column, which names the rows.");
      } else {
        AddNote(layout_.notes, NoteKind::layout,
                fmt::format("The rows have up to {} cells and the header {}; the last columns have "
                            "no name.",
                            widest, Counted(given, "name")));
        names.resize(widest);
      }
      layout_.header_is_simple = false;
    }
    layout_.columns = std::max<std::size_t>(1, names.size());
  }

  static std::size_t Over(const std::map<std::size_t, std::size_t>& widths, std::size_t given) {
    std::size_t over = 0;
    for (const auto& [width, count] : widths)
      if (width > given) over += count;
    return over;
  }

  static bool OneMore(const RowList& rows, std::size_t given) {
    return std::all_of(rows.begin(), rows.end(), [&](const SampleRecord* row) {
      return row->width <= given + 1 && row->cells.size() == given + 1;
    });
  }

  /// The cell that has no name is the first: it counts up or is blank or never the same, and the
  /// names fit what stands one further to the right no worse.
  static bool NamesRows(const Cells& names, const RowList& rows) {
    if (rows.size() < 2) return false;
    const int shifted = Affinity(names, rows, 1);
    const int straight = Affinity(names, rows, 0);
    if (shifted != straight) return shifted > straight;
    if (NameSays(names[0], NameHint::identifier)) return false;
    std::set<std::string_view> distinct;
    bool blank = true;
    for (const SampleRecord* row : rows) {
      distinct.insert(TrimCell(row->cells[0]));
      blank = blank && TrimCell(row->cells[0]).empty();
    }
    return blank || CountsUp(rows) || (distinct.size() == rows.size() && !distinct.contains(""));
  }

  /// How well names that promise dates or amounts stand over such cells, moved by `shift`.
  static int Affinity(const Cells& names, const RowList& rows, std::size_t shift) {
    int score = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool date = NameSays(names[i], NameHint::date);
      const bool amount = NameSays(names[i], NameHint::amount);
      if (date == amount) continue;
      for (const SampleRecord* row : rows) {
        if (i + shift >= row->cells.size()) continue;
        const CellKind kind = KindOf(row->cells[i + shift]);
        if (kind == CellKind::empty) continue;
        score += kind == (date ? CellKind::date : CellKind::number) ? 1 : -1;
      }
    }
    return score;
  }

  /// Another table below: behind a blank line, words over values that are no row of this one.
  void FindEnd() {
    if (layout_.columns < 2) return;
    for (std::size_t i = start_ + 2; i + 1 < records_.size(); ++i) {
      if (records_[i].width == 0 || records_[i - 1].width > 1) continue;
      if (!BeginsAnother(i)) continue;
      layout_.end_record = end_ = i;
      layout_.end_line = records_[i].line;
      return;
    }
  }

  bool BeginsAnother(std::size_t at) const {
    const SampleRecord& head = records_[at];
    if (head.width < 2 || at + 1 >= records_.size() || IsComment(head) ||
        SameCells(head.cells, Header()))
      return false;
    RowList below;
    for (std::size_t i = at + 1; i < records_.size() && records_[i].width > 1; ++i)
      if (records_[i].width <= head.width) below.push_back(&records_[i]);
    Cells names = head.cells;
    names.resize(head.width);
    const bool gap = records_[at - 1].width == 0;
    if (below.empty() || WordsOverValues(names, below) == 0) return false;
    RowList above;
    for (std::size_t i = start_ + 1; i < at; ++i)
      if (records_[i].width > 1) above.push_back(&records_[i]);
    if (above.empty()) return false;
    if (head.width != layout_.columns) return gap || at >= 2;
    for (const std::size_t i : TypedColumns(above, layout_.columns))
      if (KindOf(head.cells[i]) == CellKind::text) return true;
    return false;
  }

  const std::vector<SampleRecord>& records_;
  Layout& layout_;
  std::size_t start_ = 0;
  std::size_t end_;  ///< Behind the table's last record.
  Cells uncommented_;
};

}  // namespace

void DescribeTable(const std::vector<SampleRecord>& records, bool separator_line, Layout& layout) {
  TableFinder(records, layout).Describe(separator_line);
}

}  // namespace tabletalk::runner
