#include "analyst/answer/linked_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "analyst/answer/slots.h"
#include "analyst/card/preview.h"
#include "narrative/format.h"

namespace tabletalk::analyst {
namespace {

constexpr std::size_t kMostCells = 20'000;

struct Written {
  double value = 0;
  int decimals = 0;
};

std::optional<Written> Parse(std::string text, char group, char decimal) {
  text.erase(std::remove(text.begin(), text.end(), group), text.end());
  const std::size_t point = text.find(decimal);
  if (point != std::string::npos) text[point] = '.';
  Written written;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), written.value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (point != std::string::npos) written.decimals = static_cast<int>(text.size() - point - 1);
  return written;
}

/// "1.234" is a number of two sizes; both are looked for.
std::vector<Written> Readings(std::string_view word) {
  std::vector<Written> readings;
  for (const auto& [group, decimal] : {std::pair{',', '.'}, std::pair{'.', ','}})
    if (const auto read = Parse(std::string(word), group, decimal))
      if (readings.empty() || readings[0].value != read->value) readings.push_back(*read);
  return readings;
}

bool Equals(double cell, const Written& written) {
  const double size = std::max(1.0, std::abs(written.value));
  // The sign stands before the word, if there is one.
  const double distance = std::abs(std::abs(cell) - written.value);
  if (written.decimals == 0) return distance <= 1e-9 * size;
  return distance <= 0.5 * std::pow(10, -written.decimals) + 1e-12 * size;
}

struct Found {
  std::size_t times = 0;
  std::string slot;
};

class Search {
 public:
  Search(std::string_view word, bool percent, const SlotReader& reader, std::size_t run)
      : word_(word), readings_(Readings(word)), percent_(percent), reader_(reader), run_(run) {}

  Found Run() {
    const wire::Table& table = *reader_.table(run_);
    const bool many = table.rows.size() > 1;
    std::size_t cells = 0;
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (++cells > kMostCells) return {2, ""};  // Nobody knows how often.
        if (const auto format = FormatOfMatch(table.rows[row][i], i, many)) {
          ++found_.times;
          found_.slot = SlotAt(row, table.columns[i].name, *format);
        }
      }
    return found_;
  }

 private:
  std::string SlotAt(std::size_t row, const std::string& column, const std::string& format) const {
    const std::string slot = SlotText(RunName(run_), fmt::format("rows[{}]", row), column, format);
    return slot.substr(2, slot.size() - 4);
  }

  /// The format that prints the cell as the word says it; none where it is another number.
  std::optional<std::string> FormatOfMatch(const wire::Value& cell, std::size_t column,
                                           bool many) const {
    if (const std::string* text = cell.if_text()) {
      const std::vector<ResultColumn>& columns = reader_.columns(run_);
      const bool same =
          column < columns.size() && columns[column].use == ColumnUse::time &&
          (*text == word_ || narrative::FormatCell(cell, columns[column].format) == word_);
      return same ? std::optional<std::string>("") : std::nullopt;
    }
    const auto number = cell.AsNumber();
    if (!number || cell.if_bool() != nullptr) return std::nullopt;
    for (const Written& written : readings_) {
      if (many && written.decimals == 0 && written.value < 10) continue;
      const std::string format =
          written.decimals > 0 ? fmt::format("fixed:{}", written.decimals) : "";
      if (Equals(*number, written)) return format;
      if (percent_ && std::abs(*number) <= 1.5 && Equals(*number * 100, written))
        return std::string("percent");
    }
    return std::nullopt;
  }

  const std::string word_;
  const std::vector<Written> readings_;
  const bool percent_;
  const SlotReader& reader_;
  const std::size_t run_;
  Found found_;
};

}  // namespace

std::optional<std::string> SlotOfNumber(std::string_view word, bool percent,
                                        const SlotReader& reader) {
  const std::size_t runs = reader.runs().size();
  for (std::size_t i = runs; i > 0; --i) {
    if (reader.table(i - 1) == nullptr) continue;
    const Found found = Search(word, percent, reader, i - 1).Run();
    if (found.times == 1) return found.slot;
    if (found.times > 1) return std::nullopt;
  }
  const auto readings = Readings(word);
  for (std::size_t i = runs; i > 0 && !percent; --i)
    if (const wire::Table* table = reader.table(i - 1))
      for (const Written& written : readings)
        if (Equals(static_cast<double>(table->total_rows), written) && written.decimals == 0)
          return RunName(i - 1) + ".total_rows";
  return std::nullopt;
}

}  // namespace tabletalk::analyst
