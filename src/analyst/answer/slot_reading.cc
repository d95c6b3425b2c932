#include "analyst/answer/slot_reading.h"

#include <algorithm>
#include <cmath>

#include "analyst/answer/slots.h"
#include "analyst/card/business_words.h"
#include "analyst/card/preview.h"
#include "analyst/words.h"
#include "base/codec.h"

namespace tabletalk::analyst {
namespace {

constexpr double kLargestFraction = 1.5;  // Above it, a percentage was not meant as a fraction.

using Words = std::initializer_list<std::string_view>;

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool HasOneOf(const std::vector<std::string>& words, Words wanted) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
  });
}

/// What computed a run, as text.
std::string CodeOf(const wire::Run& run) {
  if (run.plan) return base::ToJsonText(base::ToJson(*run.plan));
  return run.python.empty() ? run.sql : run.python;
}

/// Whether something is multiplied by a hundred.
bool MakesPercent(const wire::Run& run) {
  std::string code;
  for (const char c : CodeOf(run))
    if (c != ' ' && c != '\n' && c != '"') code += c;
  for (const std::string_view times : {"*100", "100*", "100.0*", "calc:*,args:[100", ",100]"})
    if (code.find(times) != std::string::npos) return true;
  return false;
}

bool IsPeriod(std::string_view format) {
  return format == "day" || format == "week" || format == "month" || format == "quarter" ||
         format == "year";
}

/// How coarse a period is: a day is finer than a month.
int Coarseness(std::string_view period) {
  constexpr std::string_view kByLength[] = {"day", "week", "month", "quarter", "year"};
  return static_cast<int>(std::find(std::begin(kByLength), std::end(kByLength), period) -
                          std::begin(kByLength));
}

/// The one cell that a filled slot reads.
const wire::Value* CellAt(const wire::Table& table, const wire::NumberLink& link) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == link.column && link.row < table.rows.size())
      return &table.rows[link.row][i];
  return nullptr;
}

}  // namespace

SlotReader::SlotReader(const wire::DatasetSchema& dataset, std::string_view question,
                       const std::vector<wire::Run>& runs)
    : dataset_(dataset), question_(Lower(question)), runs_(runs) {
  tables_.reserve(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    tables_.push_back(runs[i].error ? std::nullopt : SlotTable(runs[i]));
    columns_.push_back(runs[i].error ? std::vector<ResultColumn>()
                                     : DescribeColumns(runs[i], dataset));
  }
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (tables_[i]) results_.push_back({RunName(i), runs[i].run_id, &*tables_[i]});
  for (std::string& word : NameWords(question)) words_.insert(std::move(word));
  const auto know = [&](std::string_view name) {
    for (std::string& word : NameWords(name)) words_.insert(std::move(word));
  };
  for (const wire::TableSchema& table : dataset.tables) {
    know(table.name);
    for (const wire::ColumnSchema& column : table.columns) {
      know(column.name);
      for (const std::string& synonym : column.synonyms) know(synonym);
      if (!column.unit) continue;
      know(*column.unit);
      units_.insert(*column.unit);
    }
  }
}

const wire::Table* SlotReader::table(std::size_t run) const {
  return tables_[run] ? &*tables_[run] : nullptr;
}

const wire::Column* SlotReader::ColumnOf(const SlotReading& slot) const {
  for (const wire::Column& column : tables_[slot.run]->columns)
    if (column.name == slot.column) return &column;
  return nullptr;
}

std::optional<SlotReading> SlotReader::Read(std::string_view slot) const {
  const auto [path, format] = SplitFormat(slot);
  SlotReading read;
  read.path = path;
  read.format = format;
  bool found = false;
  for (std::size_t i = 0; i < runs_.size() && !found; ++i) {
    found = tables_[i] && read.path.starts_with(RunName(i) + ".");
    if (found) read.run = i;
  }
  if (!found) return std::nullopt;
  read.list = read.path.find(".list(") != std::string::npos;
  // The longest name that the path ends with: names may have dots and brackets.
  for (const wire::Column& column : tables_[read.run]->columns) {
    const std::string plain = SlotText(RunName(read.run), "x", column.name, "");
    const std::string tail =
        plain.substr(RunName(read.run).size() + 4, plain.size() - RunName(read.run).size() - 6);
    if (read.path.ends_with(tail) && column.name.size() > read.column.size())
      read.column = column.name;
  }
  const auto filled =
      narrative::FillTemplate("{{" + WithFormat(read.path, "plain") + "}}", {}, results_);
  if (filled.has_error()) return read;
  read.text = true;
  if (filled->numbers.size() != 1 || read.list) return read;
  const wire::NumberLink& link = filled->numbers.front();
  if (link.column.empty()) {
    read.number = std::stod(link.text);
  } else if (const wire::Value* cell = CellAt(*tables_[read.run], link)) {
    read.number = cell->AsNumber();
  }
  read.text = !read.number;
  return read;
}

