#include "runner/profile/totals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "runner/cells/cell_date.h"
#include "runner/cells/cell_number.h"

namespace tabletalk::runner {
namespace {

using wire::ColumnType;

constexpr std::size_t kMaxLabels = 100;
constexpr std::size_t kMaxNumbers = 60;
constexpr std::size_t kMaxLabelColumns = 20;
/// A table that is mostly totals is a table about totals.
constexpr double kMaxShare = 0.5;

constexpr std::string_view kWords[] = {
    "total",  "totals",    "subtotal",      "subtotals", "sum",    "sums",  "overall",
    "all",    "combined",  "altogether",    "aggregate", "gesamt", "summe", "gesamtsumme",
    "totale", "insgesamt", "zwischensumme", "totaal",    "totalt", "suma",  "somme",
    "razem",  "celkem",    "totaux",        "totales",   "toplam", "summa", "yhteensä",
    "итого",  "всего",     "合計",          "総計",      "小計",   "总计",  "合计",
    "小计",   "grandtotal"};

std::string Folded(std::string_view text) {
  std::string folded(text);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return folded;
}

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

/// The words of a label; those for a total apart from the rest, which is joined by blanks.
struct Label {
  bool total = false;
  std::string rest;
};

Label SplitLabel(std::string_view text) {
  Label label;
  const std::string folded = Folded(text);
  for (std::size_t at = 0; at < folded.size();) {
    if (!IsWordByte(folded[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < folded.size() && IsWordByte(folded[at])) ++at;
    const std::string_view word = std::string_view(folded).substr(begin, at - begin);
    if (std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords))
      label.total = true;
    else if (word != "sub" && word != "grand" && word != "for" && word != "of")
      label.rest += (label.rest.empty() ? "" : " ") + std::string(word);
  }
  return label;
}

bool IsTyped(const std::string& text) {
  return ReadNumber(text).has_value() || ReadDate(text).has_value();
}

/// The rows of main.data as far as totals need them.
struct Sheet {
  std::vector<std::size_t> label_columns, number_columns;  ///< Indexes of the table's columns.
  std::vector<std::vector<std::string>> labels;            ///< By row; empty for null.
  std::vector<std::vector<std::optional<double>>> numbers;
};

base::Result<Sheet> ReadSheet(IngestDatabase& database,
                              const std::vector<wire::ColumnSchema>& columns) {
  Sheet sheet;
  std::string sql;
  const auto add = [&](const std::string& expression) {
    sql += (sql.empty() ? "SELECT " : ", ") + expression;
  };
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].type != ColumnType::text || sheet.label_columns.size() == kMaxLabelColumns)
      continue;
    sheet.label_columns.push_back(i);
    add(QuoteIdentifier(columns[i].name));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!wire::IsNumeric(columns[i].type) || sheet.number_columns.size() == kMaxNumbers) continue;
    sheet.number_columns.push_back(i);
    add(fmt::format("CAST({} AS DOUBLE)", QuoteIdentifier(columns[i].name)));
  }
  if (sheet.label_columns.empty() || sheet.number_columns.empty()) return sheet;
  TT_ASSIGN(const Rows rows, database.Query(sql + " FROM main.data"));
  for (const auto& row : rows) {
    auto& labels = sheet.labels.emplace_back();
    auto& numbers = sheet.numbers.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i >= sheet.label_columns.size())
        numbers.push_back(row[i].AsNumber());
      else
        labels.push_back(row[i].if_text() == nullptr ? "" : *row[i].if_text());
    }
  }
  return sheet;
}

bool Agree(double value, double sum) {
  return std::isfinite(sum) && std::abs(value - sum) <= std::max(1e-9 * std::abs(value), 0.0051);
}

class Totals {
 public:
  Totals(const Sheet& sheet, const std::vector<wire::ColumnSchema>& columns)
      : sheet_(sheet), columns_(columns), label_of_(sheet.labels.size()) {}

  std::vector<wire::TotalRows> Find() {
    FindCandidates();
    if (candidates_.empty() || static_cast<double>(candidates_.size()) >
                                   kMaxShare * static_cast<double>(sheet_.labels.size()))
      return {};
    NameRows();
    for (std::size_t n = 0; n < sheet_.number_columns.size(); ++n) sums_.push_back(SumsOf(n));
    std::vector<wire::TotalRows> found;
    for (std::size_t c = 0; c < sheet_.label_columns.size(); ++c) {
      wire::TotalRows totals = OfColumn(c);
      if (!totals.sums.empty()) found.push_back(std::move(totals));
    }
    return found;
  }

