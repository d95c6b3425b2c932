// The planner that needs no model.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "offline/follow_up.h"
#include "offline/intent.h"
#include "wire/chart.h"
#include "wire/plan.h"
#include "wire/schema.h"

namespace tabletalk::offline {

struct OrderWords;

/// A question that was understood: its plan has passed plan::Check.
struct Planned {
  wire::QueryPlan plan;
  double confidence = 0;                     ///< 0..1
  std::vector<std::string> assumptions;      ///< Whole sentences.
  Intent intent;                             ///< For the narrative, and for follow-ups.
  std::vector<std::string> group_columns;    ///< Result columns that name things.
  std::vector<std::string> measure_columns;  ///< Result columns with the numbers.
  std::optional<wire::ChartSpec> chart;
  bool follow_up = false;  ///< Read as a change of the question before it.
};

/// A way to read a question that is refused: one key away from an answer.
struct Offered {
  std::string explanation;  ///< What would be computed, and what of the question is left out.
  Planned planned;
};

/// A question that is refused.
struct NotUnderstood {
  std::vector<std::string> understood;   ///< "\"revenue\": line_total of order_items"
  std::vector<std::string> unknown;      ///< Words of the question that mean nothing here.
  std::vector<std::string> suggestions;  ///< Questions that can be answered.
  std::vector<Offered> readings;         ///< At most three, the likeliest first.
  std::string message;                   ///< All of it for a person, in a few sentences.
};

using Reading = std::variant<Planned, NotUnderstood>;

/// Reads questions about one dataset. Immutable after construction, so any number of threads may
/// ask it at once. Holds a copy of the schema; tables join over its relationships only. A plan
/// never depends on anything but the schema, the question and `today`.
class Planner {
 public:
  explicit Planner(wire::DatasetSchema schema);
  Planner(const Planner&) = delete;
  ~Planner();

  /// `today` is the calendar day of the person who asks, for "this month". A Planned reading is one
  /// that stands clear of every other; anything less is NotUnderstood.
  ///
  /// `previous` is the intent of the question before it in the same thread, by a planner of the
  /// same schema. A question that stands on its own is read as without it; one that does not ("by
  /// month instead", "only for Garden", "and the median?") is read as a change of it, and the first
  /// assumption says so, with the whole of what is computed.
  Reading Read(std::string_view question, std::chrono::year_month_day today,
               const Intent* previous = nullptr) const;

  /// At most `most` questions that this planner answers, the nearest to `question` first.
  std::vector<std::string> Suggest(std::string_view question, std::size_t most) const;

  const wire::DatasetSchema& schema() const { return *schema_; }

 private:
  Reading Think(std::string_view question, std::chrono::year_month_day today) const;
  Reading ThinkOf(const std::vector<Token>& tokens, const OrderWords* order,
                  std::chrono::year_month_day today) const;
  std::optional<Planned> Overview(std::string_view question) const;
  std::vector<Offered> Explore(std::string_view question, std::chrono::year_month_day today) const;
  std::optional<Planned> Continue(const FollowUp& words, std::chrono::year_month_day today,
                                  const Intent& previous) const;

  std::unique_ptr<const wire::DatasetSchema> schema_;
  std::unique_ptr<const SchemaIndex> index_;
  mutable std::once_flag answerable_once_;
  mutable std::vector<std::string> answerable_;  ///< Made at the first call of Suggest.
};

}  // namespace tabletalk::offline
