// The sentences for an answer of the offline planner.
#pragma once

#include "narrative/template.h"
#include "offline/planner.h"

namespace tabletalk::offline {

/// Writes the sentences for a plan of the planner. Pure.
narrative::Narrative Narrate(const Planned& planned, const wire::DatasetSchema& dataset);

}  // namespace tabletalk::offline
