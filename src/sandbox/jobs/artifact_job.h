// The conversation about an artifact with the runner.
#pragma once

#include "sandbox/jobs/session.h"

namespace tabletalk::sandbox {

/// Ends the process: what has parsed untrusted text answers nothing else.
base::Result<wire::ArtifactChecked> CheckArtifact(Session& session, const std::string& code);

}  // namespace tabletalk::sandbox
