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
#include "offline/row_nouns.h"

#include <algorithm>
#include <set>
#include <string>

namespace tabletalk::offline {
namespace {

using WordSet = std::set<std::string_view>;

const WordSet kPersonTraits = {"age",      "gender",   "sex",        "birth",     "dob",
                               "salary",   "wage",     "lastname",   "surname",   "hired",
                               "alter",    "gehalt",   "name",       "firstname", "vorname",
                               "edad",     "sexo",     "geschlecht", "salario",   "monatsgehalt",
                               "nachname", "apellido", "nationality"};
const WordSet kPersons = {"member",      "patient", "employee", "student",   "customer", "client",
                          "user",        "patron",  "runner",   "person",    "guest",    "player",
                          "athlete",     "worker",  "visitor",  "passenger", "driver",   "rider",
                          "mitarbeiter", "kunde",   "cliente",  "empleado"};
const WordSet kTallies = {"qty",   "quantity", "unit",     "count",    "number",
                          "piece", "item",     "amount",   "total",    "unidades",
                          "menge", "anzahl",   "cantidad", "incident", "case"};
const WordSet kPeopleTallies = {
    "population", "pop",        "people",   "passenger",  "guest",      "visitor",
    "employee",   "member",     "student",  "killed",     "death",      "injured",
    "attendance", "attendee",   "user",     "subscriber", "inhabitant", "participant",
    "headcount",  "unemployed", "employed", "employment", "count",      "number"};

bool HasAny(const ColumnFacts& column, const WordSet& words) {
  const auto& name = column.phrases.front().words;
  return std::any_of(name.begin(), name.end(), [&](const std::string& word) {
    return words.contains(word) || words.contains(Singular(word));
  });
}

bool DescribesPeople(const TableFacts& table) {
  int traits = 0;
  for (const ColumnFacts& column : table.columns) traits += HasAny(column, kPersonTraits) ? 1 : 0;
  const auto& name = table.phrases.front().words;
  const bool named = std::any_of(name.begin(), name.end(), [](const std::string& word) {
    return kPersons.contains(Singular(word));
  });
  return named ? traits >= 1 : traits >= 2;
}

/// A person's key or name that stands in many rows.
bool PeopleRepeat(const TableFacts& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnFacts& column) {
    return !column.numeric && HasAny(column, kPersons) &&
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
  const WordSet& tallies = noun == RowNoun::person ? kPeopleTallies : kTallies;
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
  static const WordSet kIncome = {"fee",    "revenue", "income", "sale",   "turnover",
                                  "umsatz", "fare",    "salary", "profit", "importe"};
  return HasAny(column, kIncome);
}

bool CountsSuch(const ColumnFacts& column, RowNoun noun) {
  static const WordSet kHarmed = {"affected",  "homeless", "missing",
                                  "evacuated", "casualty", "rescued"};
  if (!column.numeric) return false;
  if (noun == RowNoun::person) return HasAny(column, kPeopleTallies) || HasAny(column, kHarmed);
  return HasAny(column, kTallies) || HasAny(column, {"sold"});
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

bool IsMoney(const ColumnFacts& column) {
  static const WordSet kMoney = {"cost",    "revenue", "price",   "fee",    "charge",  "budget",
                                 "importe", "umsatz",  "income",  "salary", "bill",    "profit",
                                 "spend",   "rent",    "payment", "fare",   "turnover"};
  if (!column.numeric) return false;
  for (std::string_view unit : {"€", "$", "£", "¥", "₽"})
    if (column.unit == unit) return true;
  return HasAny(column, kMoney);
}

std::optional<ColumnId> MoneyColumn(const SchemaIndex& index, int table) {
  static const WordSet kWhole = {"total",   "amount", "revenue", "sale",
                                 "importe", "umsatz", "charge"};
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
