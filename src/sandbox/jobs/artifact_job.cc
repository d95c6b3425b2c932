#include "sandbox/jobs/artifact_job.h"

#include "sandbox/jobs/reply_check.h"

namespace tabletalk::sandbox {

base::Result<wire::ArtifactChecked> CheckArtifact(Session& session, const std::string& code) {
  wire::CheckArtifactRequest request;
  request.code = code;
  TT_ASSIGN(auto checked,
            session.AskLast<wire::ArtifactChecked>("check_artifact", request, "artifact_checked",
                                                   {kMaxCheckedReply, {}}, nullptr));
  const auto good = CheckVerdict(checked.verdict);
  if (good.has_error()) return session.Unusable(good.error().internal_detail().text);
  return checked;
}

}  // namespace tabletalk::sandbox
