#include "offline/schema_index.h"

#include <algorithm>
#include <array>

#include "offline/words/text.h"

namespace tabletalk::offline {
namespace {

constexpr std::size_t kMostWordsOfName = 5;

NamePhrase PhraseOf(std::vector<std::string> words, bool synonym) {
  NamePhrase phrase;
  phrase.words = std::move(words);
  phrase.synonym = synonym;
  bool any_heavy = false;
  for (const std::string& word : phrase.words) {
    phrase.stems.push_back(Stem(word));
    const bool light = IsLightNameWord(word);
    phrase.light.push_back(light);
    any_heavy = any_heavy || !light;
  }
  if (!any_heavy) phrase.light.assign(phrase.words.size(), false);
  return phrase;
}

/// What stands in brackets is a unit or a remark: "Wait Time (min)", "Rating (1-5)".
void LightenBrackets(NamePhrase& phrase, const std::string& name) {
  const auto open = name.find_first_of("([");
  const std::size_t outside = NameWords(name.substr(0, open)).size();
  if (open == std::string::npos || outside == 0) return;
  for (std::size_t i = outside; i < phrase.light.size(); ++i) phrase.light[i] = true;
}

bool HasWord(const ColumnFacts& column, std::initializer_list<std::string_view> words) {
  for (const std::string& word : column.phrases.front().words)
    if (std::find(words.begin(), words.end(), word) != words.end()) return true;
  return false;
}

bool IsYearColumn(const ColumnFacts& facts) {
  if (facts.schema->type != wire::ColumnType::integer) return false;
  if (!HasWord(facts, {"year", "years", "yr", "\u0433\u043e\u0434", "\u5e74"})) return false;
  const auto low = facts.schema->profile.min.AsNumber();
  const auto high = facts.schema->profile.max.AsNumber();
  return low && high && *low >= 1000 && *high <= 2200;
}

/// Whole numbers that number the rows: "Trip No", "Visit #". Nobody adds them up.
bool NumbersTheRows(const ColumnFacts& facts, std::uint64_t rows) {
  const auto& profile = facts.schema->profile;
  if (facts.schema->type != wire::ColumnType::integer || facts.year || rows < 2) return false;
  const std::string& name = facts.schema->name;
  const std::string& last = facts.phrases.front().words.back();
  const bool named = last == "no" || last == "nr" || last == "num" || last == "number" ||
                     last == "index" || last == "idx" || last == "key" || last == "code" ||
                     name.ends_with('#');
  if (named && profile.distinct * 2 >= rows) return true;
  const auto low = profile.min.AsNumber(), high = profile.max.AsNumber();
  const bool running =
      facts.unique && low && high && *high - *low + 1 <= 1.01 * static_cast<double>(rows);
  return running && facts.id.column == 0 &&
         !HasWord(facts, {"rank", "position", "place", "day", "week", "age", "month"});
}

/// A unit in brackets or as the last word: "Distance (km)", "body_mass_g".
std::string UnitOf(const wire::ColumnSchema& column, const NamePhrase& name) {
  if (column.unit && !column.unit->empty()) return NormalUnit(*column.unit);
  for (const auto& [open, close] :
       {std::pair{"(", ")"}, std::pair{"[", "]"}, std::pair{"（", "）"}}) {
    const auto at = column.name.find(open);
    const auto end = column.name.find(close);
    if (at == std::string::npos || end == std::string::npos || end < at) continue;
    const std::size_t skip = std::string_view(open).size();
    return NormalUnit(column.name.substr(at + skip, end - at - skip));
  }
  if (const auto comma = column.name.rfind(", "); comma != std::string::npos)
    return NormalUnit(column.name.substr(comma + 2));
  static constexpr std::array<std::string_view, 18> kSuffixes = {
      "g",   "kg",    "mm",      "cm",  "m",   "km",  "mi",  "lb", "min",
      "sec", "hours", "minutes", "usd", "eur", "pct", "kwh", "c",  "v"};
  const std::string& last = name.words.back();
  if (name.words.size() > 1 &&
      std::find(kSuffixes.begin(), kSuffixes.end(), last) != kSuffixes.end())
    return NormalUnit(last);
  return "";
}

bool OneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// 0 and 1, both there and nothing else. A column that only has one of them is a number.
bool IsZeroOne(const ColumnFacts& facts) {
  const auto& profile = facts.schema->profile;
  if (facts.schema->type != wire::ColumnType::integer || profile.distinct != 2) return false;
  return profile.min.AsNumber() == 0.0 && profile.max.AsNumber() == 1.0;
}

/// Columns of answers: yes and no in any spelling, with or without values that say neither.
void FindAnswers(ColumnFacts& facts) {
  if (facts.schema->type == wire::ColumnType::boolean) {
    facts.yes = {wire::Value(true)};
    facts.no = {wire::Value(false)};
    return;
  }
  if (IsZeroOne(facts)) {
    facts.yes = {wire::Value(std::int64_t{1})};
    facts.no = {wire::Value(std::int64_t{0})};
    return;
  }
  const auto& profile = facts.schema->profile;
  if (facts.schema->type != wire::ColumnType::text || !profile.top_values_complete ||
      profile.top_values.size() > 12)
    return;
  std::vector<wire::Value> yes, no;
  for (const wire::ValueCount& entry : profile.top_values) {
    const std::string* text = entry.value.if_text();
    if (text == nullptr) return;
    const std::vector<std::string> words = NameWords(*text);
    const std::string word = words.size() == 1 ? words.front() : Join(words);
    if (OneOf(word, {"yes", "y", "true", "t", "1", "x"}))
      yes.push_back(entry.value);
    else if (OneOf(word, {"no", "n", "false", "f", "0"}))
      no.push_back(entry.value);
    else if (!OneOf(word, {"", "n a", "na", "unknown", "none", "null"}))
      return;
  }
  if (yes.empty() || (no.empty() && profile.top_values.size() > 1)) return;
  facts.yes = std::move(yes);
  facts.no = std::move(no);
}

/// "4 615 455[3 106 000-6 661 000]", "$1.2k (est.)": text in which most values begin with a digit,
/// and not codes ("01001"), which are digits throughout.
bool BeginsWithNumbers(const wire::ColumnSchema& column) {
  if (column.type != wire::ColumnType::text || column.profile.top_values.empty()) return false;
  const std::vector<std::string> name = NameWords(column.name);
  if (!name.empty() &&
      OneOf(name.back(), {"no",   "nr",   "number",  "num",   "ref",      "code",    "id",
                          "key",  "sku",  "phone",   "zip",   "postcode", "version", "account",
                          "time", "date", "address", "range", "group",    "band"}))
    return false;
  std::size_t numbers = 0, codes = 0;
  for (const wire::ValueCount& entry : column.profile.top_values) {
    const std::string* text = entry.value.if_text();
    if (text == nullptr || text->empty()) continue;
    const std::size_t at = text->find_first_not_of("$ (-+<>~");
    const bool clock_or_date = text->find(':') != std::string::npos ||
                               std::count(text->begin(), text->end(), '-') > 1 ||
                               text->find('/') != std::string::npos;
    numbers += at != std::string::npos && (*text)[at] >= '0' && (*text)[at] <= '9' && !clock_or_date
                   ? 1
                   : 0;
    codes += text->find_first_not_of("0123456789") == std::string::npos ? 1 : 0;
  }
  if (codes == column.profile.top_values.size()) return false;
  return numbers * 10 >= column.profile.top_values.size() * 7;
}

/// "(in millions)", "revenue_k", "Budget (000s)": what one of the column's numbers stands for.
double ScaleOf(const wire::ColumnSchema& column, const NamePhrase& name) {
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(name.words.begin(), name.words.end(),
                       [&](const std::string& word) { return OneOf(word, words); });
  };
  if (!wire::IsNumeric(column.type)) return 1;
  if (has({"millions", "million", "mio", "mn", "mln"})) return 1e6;
  if (has({"billions", "billion", "bn", "bln"})) return 1e9;
  if (has({"thousands", "thousand", "000s", "000", "tsd"})) return 1e3;
  if (name.words.size() > 1 && name.words.back() == "k") return 1e3;
  return 1;
}

}  // namespace

