// Cheap doubts about an answer, shown with it.
#pragma once

#include <string>
#include <vector>

#include "wire/chat.h"
#include "wire/run.h"
#include "wire/schema.h"

namespace tabletalk::runs {

/// What can be said from the run and the profile alone: whether rows were set aside when the files
/// were read, whether the result was cut, and how much of what was measured is null.
std::vector<wire::TrustCheck> CheckAnswer(const wire::DatasetSchema& dataset, const wire::Run& run);

}  // namespace tabletalk::runs
