#include "analyst/effort.h"

#include <utility>

namespace tabletalk::analyst {

Effort EffortOf(const model::BudgetedModel& model, std::int64_t attempts) {
  const auto spent = model.spent();
  Effort effort;
  effort.attempts = attempts;
  effort.model_calls = spent.calls;
  effort.input_tokens = spent.usage.input_tokens;
  effort.output_tokens = spent.usage.output_tokens;
  effort.model_ms = static_cast<double>(spent.time.count());
  effort.provider = model.provider();
  effort.model = model.name();
  return effort;
}

base::Error Ended(base::Error error, wire::Stage stage, std::int64_t attempts) {
  if (!error.details().contains("stage"))
    (void)std::move(error).WithDetail("stage", base::json::value(base::EnumName(stage)));
  return std::move(error).WithDetail("attempts", attempts);
}

model::Context ModelContext(const Context& context) {
  model::Context made;
  made.trace_id = context.trace_id;
  made.deadline = context.deadline;
  made.cancel = context.cancel;
  made.on_egress = context.on_egress;
  return made;
}

}  // namespace tabletalk::analyst
