// The policy for artifacts: which TSX may be shown, said before any of it reaches a browser.
#pragma once

#include "wire/artifact.h"

namespace tabletalk::runner {

/// Judges one view. All findings are reported at once, in order of place, at most 100;
/// docs/policy.md lists the rules. Deterministic; runs nothing of the code and needs no table.
/// Thread-safe.
wire::ArtifactChecked CheckArtifact(const wire::CheckArtifactRequest& request);

}  // namespace tabletalk::runner