double SlotReader::LargestSize(const SlotReading& slot) const {
  const wire::Table& table = *tables_[slot.run];
  double largest = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].name != slot.column) continue;
    for (const auto& row : table.rows)
      if (const auto number = row[c].AsNumber()) largest = std::max(largest, std::abs(*number));
  }
  return largest;
}

bool SlotReader::IsWhole(const SlotReading& slot) const {
  const wire::Column* column = ColumnOf(slot);
  return slot.column.empty() || (column != nullptr && column->type == wire::ColumnType::integer);
}

bool SlotReader::IsKnownUnit(const std::string& unit) const {
  if (units_.contains(unit)) return true;
  const std::vector<std::string> words = NameWords(unit);
  return !words.empty() && std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return word.size() > 2 && words_.contains(word);
  });
}

std::vector<std::string> SlotReader::WordsOf(const SlotReading& slot) const {
  std::vector<std::string> words = NameWords(slot.column);
  const auto add = [&](std::string_view text) {
    for (std::string& word : NameWords(text)) words.push_back(std::move(word));
    if (text.find('%') != std::string_view::npos) words.emplace_back("%");
  };
  add(slot.column);
  for (const ResultColumn& column : columns_[slot.run])
    if (column.name == slot.column) add(column.noun);
  const std::vector<std::string> own = words;
  for (const wire::TableSchema& table : dataset_.tables)
    for (const wire::ColumnSchema& column : table.columns) {
      // "total_revenue" is of the column "revenue".
      const std::vector<std::string> name = NameWords(column.name);
      if (name.empty() || !std::all_of(name.begin(), name.end(), [&](const std::string& word) {
            return std::find(own.begin(), own.end(), word) != own.end();
          }))
        continue;
      add(column.unit.value_or(""));
      add(column.description);
    }
  return words;
}

bool SlotReader::Counts(const SlotReading& slot) const {
  if (slot.column.empty()) return true;
  for (const ResultColumn& column : columns_[slot.run])
    if (column.name == slot.column && column.counts) return true;
  const std::vector<std::string> words = NameWords(slot.column);
  if (HasOneOf(words, {"count", "cnt", "number", "num", "n", "qty", "quantity", "rank", "id",
                       "year", "rows", "anzahl", "nombre"}))
    return true;
  // An integer that no column of the data is called like, beside a count.
  const std::string code = Lower(CodeOf(runs_[slot.run]));
  const bool of_data = std::any_of(
      dataset_.tables.begin(), dataset_.tables.end(),
      [&](const wire::TableSchema& table) { return table.Find(slot.column) != nullptr; });
  return !runs_[slot.run].plan && IsWhole(slot) && !of_data &&
         (code.find("count(") != std::string::npos || code.find("len(") != std::string::npos ||
          code.find("size") != std::string::npos);
}

Percent SlotReader::PercentOf(const SlotReading& slot) const {
  if (slot.column.empty()) return Percent::none;
  const std::string known = KnownFormat(slot);
  if (known == "percent") return Percent::fraction;
  if (known == "unit:%") return Percent::points;
  if (known != "auto" && !known.starts_with("fixed:")) return Percent::none;
  if (Counts(slot)) return Percent::none;
  const std::vector<std::string> words = WordsOf(slot);
  const bool named = HasOneOf(words, {"percent", "percentage", "pct", "perc", "%", "prozent",
                                      "pourcentage", "porcentaje", "percentuale"});
  const bool multiplied = MakesPercent(runs_[slot.run]);
  if (LargestSize(slot) > kLargestFraction) {
    const bool asked = question_.find('%') != std::string::npos ||
                       question_.find("percent") != std::string::npos ||
                       question_.find("prozent") != std::string::npos;
    const bool relative = HasOneOf(words, {"share", "rate", "ratio", "proportion", "growth",
                                           "change", "margin", "anteil", "quote"});
    if (named || (relative && (multiplied || asked))) return Percent::points;
    return multiplied && !IsWhole(slot) && tables_[slot.run]->columns.size() <= 2 ? Percent::points
                                                                                  : Percent::none;
  }
  if (IsWhole(slot)) return Percent::none;
  if (!multiplied) return Percent::fraction;
  return named ? Percent::points : Percent::unsure;
}

