// How the routes that say more than their result say it: the end of an event stream, a run that is
// only begun, a run that failed.
#pragma once

#include "http/message.h"
#include "runs/run_service.h"
#include "wire/generation.h"
#include "wire/run.h"

namespace tabletalk::http {

/// A conversation's answer: whole, or as the last event of its stream.
struct TellAnswer {
  Outcome operator()(const Call& call, const wire::ChatRequest&,
                     base::Result<wire::ChatReply> reply) const;
};

/// A view: whole, or as the last event of its stream, which has the form of an answer.
struct TellView {
  Outcome operator()(const Call& call, const wire::GenerateUiRequest&,
                     base::Result<wire::GenerateUiReply> view) const;
};

/// The outcome of POST /runs: 202 and a Location for one that goes on by itself, and for one that
/// did not succeed the failure that it is.
struct TellRun {
  Outcome operator()(const Call& call, const wire::RunRequest& request,
                     base::Result<runs::KeptRun> run) const;
};

}  // namespace tabletalk::http
