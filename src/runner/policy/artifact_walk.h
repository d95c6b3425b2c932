// The rules for artifacts, over the whole tree of one.
#pragma once

#include <vector>

#include "runner/policy/artifact_syntax.h"
#include "wire/policy.h"

namespace tabletalk::runner {

/// Every finding in a tree without syntax errors, in order of place, at most 100.
std::vector<wire::Issue> WalkArtifact(const TsxNode& program);

}  // namespace tabletalk::runner
