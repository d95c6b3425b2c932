// Finds what is computed: groups, measures, rankings, counts, and the shape of the answer.
#pragma once

#include "offline/scene.h"

namespace tabletalk::offline {

/// "how much did they pay", "what did we take in total": the money that the table is about, where
/// no number is named. A step of ReadRoles.
void ReadMoney(Scene& scene);

/// Fills intent.groups, measures, limit, direction and the scene's flags; runs after ReadFilters.
void ReadRoles(Scene& scene);

}  // namespace tabletalk::offline
