// What a sentence says of a whole result, also where only its first rows came back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offline/planner.h"
#include "wire/table.h"

namespace tabletalk::offline {

/// The rows that sentences name.
enum class End { highest, lowest, first, last };

/// For a result that came back cut: a plan over the planned one whose only row holds its ends, by
/// name and number. None for answers whose sentences speak of no ends.
std::optional<wire::QueryPlan> EndsPlan(const Planned& planned, const wire::DatasetSchema& dataset);

/// Where the ends of a result are. `ends` is the result of EndsPlan, null where the table is whole;
/// a cut table without it has no ends. Keeps references to both.
class WholeResult {
 public:
  WholeResult(const Planned& planned, const wire::DatasetSchema& dataset, const wire::Table& table,
              const wire::Table* ends);

  /// The rows of an end, as slots call them, for at most as many as a sentence names. First and
  /// last are told by the time that the result goes along, and pass over rows without one.
  struct Found {
    std::vector<std::string> rows;  ///< "r1.rows[7]", or "r2.rows[0]" where the result was cut.
    bool others = false;            ///< More rows have the same value.
  };
  Found Of(End end) const;
  /// What the column is called in a row of Found.
  std::string ColumnIn(End end, const std::string& column) const;
  /// True if the cell of a found row is missing.
  bool Missing(End end, std::size_t found, const std::string& column) const;
  /// True if two rows and more have a number, and all the same one.
  bool AllEqual() const;

 private:
  std::vector<std::size_t> Rows(End end) const;
  std::optional<std::size_t> Column(const wire::Table& table, const std::string& name) const;

  const Planned& planned_;
  const wire::Table& table_;
  const wire::Table* ends_;
  std::string key_;                  ///< The column whose highest and lowest are told.
  std::optional<std::string> time_;  ///< The column of the time that a series goes along.
};

}  // namespace tabletalk::offline
