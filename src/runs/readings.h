// What a question that was not understood may mean, and the choice between it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "offline/planner.h"
#include "wire/chat.h"

namespace tabletalk::runs {

/// The id of a reading: the same for the same plan, whenever it is asked for.
std::string ReadingId(const wire::QueryPlan& plan);

/// As they are offered, likeliest first.
std::vector<wire::Reading> ReadingsOf(const offline::NotUnderstood& refusal);
/// A question that was read after all, as an offer.
wire::Reading ReadingOf(const offline::Planned& planned, const wire::DatasetSchema& dataset);

/// Makes the reading with this id the one that counts. Errors: invalid_argument where there is no
/// such reading, with those that there are.
base::Result<void> Pick(const std::string& id, offline::Reading& reading);

}  // namespace tabletalk::runs
