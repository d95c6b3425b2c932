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
  std::size_t at = 0;       ///< Where in the question: which item of the scene.
  bool keep_nulls = false;  ///< Of a negation: rows without a value stay.
};

/// One of the periods that are set side by side: "2023" beside "2024".
struct Side {
  std::string label;  ///< As the question has it: "May 2023".
  std::vector<Filter> filters;
};

/// Of what there is none: no row of `table` that meets `filters` belongs to what is shown.
struct Absence {
  int table = -1;
  std::vector<Filter> filters;
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
  first_rows,         ///< "Show me the data": rows as they stand in the file.
  summary,            ///< "Describe the data": how many rows, and what each number spans.
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
  std::optional<int> sort;  ///< Groups by their number: +1 highest first, -1 lowest first.
  std::optional<wire::Aggregate> of_top;  ///< "The total of the top 3": of the ranked numbers.
  bool top_per_group = false;             ///< The limit counts within all groups but the last.
  std::optional<Filter> having;           ///< On `having_on`; its column is not used.
  std::optional<Measure> having_on;       ///< Null: the first measure.
  std::optional<int> sort_names;          ///< Groups by their name: +1 from A, -1 from Z.
  std::optional<Absence> absence;         ///< With it `show` is what has none, its key first.
  std::vector<Side> sides;    ///< Periods beside each other: each measure once for each.
  bool count_groups = false;  ///< Only how many groups are left, not which.
  std::vector<std::string> assumptions;
  std::map<ColumnId, std::string> said;  ///< The registry's synonym that the question used.
  double cost = 0;                       ///< Doubts, on top of those of the links.
  std::vector<std::string> missing;      ///< Why there is no plan.
  std::vector<std::string> leftover;     ///< Words that no part of the plan accounts for.
};

}  // namespace tabletalk::offline
