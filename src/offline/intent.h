// What a question asks for, after linking and before the plan: the planner's own small algebra.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "offline/schema_index.h"
#include "wire/plan.h"

namespace tabletalk::offline {

/// A number to compute. `rows` counts rows; otherwise `aggregate` of `column`, or the column's
/// cells as they are where there is no aggregate.
struct Measure {
  bool rows = false;
  std::optional<wire::Aggregate> aggregate;
  ColumnId column;
  std::optional<ColumnId> second;  ///< corr
  std::optional<double> p;         ///< quantile
};

/// What to group by. A grain without a column stands for the table's main time.
struct Group {
  std::optional<ColumnId> column;
  std::optional<wire::Grain> grain;
};

struct Filter {
  ColumnId column;
  wire::ConditionOp op = wire::ConditionOp::equal;
  std::vector<wire::Value> values;
  std::optional<wire::Span> last;
  std::size_t at = 0;  ///< Where in the question: which item of the scene.
};

enum class Shape {
  aggregate,        ///< Numbers, grouped or not.
  rows,             ///< Cells as they stand.
  distinct_values,  ///< The different values of a column.
  share_of_rows,    ///< Which part of the rows (or of a sum) meets the filters.
  share_by_group,   ///< How a total splits over groups.
  growth,           ///< Change from period to period.
  running_total,
  average_of_groups,  ///< "How many X per Y on average": an average of counts or sums.
};

struct Intent {
  Shape shape = Shape::aggregate;
  int home = -1;  ///< The table whose rows are counted or measured.
  std::vector<Measure> measures;
  std::vector<Group> groups;
  std::vector<Filter> filters;
  std::vector<Filter> numerator;      ///< share_of_rows: what the part must meet.
  std::vector<ColumnId> show;         ///< rows, distinct_values: columns to list.
  std::optional<std::int64_t> limit;  ///< top n
  int direction = 0;                  ///< +1 highest first, -1 lowest first, 0 no ranking.
  std::optional<int> sort;       ///< Groups by their number: +1 highest first, -1 lowest first.
  bool top_per_group = false;    ///< The limit counts within all groups but the last.
  std::optional<Filter> having;  ///< On the first measure; its column is not used.
  bool count_groups = false;     ///< Only how many groups are left, not which.
  std::vector<std::string> assumptions;
  std::map<ColumnId, std::string> said;  ///< The registry's synonym that the question used.
  double cost = 0;                       ///< Doubts, on top of those of the links.
  std::vector<std::string> missing;      ///< Why this reading fails, or words it leaves over.
};

}  // namespace tabletalk::offline
