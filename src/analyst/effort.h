// What a question took, counted over all calls of models.
#pragma once

#include <cstdint>

#include "analyst/analyst.h"
#include "base/error.h"
#include "model/decorators.h"
#include "wire/event.h"

namespace tabletalk::analyst {

Effort EffortOf(const model::BudgetedModel& model, std::int64_t attempts);

/// The error with details.stage, unless it says where it happened, and details.attempts.
base::Error Ended(base::Error error, wire::Stage stage, std::int64_t attempts);

/// What a model is called with for one question. `context` must outlive it.
model::Context ModelContext(const Context& context);

}  // namespace tabletalk::analyst
