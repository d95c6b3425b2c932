// The working state of one reading: the links of a cover as items, which of them have found a role,
// and the intent so far. The readers (read_filters.h, read_roles.h, settle.h) take turns on it; an
// item that no reader uses counts against the reading, so that nothing of the question is dropped.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "offline/intent.h"
#include "offline/linker.h"

namespace tabletalk::offline {

struct Item {
  Link link;
  bool used = false;
};

/// A span of time whose column is not settled yet.
struct PendingTime {
  TimeSpan span;
  std::optional<ColumnId> column;
};

/// What is counted, as far as the question says it.
struct RowsOf {
  int table;
};
struct ValuesOf {  ///< Its different values, or the rows that it names.
  ColumnId column;
};
struct Days {};
using Counted = std::variant<std::monostate, RowsOf, ValuesOf, Days>;

/// Where a question can be read in several ways. A strict reading stops at the first such place.
/// An exploring one goes on with one of the ways, and Next() walks through all of them.
class Forks {
 public:
  std::size_t Take(std::size_t ways);
  /// The next combination; false after the last. Call it after a reading.
  bool Next();

 private:
  std::vector<std::size_t> taken_, ways_;
  std::size_t at_ = 0;
};

struct Scene {
  /// `the_forks` is null for a strict reading.
  Scene(const SchemaIndex& the_index, const std::vector<Token>& the_tokens, const Cover& cover,
        Forks* the_forks = nullptr);

  const SchemaIndex& index;
  const std::vector<Token>& tokens;
  Forks* forks;
  std::vector<Item> items;
  Intent intent;
  std::vector<PendingTime> times;

  bool counting = false;  ///< "how many", "number of"
  Counted counted;
  int having_table = -1;  ///< "more than 5 orders": of what a condition counts the rows.
  bool distinct = false;
  std::optional<std::size_t> row_noun_at;  ///< The generic noun ("people") that is counted.
  bool implied_money = false;          ///< The measure is money that the question does not name.
  std::optional<std::size_t> noun_at;  ///< The item of what is counted.
  bool share = false;
  bool want_sum = false;  ///< "how much"
  bool ranking = false;
  bool common = false;   ///< "most common"
  bool listing = false;  ///< "list", "which ... are there"
  bool asks_which = false;
  std::optional<Group> entity;  ///< What a ranking or a list is about.
  int entity_table = -1;
  bool compares = false;     ///< "compare", "vs", "difference between": things side by side.
  bool asks_change = false;  ///< "change from A to B"
  bool amount_of = false;    ///< "amount of": never a count.
  bool asks_who = false;     ///< "who", "which hospital": a thing, not its number.
  bool asks_person = false;  ///< "who"
  std::optional<ColumnId> time_hint;  ///< "created": which of several time columns is meant.

  std::optional<ColumnId> CountedColumn() const {
    const auto* values = std::get_if<ValuesOf>(&counted);
    return values != nullptr ? std::optional(values->column) : std::nullopt;
  }
  /// -1 where no table's rows are.
  int CountedTable() const {
    const auto* rows = std::get_if<RowsOf>(&counted);
    return rows != nullptr ? rows->table : -1;
  }
  bool CountsDays() const { return std::holds_alternative<Days>(counted); }

  std::size_t size() const { return items.size(); }
  bool Is(std::size_t i, LinkKind kind) const { return i < size() && items[i].link.kind == kind; }
  bool IsCue(std::size_t i, Cue cue) const {
    return Is(i, LinkKind::cue) && items[i].link.cue->cue == cue;
  }
  bool Free(std::size_t i) const { return i < size() && !items[i].used; }
  void Use(std::size_t i) { items[i].used = true; }
  const CuePhrase& CueAt(std::size_t i) const { return *items[i].link.cue; }
  const ColumnFacts& Facts(std::size_t i) const { return index.at(items[i].link.column); }
  bool IsNumericColumn(std::size_t i) const { return Is(i, LinkKind::column) && Facts(i).numeric; }
  bool Grouped(ColumnId column) const;
  void Assume(std::string sentence) { intent.assumptions.push_back(std::move(sentence)); }
  void Doubt(double cost) { intent.cost += cost; }
  /// Ends the reading: it cannot be what was meant, for this reason.
  void Fail(std::string reason);
  /// True for "compare" and "compared to"; not for figures that "were compared".
  bool Compares(std::size_t end) const;
  bool Failed() const { return !intent.missing.empty(); }
  /// Which of `ways` to go on with, the likeliest first; nothing where a strict reading ends here,
  /// because `reason` is open.
  std::optional<std::size_t> Choose(const std::string& reason, std::size_t ways);

  /// The one numeric column whose name has one of the words of `hint`; null where none or several
  /// have.
  std::optional<ColumnId> ColumnByHint(std::string_view hint) const;
  /// The one numeric column with this unit; of several, the one that has such a number. "age" is
  /// the unit of "60 years old".
  std::optional<ColumnId> ColumnByUnit(const std::string& unit, double number) const;
  /// The cue of the ranking, if there is one of this kind.
  const CuePhrase* Ranked(Cue cue) const;
};

}  // namespace tabletalk::offline
