// The sentences for an answer of the offline planner.
#pragma once

#include "narrative/template.h"
#include "offline/planner.h"
#include "wire/table.h"

namespace tabletalk::offline {

/// Writes the sentences for the result of a planner's plan, to be filled with it as "r1". `ends` is
/// the result of EndsPlan (whole_result.h), to be filled as "r2", where the table came back cut;
/// without it no ends of a cut table are told. Pure.
narrative::Narrative Narrate(const Planned& planned, const wire::DatasetSchema& dataset,
                             const wire::Table& table, const wire::Table* ends = nullptr);

}  // namespace tabletalk::offline
