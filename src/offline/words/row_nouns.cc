// "How many people joined in 2022?" on a table of gym members asks for rows, though no name in the
// schema says "people". A generic noun is taken for the rows only where nothing else in the table
// could be meant:
//
//   - a column that holds a number of such things (population, qty, guests) might be what is asked
//     for, so then the noun stays unexplained and the question is refused;
//   - people are rows only where the columns describe a person (age, gender, salary), and no key of
//     a person repeats: a table of visits has fewer patients than rows;
//   - where several tables are at hand, a generic noun does not tell which.
//
// Nouns that could restrict the rows ("managers", "laptops") are never generic.
#include "offline/words/row_nouns.h"

#include <algorithm>
#include <string>

#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

WordSet Tallies(std::string_view kind) { return WordsOf("names", "tallies", kind); }
WordSet Money(std::string_view kind) { return WordsOf("names", "money", kind); }

bool HasAny(const ColumnFacts& column, const WordSet& words) {
  const auto& name = column.phrases.front().words;
  return std::any_of(name.begin(), name.end(), [&](const std::string& word) {
    return words.contains(word) || words.contains(Singular(word));
  });
}

const WordSet& Persons() {
  static const WordSet kPersons = WordsOf("names", "people", "persons");
  return kPersons;
}
const WordSet& PeopleTallies() {
  static const WordSet kTallies = Tallies("people");
  return kTallies;
}
const WordSet& ThingTallies() {
  static const WordSet kTallies = Tallies("things");
  return kTallies;
}

bool DescribesPeople(const TableFacts& table) {
  static const WordSet kPersonTraits = WordsOf("names", "people", "traits");
  int traits = 0;
  for (const ColumnFacts& column : table.columns) traits += HasAny(column, kPersonTraits) ? 1 : 0;
  const auto& name = table.phrases.front().words;
  const bool named = std::any_of(name.begin(), name.end(), [](const std::string& word) {
    return Persons().contains(Singular(word));
  });
  return named ? traits >= 1 : traits >= 2;
}

/// A person's key or name that stands in many rows.
bool PeopleRepeat(const TableFacts& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnFacts& column) {
    return !column.numeric && HasAny(column, Persons()) &&
           column.schema->profile.distinct * 10 < table.schema->rows * 9 &&
           (column.identifier || column.schema->profile.distinct * 4 > table.schema->rows);
  });
}

}  // namespace

RowNoun NounOf(const CuePhrase& cue) {
  return cue.hint == "person"  ? RowNoun::person
         : cue.hint == "thing" ? RowNoun::thing
                               : RowNoun::event;
}

bool CanMeanRows(const SchemaIndex& index, int table, RowNoun noun) {
  if (index.tables().size() != 1 || table < 0) return false;
  const TableFacts& facts = index.tables()[table];
  const WordSet& tallies = noun == RowNoun::person ? PeopleTallies() : ThingTallies();
  for (const ColumnFacts& column : facts.columns)
    if (column.numeric && column.additivity != Additivity::does_not && !IsMoney(column) &&
        HasAny(column, tallies))
      return false;
  if (noun != RowNoun::person)  // Rows of a tally ("orders a day") are not the things themselves.
    return std::none_of(facts.columns.begin(), facts.columns.end(), [](const ColumnFacts& column) {
      return column.numeric && column.additivity == Additivity::adds_up && !IsMoney(column);
    });
  return DescribesPeople(facts) && !PeopleRepeat(facts);
}

bool IsIncome(const ColumnFacts& column) {
  static const WordSet kIncome = Money("income");
  return HasAny(column, kIncome);
}

bool CountsSuch(const ColumnFacts& column, RowNoun noun) {
  static const WordSet kHarmed = Tallies("harmed people"), kSold = Tallies("sold things");
  if (!column.numeric) return false;
  if (noun == RowNoun::person) return HasAny(column, PeopleTallies()) || HasAny(column, kHarmed);
  return HasAny(column, ThingTallies()) || HasAny(column, kSold);
}

bool NamesPeople(const SchemaIndex& index, ColumnId id) {
  const ColumnFacts& column = index.at(id);
  const TableFacts& table = index.tables()[id.table];
  return column.schema->type == wire::ColumnType::text && !column.identifier &&
         column.schema->profile.nulls == 0 && DescribesPeople(table) &&
         column.schema->profile.distinct * 4 >= table.schema->rows * 3;
}

std::optional<ColumnId> PersonColumn(const SchemaIndex& index, int table) {
  std::optional<ColumnId> found;
  for (const ColumnFacts& column : index.tables()[table].columns) {
    if (!NamesPeople(index, column.id)) continue;
    if (found) return std::nullopt;
    found = column.id;
  }
  return found;
}

std::optional<ColumnId> WhoOf(const SchemaIndex& index, int table) {
  if (const auto person = PersonColumn(index, table)) return person;
  std::optional<ColumnId> named, key;
  int names = 0, keys = 0;
  for (const ColumnFacts& column : index.tables()[table].columns) {
    if (column.numeric || column.time || !HasAny(column, Persons())) continue;
    if (column.schema->profile.distinct * 20 < index.tables()[table].schema->rows) continue;
    if (column.identifier)
      key = column.id, ++keys;
    else if (column.schema->type == wire::ColumnType::text)
      named = column.id, ++names;
  }
  if (names == 1) return named;
  const auto label = index.LabelColumn(table);
  if (names == 0 && label && DescribesPeople(index.tables()[table])) return label;
  return names == 0 && keys == 1 ? key : std::nullopt;
}

bool IsMoney(const ColumnFacts& column) {
  static const WordSet kMoney = Money("amounts");
  if (!column.numeric) return false;
  for (std::string_view unit : {"€", "$", "£", "¥", "₽"})
    if (column.unit == unit) return true;
  return HasAny(column, kMoney);
}

std::optional<ColumnId> MoneyColumn(const SchemaIndex& index, int table) {
  static const WordSet kWhole = Money("whole");
  std::optional<ColumnId> any, whole;
  int all = 0, wholes = 0;
  for (const ColumnFacts& column : index.tables()[table].columns) {
    if (!IsMoney(column) || column.additivity != Additivity::adds_up) continue;
    any = column.id, ++all;
    if (HasAny(column, kWhole)) whole = column.id, ++wholes;
  }
  if (wholes == 1) return whole;
  return all == 1 ? any : std::nullopt;
}

}  // namespace tabletalk::offline