 private:
  struct Candidate {
    std::size_t row;
    std::size_t column;  ///< Of the label columns.
    Label label;
    std::optional<std::size_t> of = std::nullopt;  ///< Number of what it is a total of.
  };

  void FindCandidates() {
    for (std::size_t row = 0; row < sheet_.labels.size(); ++row) {
      for (std::size_t c = 0; c < sheet_.label_columns.size(); ++c) {
        Label label = SplitLabel(sheet_.labels[row][c]);
        if (!label.total) continue;
        AddCandidate({row, c, std::move(label)});
        break;
      }
    }
    for (std::size_t c = 0; candidates_.empty() && c < sheet_.label_columns.size(); ++c)
      FindOddLast(c);
  }

  void AddCandidate(Candidate candidate) {
    label_of_[candidate.row] = candidates_.size() + 1;
    candidates_.push_back(std::move(candidate));
  }

  /// "Career" below years: the one word, in the last row.
  void FindOddLast(std::size_t c) {
    const std::size_t rows = sheet_.labels.size();
    if (rows < 4 || sheet_.labels.back()[c].empty() || IsTyped(sheet_.labels.back()[c])) return;
    for (std::size_t row = 0; row + 1 < rows; ++row)
      if (!IsTyped(sheet_.labels[row][c])) return;
    AddCandidate({rows - 1, c, {true, ""}});
  }

  bool IsTotal(std::size_t row) const { return label_of_[row] > 0; }

  wire::TotalRows OfColumn(std::size_t c) const {
    wire::TotalRows totals;
    totals.column = columns_[sheet_.label_columns[c]].name;
    for (std::size_t n = 0; n < sheet_.number_columns.size(); ++n)
      if (ColumnAgrees(c, n)) totals.sums.push_back(columns_[sheet_.number_columns[n]].name);
    if (totals.sums.empty()) return totals;
    for (const Candidate& candidate : candidates_) {
      if (candidate.column != c) continue;
      const std::string& label = sheet_.labels[candidate.row][c];
      ++totals.rows;
      if (totals.labels.size() < kMaxLabels &&
          std::find(totals.labels.begin(), totals.labels.end(), label) == totals.labels.end())
        totals.labels.push_back(label);
    }
    return totals;
  }

  /// All totals of the column but a rounded few are sums, and one of them of two rows or more.
  bool ColumnAgrees(std::size_t c, std::size_t n) const {
    std::size_t asked = 0, agreed = 0;
    bool of_many = false;
    for (const Candidate& candidate : candidates_) {
      const auto value = sheet_.numbers[candidate.row][n];
      if (candidate.column != c || !value) continue;
      ++asked;
      const std::size_t summed = RowsSummed(candidate, n, *value, sums_[n]);
      if (summed == 0) continue;
      ++agreed;
      of_many = of_many || (summed > 1 && *value != 0);
    }
    return of_many && agreed * 5 >= asked * 4;
  }

  /// Some rows of a number column, added up.
  struct Sum {
    double value = 0;
    std::size_t rows = 0;
    void Add(double number) {
      value += number;
      ++rows;
    }
    /// How many rows make up this value; 0 where they do not.
    std::size_t MakesUp(double wanted) const { return rows > 0 && Agree(wanted, value) ? rows : 0; }
  };
  /// Of one number column: each row is added once, however many totals are to be compared.
  struct Sums {
    Sum ordinary, totals;
    std::vector<Sum> named;  ///< By the number of what a total is the total of.
  };

  /// Numbers what candidates are totals of ("North" of "North total"), and the rows that say so.
  void NameRows() {
    std::unordered_map<std::string, std::size_t> known;
    for (Candidate& candidate : candidates_)
      if (!candidate.label.rest.empty())
        candidate.of = known.emplace(candidate.label.rest, known.size()).first->second;
    names_ = known.size();
    named_rows_.resize(sheet_.labels.size());
    for (std::size_t row = 0; names_ > 0 && row < sheet_.labels.size(); ++row) {
      if (IsTotal(row)) continue;
      std::vector<std::size_t>& named = named_rows_[row];
      for (const std::string& text : sheet_.labels[row]) {
        const auto found = known.find(SplitLabel(text).rest);
        if (found != known.end() &&
            std::find(named.begin(), named.end(), found->second) == named.end())
          named.push_back(found->second);
      }
    }
  }