std::string StemKey(std::string_view text) {
  std::string key;
  for (const Token& token : Tokenize(text)) {
    if (token.kind == TokenKind::symbol) continue;
    if (!key.empty()) key += ' ';
    key += token.kind == TokenKind::quoted ? StemKey(token.text) : token.stem;
  }
  return key;
}

SchemaIndex::SchemaIndex(const wire::DatasetSchema& dataset) : dataset_(&dataset) {
  for (std::size_t i = 0; i < dataset.tables.size(); ++i)
    AddTable(dataset.tables[i], static_cast<int>(i));
  const auto note = [&](const NamePhrase& phrase) {
    for (std::size_t i = 0; i < phrase.stems.size(); ++i)
      if (!phrase.light[i]) name_stems_.insert(phrase.stems[i]);
  };
  for (const TableFacts& table : tables_) {
    for (const NamePhrase& phrase : table.phrases) note(phrase);
    for (const ColumnFacts& column : table.columns) {
      AddValues(column);
      for (const NamePhrase& phrase : column.phrases) note(phrase);
    }
  }
}

void SchemaIndex::AddTable(const wire::TableSchema& table, int index) {
  TableFacts facts;
  facts.schema = &table;
  std::vector<std::string> words = NameWords(table.name);
  const auto is_number = [](const std::string& word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  while (words.size() > 1 && is_number(words.back())) words.pop_back();  // "Exam Results 2024"
  facts.phrases.push_back(PhraseOf(std::move(words), false));
  for (const std::string& synonym : table.synonyms)
    facts.phrases.push_back(PhraseOf(NameWords(synonym), true));
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const wire::ColumnSchema& column = table.columns[c];
    ColumnFacts out;
    out.id = {index, static_cast<int>(c)};
    out.schema = &column;
    out.phrases.push_back(PhraseOf(NameWords(column.name), false));
    LightenBrackets(out.phrases.front(), column.name);
    if (out.phrases.front().words.empty())
      out.phrases.front() = PhraseOf({Lower(column.name)}, false);
    for (const std::string& synonym : column.synonyms)
      out.phrases.push_back(PhraseOf(NameWords(synonym), true));
    out.unit = UnitOf(column, out.phrases.front());
    out.year = IsYearColumn(out);
    out.time = out.year || wire::IsTemporal(column.type);
    out.unique =
        table.rows > 0 && column.profile.nulls == 0 && column.profile.distinct >= table.rows;
    out.identifier = column.role == wire::ColumnRole::identifier ||
                     HasWord(out, {"id", "uuid", "zip", "zipcode", "postcode", "fips", "phone"}) ||
                     NumbersTheRows(out, table.rows);
    out.numeric = wire::IsNumeric(column.type) && !out.identifier && !out.year;
    out.additivity = AdditivityOf(out.phrases.front().words, out.unit);
    out.prose_number = BeginsWithNumbers(column);
    out.scale = ScaleOf(column, out.phrases.front());
    FindAnswers(out);
    facts.columns.push_back(std::move(out));
  }
  tables_.push_back(std::move(facts));
}

