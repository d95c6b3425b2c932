#include "python/serve.h"

#include <new>

#include "confine/escape_attempts.h"
#include "python/check.h"
#include "python/frames.h"
#include "python/run.h"
#include "wire/serving.h"

namespace tabletalk::python {

namespace {

using base::Deadline;
using base::Error;
using base::ErrorCode;
using base::Result;

// Requests carry code and the argument of `calculate`, never a table.
template <class Request, class Work>
Result<void> Reply(int socket, const wire::Frame& frame, const Work& work) {
  auto request = base::FromJson<Request>(frame.body);
  if (request.has_error()) return wire::WriteFailed(socket, request.error());
  try {
    return work(*request);
  } catch (const std::bad_alloc&) {
    return wire::WriteFailed(
        socket,
        base::MakeError(ErrorCode::memory_limit, "The code needed more memory than it may have."));
  }
}

template <class Message>
Result<void> Answer(int socket, std::string_view kind, const Result<Message>& outcome) {
  if (outcome.has_error()) return wire::WriteFailed(socket, outcome.error());
  return wire::WriteMessage(socket, kind, *outcome, Deadline::Never());
}

wire::Attested Attest(const wire::AttestRequest& request) {
  const confine::Targets targets{request.host_file, request.host_port,
                                 static_cast<pid_t>(request.host_process)};
  wire::Attested attested;
  for (const confine::Attempt& attempt : confine::TryToEscape(targets))
    attested.attempts.push_back({attempt.name, attempt.contained, attempt.detail});
  return attested;
}

Result<void> AnswerInRun(const Interpreter& interpreter, int socket, const wire::Frame& frame) {
  if (frame.kind == "check_python")
    return Reply<wire::CheckPythonRequest>(socket, frame, [&](const auto& request) {
      return Answer(socket, "python_checked", CheckPython(interpreter, request));
    });
  if (frame.kind == "run_python")
    return Reply<wire::RunPythonRequest>(socket, frame, [&](const auto& request) {
      auto reply = RunPython(interpreter, request);
      if (reply.has_error()) return wire::WriteFailed(socket, reply.error());
      // Moved in afterwards: the codec would copy what may be a thousand row objects.
      base::json::value result = std::move(reply->ran.result);
      base::json::value body = base::ToJson(reply->ran);
      body.as_object()["result"] = std::move(result);
      return wire::WriteFrame(socket, "python_ran", body, Deadline::Never(), reply->attachment);
    });
  if (frame.kind == "attest")
    return Reply<wire::AttestRequest>(socket, frame, [&](const auto& request) {
      return wire::WriteMessage(socket, "attested", Attest(request), Deadline::Never());
    });
  return wire::WriteFailed(socket,
                           base::InvalidArgument("a run knows no request \"" + frame.kind + "\""));
}

}  // namespace

int ServeRun(const Interpreter& interpreter, int socket) {
  return wire::ServeFrames(
      socket, [&](const wire::Frame& frame) { return AnswerInRun(interpreter, socket, frame); });
}

int ServeLoading(const Interpreter& interpreter, int socket, bool& loaded) {
  loaded = false;
  while (!loaded) {
    const auto frame = wire::ReadFrame(socket, wire::kRequestLimits, Deadline::Never(), {});
    if (frame.has_error()) return frame.error().code() == ErrorCode::not_found ? 0 : 1;
    Result<void> answered;
    if (frame->kind == "load_frames") {
      answered = Reply<wire::LoadFramesRequest>(socket, *frame, [&](const auto& request) {
        const auto outcome = LoadFrames(interpreter, request);
        loaded = outcome.has_value();
        return Answer(socket, "frames_loaded", outcome);
      });
    } else {
      answered = wire::WriteFailed(
          socket, base::InvalidArgument("a branch knows no request \"" + frame->kind + "\""));
    }
    if (answered.has_error()) return 1;
  }
  return 0;
}

}  // namespace tabletalk::python
