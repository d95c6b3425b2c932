// An export often carries its own totals: a row "Total" under the regions, "North Total" under the
// shops of the north, "Career" under the years. Added up or ranked with the rows that they sum,
// they make every number wrong, so they are left out, and the answer says so. What marks them:
//
//   - a value that is a word for a total, alone or around another value of the same column;
//   - the row of the largest number, where that is the sum of all others and the row is named
//     unlike the others (a word among years) or has no name at all.
//
// A value that only begins like a total ("All natural disasters") may be a thing of its own: then
// the question is open.
#include <algorithm>
#include <cmath>

#include "offline/settle.h"

namespace tabletalk::offline {
namespace {

using wire::ConditionOp;

enum class TotalName { no, perhaps, yes };

bool OneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsWordForTotal(const std::string& word) {
  return OneOf(word, {"total", "totals", "subtotal", "subtotals", "overall", "gesamt", "summe",
                      "insgesamt", "gesamtsumme"});
}

TotalName NamedAsTotal(const SchemaIndex& index, const ColumnFacts& column,
                       const std::string& text) {
  const std::vector<std::string> words = NameWords(text);
  if (words.empty() || words.size() > 5) return TotalName::no;
  std::vector<std::string> others;
  for (const std::string& word : words)
    if (!IsWordForTotal(word) && !OneOf(word, {"grand", "sub", "sum", "general"}))
      others.push_back(word);
  const bool total = std::any_of(words.begin(), words.end(), IsWordForTotal) ||
                     Join(words) == "sum" || Join(words) == "all";
  if (total && (others.empty() || Join(others) == "all")) return TotalName::yes;
  if (total) {  // "North Total" where there is a "North".
    std::erase_if(others, [](const std::string& word) {
      return OneOf(word, {"of", "for", "the"});
    });
    const std::vector<ValueEntry>* parts = index.ValuesNamed(StemKey(Join(others)));
    const bool part = parts != nullptr &&
                      std::any_of(parts->begin(), parts->end(),
                                  [&](const auto& e) { return e.column.table == column.id.table; });
    if (part) return TotalName::yes;
  }
  if (words.front() == "all" || words.front() == "total") return TotalName::perhaps;
  return TotalName::no;
}

bool IsFiltered(const Intent& intent, ColumnId column) {
  const auto on = [&](const Filter& filter) { return filter.column == column; };
  return std::any_of(intent.filters.begin(), intent.filters.end(), on) ||
         std::any_of(intent.numerator.begin(), intent.numerator.end(), on);
}

/// What the totals of a column would spoil. Distinct values and a single row are what they are.
bool Spoilt(const Intent& intent) {
  return intent.shape != Shape::first_rows && intent.shape != Shape::summary &&
         !intent.measures.empty();
}

void LeaveOut(Scene& scene, const ColumnFacts& column, std::vector<wire::Value> values) {
  std::string said;
  for (const wire::Value& value : values)
    said += (said.empty() ? "\"" : ", \"") + *value.if_text() + "\"";
  Filter filter{column.id, values.size() == 1 ? ConditionOp::not_equal : ConditionOp::not_in,
                std::move(values), std::nullopt, 0};
  filter.keep_nulls = column.schema->profile.nulls > 0;
  scene.intent.filters.push_back(std::move(filter));
  scene.Assume("Left out the rows where " + scene.index.DisplayName(column.id) + " is " + said +
               ": they look like totals of the others.");
}

/// The sample's row with the largest number, if that number is the sum of all others.
const std::vector<wire::Value>* RowOfSum(const wire::TableSchema& table,
                                         const ColumnFacts& column) {
  const auto& profile = column.schema->profile;
  const double known = static_cast<double>(table.rows - std::min(table.rows, profile.nulls));
  const auto high = profile.max.AsNumber();
  if (!profile.mean || !high || known < 3 || *high <= 0 || table.rows > table.sample.size())
    return nullptr;
  const double sum = *profile.mean * known;
  if (std::abs(2 * *high - sum) > 1e-9 * std::abs(sum)) return nullptr;
  for (const std::vector<wire::Value>& row : table.sample)
    if (row.size() > static_cast<std::size_t>(column.id.column) &&
        row[column.id.column].AsNumber() == high)
      return &row;
  return nullptr;
}

bool BeginsWithDigit(const wire::Value& value) {
  const std::string* text = value.if_text();
  return text != nullptr && !text->empty() && (*text)[0] >= '0' && (*text)[0] <= '9';
}

/// The text of `row` that is unlike that of every other row: a word among years.
std::optional<ColumnId> OddName(const SchemaIndex& index, int table,
                                const std::vector<wire::Value>& row) {
  const TableFacts& facts = index.tables()[table];
  for (const ColumnFacts& column : facts.columns) {
    const std::size_t c = column.id.column;
    if (column.schema->type != wire::ColumnType::text || c >= row.size() || !row[c].if_text())
      continue;
    int like = 0;
    for (const std::vector<wire::Value>& other : facts.schema->sample)
      if (&other != &row && c < other.size()) like += BeginsWithDigit(other[c]) ? 1 : 0;
    if (!BeginsWithDigit(row[c]) && like + 1 == static_cast<int>(facts.schema->sample.size()))
      return column.id;
  }
  return std::nullopt;
}

/// What reading the file found: labels that say total, and numbers that agree.
std::vector<wire::Value> KnownTotals(const wire::TableSchema& table, const ColumnFacts& column) {
  std::vector<wire::Value> values;
  for (const wire::TotalRows& totals : table.totals)
    if (totals.column == column.schema->name)
      for (const std::string& label : totals.labels) values.emplace_back(label);
  return values;
}

}  // namespace

void LeaveOutTotals(Scene& scene) {
  Intent& intent = scene.intent;
  if (!Spoilt(intent) || intent.home < 0) return;
  const TableFacts& table = scene.index.tables()[intent.home];
  bool left_out = false;
  for (const ColumnFacts& column : table.columns) {
    if (column.schema->type != wire::ColumnType::text || IsFiltered(intent, column.id)) continue;
    std::vector<wire::Value> totals = KnownTotals(*table.schema, column);
    for (const wire::ValueCount& entry : column.schema->profile.top_values) {
      const std::string* text = entry.value.if_text();
      if (text == nullptr) continue;
      const TotalName named = NamedAsTotal(scene.index, column, *text);
      const bool known = std::find(totals.begin(), totals.end(), entry.value) != totals.end();
      if (named == TotalName::yes && !known) totals.push_back(entry.value);
      if (known) continue;
      if (named != TotalName::perhaps || scene.Grouped(column.id)) continue;
      const auto way = scene.Choose("whether \"" + *text + "\" counts among the others", 2);
      if (!way) return;
      if (*way == 0) totals.push_back(entry.value);
    }
    if (totals.empty() || totals.size() == column.schema->profile.top_values.size()) continue;
    LeaveOut(scene, column, std::move(totals));
    left_out = true;
  }
  for (const Measure& measure : intent.measures) {
    if (left_out || measure.rows || measure.column.table != intent.home) continue;
    const auto* row = RowOfSum(*table.schema, scene.index.at(measure.column));
    const auto name = row != nullptr ? OddName(scene.index, intent.home, *row) : std::nullopt;
    if (!name || IsFiltered(intent, *name)) continue;
    LeaveOut(scene, scene.index.at(*name), {(*row)[name->column]});
    return;
  }
}

}  // namespace tabletalk::offline