  Sums SumsOf(std::size_t n) const {
    Sums sums;
    sums.named.resize(names_);
    for (std::size_t row = 0; row < sheet_.numbers.size(); ++row) {
      const auto& number = sheet_.numbers[row][n];
      if (!number) continue;
      (IsTotal(row) ? sums.totals : sums.ordinary).Add(*number);
      for (const std::size_t name : named_rows_[row]) sums.named[name].Add(*number);
    }
    return sums;
  }

  /// The rows between the candidate and the total before it (-1) or after it (1).
  Sum Neighbours(const Candidate& candidate, std::size_t n, std::ptrdiff_t step) const {
    Sum sum;
    const auto size = static_cast<std::ptrdiff_t>(sheet_.numbers.size());
    for (auto row = static_cast<std::ptrdiff_t>(candidate.row) + step;
         row >= 0 && row < size && !IsTotal(static_cast<std::size_t>(row)); row += step)
      if (const auto& number = sheet_.numbers[static_cast<std::size_t>(row)][n]) sum.Add(*number);
    return sum;
  }

  /// How many rows the candidate's number is the sum of; 0 where it is no sum.
  std::size_t RowsSummed(const Candidate& candidate, std::size_t n, double value,
                         const Sums& sums) const {
    if (const auto rows = sums.ordinary.MakesUp(value)) return rows;
    if (const auto rows = Neighbours(candidate, n, -1).MakesUp(value)) return rows;
    if (const auto rows = Neighbours(candidate, n, 1).MakesUp(value)) return rows;
    const Sum others{sums.totals.value - value, sums.totals.rows - 1};
    if (const auto rows = others.MakesUp(value)) return rows;
    return candidate.of ? sums.named[*candidate.of].MakesUp(value) : 0;
  }

  const Sheet& sheet_;
  const std::vector<wire::ColumnSchema>& columns_;
  std::vector<std::size_t> label_of_;  ///< By row: the candidate's number, from 1; 0 for none.
  std::vector<Candidate> candidates_;
  std::size_t names_ = 0;
  std::vector<std::vector<std::size_t>> named_rows_;  ///< By row.
  std::vector<Sums> sums_;                            ///< By number column.
};

/// False where the values that are listed say that there can be no total.
bool MayHaveTotals(const wire::ColumnSchema& column) {
  if (column.type != ColumnType::text) return false;
  const auto& profile = column.profile;
  if (!profile.top_values_complete) return true;
  std::size_t words = 0;
  for (const wire::ValueCount& top : profile.top_values) {
    const auto* text = top.value.if_text();
    if (text == nullptr) continue;
    if (SplitLabel(*text).total) return true;
    if (!IsTyped(*text)) ++words;
  }
  return words == 1 && profile.top_values.size() > 2;
}

}  // namespace

bool SaysTotal(std::string_view label) { return SplitLabel(label).total; }

base::Result<std::vector<wire::TotalRows>> FindTotals(
    IngestDatabase& database, const std::vector<wire::ColumnSchema>& columns, std::uint64_t rows) {
  if (rows < 3 || rows > kMaxTotalledRows ||
      std::none_of(columns.begin(), columns.end(), MayHaveTotals))
    return std::vector<wire::TotalRows>{};
  TT_ASSIGN(const Sheet sheet, ReadSheet(database, columns));
  return Totals(sheet, columns).Find();
}

void DescribeTotals(const std::vector<wire::TotalRows>& totals, Notes& notes) {
  for (const wire::TotalRows& total : totals) {
    const bool one = total.rows == 1;
    const std::string text = fmt::format(
        "{} of \"{{}}\" ({}{}) {} the sum of other rows in \"{}\"; adding {} to the others counts "
        "twice.",
        Counted(total.rows, "row"), Quoted(total.labels.front()),
        total.labels.size() > 1 ? fmt::format(" and {} more", total.labels.size() - 1) : "",
        one ? "is" : "are", total.sums.front(), one ? "it" : "them");
    notes.push_back(ForColumn({NoteKind::values, "", text}, total.column));
  }
}

}  // namespace tabletalk::runner
