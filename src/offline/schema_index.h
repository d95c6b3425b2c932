// A dataset's schema, prepared for linking: the words of every name, what each column can be used
// for, and where every listed value stands.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "offline/words/text.h"
#include "offline/words/thesaurus.h"
#include "wire/schema.h"

namespace tabletalk::offline {

/// A column by position: dataset.tables[table].columns[column].
struct ColumnId {
  int table = -1;
  int column = -1;
  auto operator<=>(const ColumnId&) const = default;
};

/// One way to call a column or table, as stems; light words (units, "id") can be left out.
struct NamePhrase {
  std::vector<std::string> words;  ///< Lower case.
  std::vector<std::string> stems;
  std::vector<bool> light;
  bool synonym = false;  ///< From the registry, not the name itself.
};

struct ColumnFacts {
  ColumnId id;
  const wire::ColumnSchema* schema = nullptr;
  std::vector<NamePhrase> phrases;  ///< The name first, then its synonyms.
  std::string unit;                 ///< Normalised; from the schema or from the name.
  Additivity additivity = Additivity::unclear;
  bool numeric = false;  ///< Can be measured: a number that is no identifier or year.
  bool year = false;     ///< Whole numbers that are years.
  bool time = false;     ///< A date, a timestamp or a year.
  bool unique = false;   ///< No value twice and none missing.
  bool identifier = false;
  bool prose_number = false;  ///< Text that begins with digits: "4 615 [3 106-6 661]".
  /// What the numbers count in, as the name says: 1e6 for "Viewers (in millions)", else 1.
  double scale = 1;
  /// For a column of answers (yes/no in any spelling, true/false, 0/1): the values that say yes,
  /// and those that say no. Both empty for every other column.
  std::vector<wire::Value> yes, no;
};

struct TableFacts {
  const wire::TableSchema* schema = nullptr;
  std::vector<NamePhrase> phrases;
  std::vector<ColumnFacts> columns;
};

struct ValueEntry {
  ColumnId column;
  const wire::Value* value = nullptr;
  std::size_t words = 0;  ///< Words of the value, for judging a partial match.
};

/// Immutable after construction; keeps pointers into `dataset`, which must outlive it.
class SchemaIndex {
 public:
  explicit SchemaIndex(const wire::DatasetSchema& dataset);

  const wire::DatasetSchema& dataset() const { return *dataset_; }
  const std::vector<TableFacts>& tables() const { return tables_; }
  const ColumnFacts& at(ColumnId id) const { return tables_[id.table].columns[id.column]; }

  /// Values whose words, as stems joined by blanks, are exactly `key`.
  const std::vector<ValueEntry>* ValuesNamed(const std::string& key) const;
  /// Values of several words that have `stem` among them.
  const std::vector<ValueEntry>* ValuesWith(const std::string& stem) const;
  /// Values of one word, for spelling and kinship: pairs of stem and entry.
  const std::vector<std::pair<std::string, ValueEntry>>& one_word_values() const {
    return one_word_values_;
  }

  /// True if a name of the schema, units and labels aside, has the word.
  bool HasNameWord(const Token& token) const { return name_stems_.contains(token.stem); }

  /// The column that names what a row of the table is ("name", "Model Name"), if one stands out.
  std::optional<ColumnId> LabelColumn(int table) const;
  /// True if the column tells the rows apart, but for a name that two may share.
  bool NamesRows(ColumnId id) const;
  /// The column that says when a row happened; null where none or several could.
  std::optional<ColumnId> MainTime(int table, bool* chosen_among_several) const;
  std::vector<ColumnId> TimeColumns(int table) const;
  /// How likely the column says when a row happened, against others: 0 for an attribute such as a
  /// birthday, more for a complete column that is named for the event.
  int EventScore(ColumnId id) const;

  /// "Model Name" as in the data; with its table where two tables have it.
  std::string DisplayName(ColumnId id) const;

 private:
  void AddTable(const wire::TableSchema& table, int index);
  void AddValues(const ColumnFacts& column);

  const wire::DatasetSchema* dataset_;
  std::vector<TableFacts> tables_;
  std::unordered_map<std::string, std::vector<ValueEntry>> values_;
  std::unordered_map<std::string, std::vector<ValueEntry>> values_by_word_;
  std::vector<std::pair<std::string, ValueEntry>> one_word_values_;
  std::unordered_set<std::string> name_stems_;
};

/// The stems of a value's or a name's words, joined by blanks.
std::string StemKey(std::string_view text);

}  // namespace tabletalk::offline
