// What a reply says on the way, where no analyst has said it already.
#pragma once

#include "runs/request.h"
#include "wire/chat.h"

namespace tabletalk::runs {

/// `plan`: what is about to run.
void EmitPlan(const Request& request, const std::optional<wire::QueryPlan>& plan,
              const std::string& sql);
/// `data`, `chart` and `answer` of a finished reply.
void EmitAnswer(const Request& request, const wire::ChatReply& reply);
/// `code` of an artifact that was drawn.
void EmitArtifact(const Request& request, const wire::Artifact& artifact);

}  // namespace tabletalk::runs