void SchemaIndex::AddValues(const ColumnFacts& column) {
  if (column.schema->type != wire::ColumnType::text || !column.yes.empty()) return;
  for (const wire::ValueCount& entry : column.schema->profile.top_values) {
    const std::string* text = entry.value.if_text();
    if (text == nullptr || text->size() > 200) continue;
    const std::string key = StemKey(*text);
    if (key.empty()) continue;
    const std::size_t words = static_cast<std::size_t>(std::count(key.begin(), key.end(), ' ')) + 1;
    const ValueEntry value{column.id, &entry.value, words};
    values_[key].push_back(value);
    if (words == 1) {
      one_word_values_.emplace_back(key, value);
      continue;
    }
    // A sentence is not called by one of its words.
    const bool prose = words > kMostWordsOfName || column.schema->profile.distinct * 2 >
                                                       tables_[column.id.table].schema->rows + 20;
    std::size_t at = prose ? key.size() : 0;
    while (at < key.size()) {
      const std::size_t end = std::min(key.find(' ', at), key.size());
      auto& entries = values_by_word_[key.substr(at, end - at)];
      if (entries.empty() || entries.back().value != value.value) entries.push_back(value);
      at = end + 1;
    }
  }
}

const std::vector<ValueEntry>* SchemaIndex::ValuesNamed(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}
const std::vector<ValueEntry>* SchemaIndex::ValuesWith(const std::string& stem) const {
  const auto found = values_by_word_.find(stem);
  return found == values_by_word_.end() ? nullptr : &found->second;
}

