#include "runs/answer_events.h"

namespace tabletalk::runs {

void EmitPlan(const Request& request, const std::optional<wire::QueryPlan>& plan,
              const std::string& sql) {
  if (request.emit) request.emit(wire::PlanEvent{"plan", plan, sql});
}

void EmitAnswer(const Request& request, const wire::ChatReply& reply) {
  if (!request.emit) return;
  if (reply.result && !reply.runs.empty())
    request.emit(wire::DataEventOf(reply.runs.back(), *reply.result));
  if (reply.chart) request.emit(wire::ChartEvent{"chart", *reply.chart});
  request.emit(wire::AnswerEvent{"answer_chunk", reply.answer});
}

void EmitArtifact(const Request& request, const wire::Artifact& artifact) {
  if (request.emit) request.emit(wire::CodeEvent{"code_chunk", artifact.language, artifact.code});
}

}  // namespace tabletalk::runs
