// The sentence for one answer, while it is put together: a part of narrative.h.
#pragma once

#include <string>
#include <vector>

#include "narrative/template.h"
#include "offline/sentence_parts.h"
#include "offline/whole_result.h"

namespace tabletalk::offline {

/// One method for each shape of an answer: those of numbers, groups and rankings are in
/// narrative.cc, shares, series and overviews in narrative_shapes.cc. Keeps references to what it
/// is given.
class Narrator {
 public:
  Narrator(const Planned& planned, const wire::DatasetSchema& dataset, const wire::Table& table,
           const wire::Table* ends)
      : planned_(planned),
        intent_(planned.intent),
        dataset_(dataset),
        table_(table),
        parts_(planned, dataset),
        whole_(planned, dataset, table, ends),
        where_(parts_.Where(intent_.filters)) {}

  narrative::Narrative Run();

 private:
  std::string Noun(const Measure& measure) { return parts_.MeasureNoun(measure); }
  std::string FormatOfFirst() const { return parts_.FormatOf(intent_.measures.front()); }
  std::string Value(std::size_t measure, const std::string& row) const;
  std::string NameFormat(std::size_t column) const;
  ColumnId NamedBy(std::size_t column) const {
    return intent_.shape == Shape::rows ? intent_.show[column] : *intent_.groups[column].column;
  }
  std::size_t Names() const {
    return intent_.shape == Shape::rows ? 1 : planned_.group_columns.size();
  }
  /// "North", "North / 2024", "rows without region".
  template <class Missing, class Column>
  std::string NameAt(const std::string& row, Missing missing, Column column) {
    std::string name;
    for (std::size_t i = 0; i < Names(); ++i) {
      const std::string& group = planned_.group_columns[i];
      name +=
          (i == 0 ? "" : " / ") + (missing(group) ? "rows without " + parts_.Noun(NamedBy(i))
                                                  : parts_.Slot(row, column(group), NameFormat(i)));
    }
    return name;
  }
  std::string NameOfRow(std::size_t row);
  static std::string Listed(const std::vector<std::string>& names, bool others);
  /// The names at an end, ties and all: "North and South".
  std::string NamesOf(End end);
  /// At the beginning of a sentence, with its verb: "North has", "Rows without region have".
  static std::string WithHas(std::string names, bool one);
  bool Has(End end) const { return !whole_.Of(end).rows.empty(); }
  bool IsOne(End end) const;
  std::string CellOf(End end, const std::string& column, const std::string& format) const {
    return parts_.Slot(whole_.Of(end).rows.front(), whole_.ColumnIn(end, column), format);
  }
  std::string ValueOf(End end) const {
    return CellOf(end, planned_.measure_columns.front(), FormatOfFirst());
  }
  /// "on" a day, "in" a month; a week says so itself.
  std::string In() const { return NameFormat(0) == "day" ? "on " : "in "; }
  void Scalar();
  void Groups();
  void Series(const std::string& noun);
  /// How many of the first rows have the number of the first one.
  std::size_t Leaders() const;
  /// Rows in the order of their number, whose first ones are named.
  void Ranking(const std::string& noun);
  /// A column that is told as it stands, and is called in the plural: "visits".
  bool IsPlural(const Measure& measure) const;
  void Rows();
  void DistinctValues();
  /// "sales has the columns month (date), region (text) and amount (number)."
  void Columns(bool rows);
  void Summary();
  /// Each period with its number, and the change between two.
  void Sides();
  void Absence();
  void OfTop();
  void ShareOfRows();
  /// A share within every group, from the highest to the lowest.
  void RateInGroups();
  void ShareByGroup();
  void Growth();
  void RunningTotal();
  void AverageOfGroups();

  const Planned& planned_;
  const Intent& intent_;
  const wire::DatasetSchema& dataset_;
  const wire::Table& table_;
  SentenceParts parts_;
  const WholeResult whole_;
  const std::string where_;
  narrative::Narrative out_;
};

}  // namespace tabletalk::offline