std::optional<ColumnId> SchemaIndex::LabelColumn(int table) const {
  const TableFacts& facts = tables_[table];
  std::optional<ColumnId> named, unique, suffixed;
  int suffixed_count = 0, unique_count = 0;
  const std::string head =
      Stem(facts.phrases.front().words.empty() ? "" : facts.phrases.front().words.back());
  for (const ColumnFacts& column : facts.columns) {
    if (column.schema->type != wire::ColumnType::text) continue;
    const auto& stems = column.phrases.front().stems;
    if (stems.size() == 1 &&
        (stems[0] == "nam" || stems[0] == "name" || stems[0] == "titl" || stems[0] == head)) {
      if (!named) named = column.id;
    } else if (stems.back() == "name" || stems.back() == "nam" || stems.back() == "titl") {
      suffixed = column.id;
      ++suffixed_count;
    } else if (column.unique) {
      unique = column.id;
      ++unique_count;
    }
  }
  if (named) return named;
  if (suffixed_count == 1) return suffixed;
  if (suffixed_count == 0 && unique_count == 1) return unique;
  return std::nullopt;
}

bool SchemaIndex::NamesRows(ColumnId id) const {
  const ColumnFacts& column = at(id);
  if (column.unique) return true;
  const std::uint64_t rows = tables_[id.table].schema->rows;
  return column.schema->type == wire::ColumnType::text && column.schema->profile.nulls == 0 &&
         rows >= 10 && column.schema->profile.distinct * 10 >= rows * 9;
}

std::vector<ColumnId> SchemaIndex::TimeColumns(int table) const {
  std::vector<ColumnId> columns;
  for (const ColumnFacts& column : tables_[table].columns)
    if (column.time) columns.push_back(column.id);
  return columns;
}

std::optional<ColumnId> SchemaIndex::MainTime(int table, bool* chosen_among_several) const {
  *chosen_among_several = false;
  const std::vector<ColumnId> columns = TimeColumns(table);
  if (columns.empty()) return std::nullopt;
  if (columns.size() == 1) return columns.front();
  // Real dates before year numbers; then a column without gaps that is named for the row itself.
  *chosen_among_several = true;
  std::optional<ColumnId> best;
  int best_score = -1;
  bool tie = false;
  for (const ColumnId id : columns) {
    const int score = EventScore(id);
    tie = score == best_score ? true : score > best_score ? false : tie;
    if (score > best_score) best = id, best_score = score;
  }
  return tie ? std::nullopt : best;
}

int SchemaIndex::EventScore(ColumnId id) const {
  const ColumnFacts& column = at(id);
  const auto& table_words = tables_[id.table].phrases.front().words;
  const auto& words = column.phrases.front().words;
  const auto& stems = column.phrases.front().stems;
  const std::string row = table_words.empty() ? "" : Stem(table_words.back());
  int score = column.year ? 0 : 4;
  if (column.schema->profile.nulls == 0) score += 3;
  if (std::find(stems.begin(), stems.end(), row) != stems.end()) score += 2;
  if (HasWord(column, {"created", "order", "ordered", "placed", "opened", "start", "started",
                       "visit", "event", "reported", "measured"}))
    score += 2;
  if (words.size() == 1 && (words[0] == "date" || words[0] == "time" || words[0] == "timestamp"))
    score += 2;
  if (HasWord(column, {"birth", "born", "dob", "updated", "modified", "shipped", "closed", "ended",
                       "resolved", "last", "hired", "joined", "installed", "built", "founded",
                       "due", "expiry", "bought", "restocked"}))
    score -= 7;
  return std::max(score, 0);
}

std::string SchemaIndex::DisplayName(ColumnId id) const {
  const std::string& name = at(id).schema->name;
  for (const TableFacts& table : tables_) {
    if (table.schema == tables_[id.table].schema || table.schema->Find(name) == nullptr) continue;
    return tables_[id.table].schema->name + "." + name;
  }
  return name;
}

}  // namespace tabletalk::offline
