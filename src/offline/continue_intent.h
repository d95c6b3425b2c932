// A follow-up is a change to what was asked before.
#pragma once

#include "offline/follow_up.h"
#include "offline/scene.h"

namespace tabletalk::offline {

/// True if every column of the intent is one of this schema: it may be of another version.
bool Fits(const SchemaIndex& index, const Intent& intent);

/// Leaves in scene.intent what is asked now: `previous` with the changes that the scene's words ask
/// for, or with reasons in `missing` where they do not fit it or say nothing new.
void ContinueIntent(Scene& scene, const FollowUp& words, const Intent& previous);

}  // namespace tabletalk::offline
