// Words for what a row is, where the table does not say: people, devices, cases.
#pragma once

#include <optional>
#include <string_view>

#include "offline/schema_index.h"
#include "offline/words/lexicon.h"

namespace tabletalk::offline {

/// What a generic noun stands for.
enum class RowNoun {
  person,  ///< people, participants, employees
  thing,   ///< items, devices
  event,   ///< cases, incidents, times
};

RowNoun NounOf(const CuePhrase& cue);

/// True if a generic noun of this kind can only mean the rows of `table`.
bool CanMeanRows(const SchemaIndex& index, int table, RowNoun noun);

/// True if the column has people's names, which two rows may share, and each row is one of them.
bool NamesPeople(const SchemaIndex& index, ColumnId id);

/// The one column of such names, or null.
std::optional<ColumnId> PersonColumn(const SchemaIndex& index, int table);

/// The column that says who a row of the table is about: a name, else a key of persons.
std::optional<ColumnId> WhoOf(const SchemaIndex& index, int table);

/// The one column that says how much money a row is about ("Amount", "total_eur"); null where none
/// or several could.
std::optional<ColumnId> MoneyColumn(const SchemaIndex& index, int table);

/// True if the money comes in, as its name tells: nobody spends a fee that members pay.
bool IsIncome(const ColumnFacts& column);

/// True if the column holds numbers of such people or things: "deaths", "qty".
bool CountsSuch(const ColumnFacts& column, RowNoun noun);

/// True if the column holds amounts of money: by its unit, else by its name.
bool IsMoney(const ColumnFacts& column);

}  // namespace tabletalk::offline