bool SlotReader::MayBeMoney(const SlotReading& slot, std::string_view currency) const {
  struct Name {
    std::string_view code, sign, word, words;
  };
  constexpr Name kNames[] = {{"EUR", "€", "euro", "euros"},
                             {"USD", "$", "dollar", "dollars"},
                             {"GBP", "£", "pound", "pounds"},
                             {"¥", "¥", "yen", "yuan"}};
  const Name* name = std::find_if(std::begin(kNames), std::end(kNames),
                                  [&](const Name& one) { return one.code == currency; });
  if (name == std::end(kNames) || Counts(slot)) return false;
  const std::vector<std::string> words = WordsOf(slot);
  for (const Name& other : kNames)  // "amount_eur" is no dollars.
    if (other.code != currency && HasOneOf(words, {Lower(other.code), other.word, other.words}))
      return false;
  return units_.contains(std::string(name->code)) || units_.contains(std::string(name->sign)) ||
         question_.find(name->sign) != std::string::npos || words_.contains(Lower(name->code)) ||
         words_.contains(std::string(name->word)) || words_.contains(std::string(name->words)) ||
         HasOneOf(words, {Lower(name->code), name->word, name->words});
}

bool SlotReader::NamesPart(const SlotReading& slot, std::string_view part) const {
  const std::vector<std::string> words = NameWords(slot.column);
  if (part == "weekday") {
    // Python counts the days from nought.
    if (runs_[slot.run].kind == wire::RunKind::python) return false;
    return HasOneOf(words, {"weekday", "day", "dow", "isodow", "wd", "wochentag"});
  }
  if (part == "monthname") return HasOneOf(words, {"month", "mon", "monat", "mois", "mes"});
  return HasOneOf(words, {"hour", "hr", "stunde", "heure", "hora"});
}

std::string SlotReader::KnownFormat(const SlotReading& slot) const {
  for (const ResultColumn& column : columns_[slot.run])
    if (column.name == slot.column) return column.format;
  const wire::Table& table = *tables_[slot.run];
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == slot.column) return FormatOfDigits(table, i, runs_[slot.run]);
  return "auto";
}

std::string SlotReader::SettledPeriod(const std::string& known, const std::string& wished) const {
  // A month has no first day to tell of.
  const bool finer = !IsPeriod(wished) || Coarseness(wished) < Coarseness(known);
  return finer ? known : wished;
}

std::string SlotReader::Settled(const SlotReading& slot, bool bare) const {
  const std::string known = KnownFormat(slot);
  const std::string& wished = slot.format;
  const std::string name = wished.substr(0, wished.find(':'));
  const std::string argument =
      name.size() < wished.size() ? wished.substr(name.size() + 1) : std::string();
  const bool own = known != "auto" && !known.starts_with("fixed:");
  if (wished.empty() || name == "auto") {
    if (bare && slot.number && !known.starts_with("fixed:")) return "plain";
    return slot.column.empty() ? wished : known;
  }
  if (bare && (name == "plain" || name == "fixed")) return wished;
  if (IsPeriod(known)) return SettledPeriod(known, wished);
  if (name == "fixed") return own && known != "plain" ? known : wished;
  if (name == "count") {
    const bool whole = slot.number && std::floor(*slot.number) == *slot.number;
    return (own && known != "plain") || (slot.number && !whole) ? known : wished;
  }
  if (name == "verb" || name == "plain") return wished;
  if (name == "money" || name == "unit") {
    if (own) return known;
    if (name == "money" && Counts(slot)) return known;
    return IsKnownUnit(argument) || MayBeMoney(slot, argument) ? wished : known;
  }
  if (name == "percent") {
    switch (PercentOf(slot)) {
      case Percent::fraction: return "percent";
      case Percent::points: return "unit:%";
      case Percent::none:
      case Percent::unsure: return known;
    }
  }
  if (name == "strength") return LargestSize(slot) <= 1 ? wished : known;
  if (name == "weekday" || name == "monthname" || name == "hour")
    return known == "auto" && NamesPart(slot, name) ? wished : known;
  return wished;
}

}  // namespace tabletalk::analyst
