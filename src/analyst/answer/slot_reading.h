// What a slot reads, and the format that its column bears.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyst/answer/result_columns.h"
#include "narrative/template.h"
#include "wire/run.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

/// What a percent sign beside a number would say.
enum class Percent {
  none,      ///< Something false: it is no percentage.
  fraction,  ///< 0.35 is 35%.
  points,    ///< 35 is 35%.
  unsure     ///< Nobody can know which of them.
};

/// A slot as it stands in a draft.
struct SlotReading {
  std::size_t run = 0;
  std::string path, column, format;
  bool list = false;
  /// Of the one cell that it reads, where that is a number. A number of rows is one.
  std::optional<double> number;
  bool text = false;  ///< It reads something else.
};

/// The runs of one question as slots see them. All that is given must outlive it.
class SlotReader {
 public:
  SlotReader(const wire::DatasetSchema& dataset, std::string_view question,
             const std::vector<wire::Run>& runs);
  SlotReader(const SlotReader&) = delete;

  std::optional<SlotReading> Read(std::string_view slot) const;
  /// A percent sign on a sum of money or dollars on euros would be a number of its own: what the
  /// plan or the schema says of a column overrules what a model wishes. `bare`: inside brackets,
  /// where programs read.
  std::string Settled(const SlotReading& slot, bool bare) const;

  Percent PercentOf(const SlotReading& slot) const;
  /// Whether the data or the question speak of this currency ("EUR"), and the column may be an
  /// amount of it.
  bool MayBeMoney(const SlotReading& slot, std::string_view currency) const;
  /// The words that stand for the column: of its name, its noun, its unit and what the schema says
  /// of a column of that name. Lower case.
  std::vector<std::string> WordsOf(const SlotReading& slot) const;

  const std::vector<wire::Run>& runs() const { return runs_; }
  const std::vector<narrative::NamedResult>& results() const { return results_; }
  const std::vector<ResultColumn>& columns(std::size_t run) const { return columns_[run]; }
  /// Null where slots can read nothing of the run.
  const wire::Table* table(std::size_t run) const;
  bool IsUnit(const std::string& unit) const { return units_.contains(unit); }

 private:
  const wire::Column* ColumnOf(const SlotReading& slot) const;
  std::string KnownFormat(const SlotReading& slot) const;
  std::string SettledPeriod(const std::string& known, const std::string& wished) const;
  bool IsKnownUnit(const std::string& unit) const;
  bool Counts(const SlotReading& slot) const;
  bool NamesPart(const SlotReading& slot, std::string_view part) const;
  double LargestSize(const SlotReading& slot) const;
  bool IsWhole(const SlotReading& slot) const;

  const wire::DatasetSchema& dataset_;
  const std::string question_;  ///< Lower case.
  const std::vector<wire::Run>& runs_;
  std::vector<std::optional<wire::Table>> tables_;
  std::vector<std::vector<ResultColumn>> columns_;
  std::vector<narrative::NamedResult> results_;
  std::unordered_set<std::string> units_, words_;
};

}  // namespace tabletalk::analyst
