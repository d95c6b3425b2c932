#include "http/routes/tellings.h"

#include <utility>

#include "http/routes/typed_route.h"

namespace tabletalk::http {
namespace {

wire::DoneEvent DoneOf(wire::ChatReply reply) {
  wire::DoneEvent done;
  done.code_complete = reply.artifact.has_value();
  done.data_ready = reply.result.has_value();
  done.thread_id = reply.thread_id;
  done.message_id = reply.message_id;
  done.metadata = reply.metadata;
  done.reply = std::move(reply);
  return done;
}

// A view alone, in the form of an answer, so that `done` is of one form.
wire::DoneEvent DoneOf(wire::GenerateUiReply view) {
  wire::ChatReply reply;
  reply.answer = std::move(view.summary);
  reply.artifact = std::move(view.artifact);
  reply.metadata = std::move(view.metadata);
  return DoneOf(std::move(reply));
}

template <class T>
Outcome Conclude(const Call& call, T reply) {
  if (!call.emit) return JsonReply(reply);
  call.emit(DoneOf(std::move(reply)));
  return Reply{};
}

}  // namespace

Outcome TellAnswer::operator()(const Call& call, const wire::ChatRequest&,
                               base::Result<wire::ChatReply> reply) const {
  if (reply.has_error()) return FailureOf(reply.error());
  return Conclude(call, std::move(*reply));
}

Outcome TellView::operator()(const Call& call, const wire::GenerateUiRequest&,
                             base::Result<wire::GenerateUiReply> view) const {
  if (view.has_value()) return Conclude(call, std::move(*view));
  Failure failure = FailureOf(view.error());
  failure.details.emplace("stage", base::EnumName(wire::Stage::code_generation));
  return failure;
}

Outcome TellRun::operator()(const Call&, const wire::RunRequest& request,
                            base::Result<runs::KeptRun> kept) const {
  if (kept.has_error()) return FailureOf(kept.error());
  const wire::Run& run = **kept;
  if (!request.async)
    return run.status == wire::RunStatus::succeeded ? Outcome(JsonReply(run)) : FailureOf(run);
  Reply accepted = JsonReply(run);
  accepted.status = 202;
  accepted.headers.emplace_back("Location", "/runs/" + run.run_id);
  return accepted;
}

}  // namespace tabletalk::http
