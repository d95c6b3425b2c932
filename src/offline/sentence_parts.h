// The parts that sentences are put together from: nouns, formats, slots, filters in words.
#pragma once

#include <string>
#include <vector>

#include "narrative/template.h"
#include "offline/planner.h"

namespace tabletalk::offline {

/// For one answer. Collects the literals that its texts refer to. Holds references to what it is
/// made of.
class SentenceParts {
 public:
  SentenceParts(const Planned& planned, const wire::DatasetSchema& dataset)
      : planned_(planned), intent_(planned.intent), dataset_(dataset) {
    if (intent_.limit) literals_.numbers.push_back(std::to_string(*intent_.limit));
  }

  const wire::ColumnSchema& ColumnOf(ColumnId id) const {
    return dataset_.tables[id.table].columns[id.column];
  }
  /// "body mass" for body_mass_g: the name without its unit.
  std::string Noun(ColumnId id);
  /// What the rows of the table are: "order items", "rows".
  std::string RowNoun(bool plural) const;
  /// "average discount", "number of orders".
  std::string MeasureNoun(const Measure& measure);

  /// {{row.column|format}}
  static std::string Slot(const std::string& row, const std::string& column,
                          const std::string& format);
  static std::string Key(const std::string& column);  ///< As it stands inside max(...).
  std::string FormatOf(const Measure& measure) const;
  std::string GroupFormat(std::size_t group) const;
  /// " where status is ... and ...": empty where there are no filters.
  std::string Where(const std::vector<Filter>& filters);

  narrative::Literals& literals() { return literals_; }

  /// Text that goes between slots; with digits in it, it becomes a slot itself.
  std::string Say(std::string text);

 private:
  std::string FilterText(const Filter& filter) const;

  const Planned& planned_;
  const Intent& intent_;
  const wire::DatasetSchema& dataset_;
  narrative::Literals literals_;
};

}  // namespace tabletalk::offline
