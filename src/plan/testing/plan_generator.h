// Random plans as JSON: mostly right, sometimes wrong, every construct of the language among them.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "wire/schema.h"

namespace tabletalk::plan::testing {

class PlanGenerator {
 public:
  PlanGenerator(const wire::DatasetSchema& dataset, unsigned seed)
      : dataset_(dataset), random_(seed) {}
  base::json::object Plan(int depth = 1);
  /// `plan` with one to three random places changed: values swapped, dropped, retyped, renamed.
  base::json::value Mutate(base::json::value plan);

 private:
  struct Field {
    std::string name;
    wire::ColumnType type;
    bool wild = false;  ///< Computed: may be so large that no deviation of it can be held.
  };
  static std::vector<Field> Tame(const std::vector<Field>& fields);
  std::size_t Below(std::size_t n) { return random_() % n; }
  bool Chance(unsigned percent) { return random_() % 100 < percent; }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }
  const Field* Some(const std::vector<Field>& fields, bool (*fits)(wire::ColumnType));
  std::vector<Field> SourceFields(base::json::object& plan, int depth);
  base::json::value Literal(wire::ColumnType type);
  base::json::object Condition(const std::vector<Field>& fields, int depth = 0);
  base::json::object Scalar();
  base::json::object Exists();
  base::json::object ColumnItem(const std::vector<Field>& fields);
  base::json::object AggregateItem(const std::vector<Field>& fields);
  base::json::object CalcItem(const std::vector<Field>& fields, int depth = 0);
  base::json::object CaseItem(const std::vector<Field>& fields);
  base::json::object WindowItem(const std::vector<Field>& items);
  base::json::array Keys(const std::vector<Field>& items);

  const wire::DatasetSchema& dataset_;
  std::mt19937 random_;
};

}  // namespace tabletalk::plan::testing
