// Finds what is computed: groups, measures, rankings, counts, and the shape of the answer.
#pragma once

#include "offline/scene.h"

namespace tabletalk::offline {

/// Fills intent.groups, measures, limit, direction and the scene's flags; runs after ReadFilters.
void ReadRoles(Scene& scene);

}  // namespace tabletalk::offline
