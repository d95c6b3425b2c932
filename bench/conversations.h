// Many conversations at once, with a scripted model.
#pragma once

#include "environment.h"

namespace tabletalk::bench {

/// 500 conversations over POST /chat/stream at the same time: whether every stream is complete and
/// in order, how long the first event and the first one of the model take above the model's own
/// delay, and what a conversation costs in memory; then the same with the model killed in the
/// middle. Ends the program where a stream is broken.
void Conversations(Environment& environment);

}  // namespace tabletalk::bench
