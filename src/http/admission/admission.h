// Everything that can be said of a request before its body was read.
#pragma once

#include <string>
#include <variant>

#include "http/admission/site_check.h"
#include "http/message.h"
#include "http/routes/router.h"

namespace tabletalk::http {

struct Admitted {
  const Route* route = nullptr;
  Call call;  ///< Without body, deadline and cancel.
  std::string idempotency_key;
  /// Last-Event-ID of a client that wants the rest of a stream; then the body is of no interest.
  std::string last_event_id;
};

/// In this order: a well-formed target (400), host and origin (400, 403), a route (404), its method
/// (405 with Allow), the type of the body (415), the Idempotency-Key (400).
std::variant<Admitted, Failure> Admit(const Router& router, const SitePolicy& site,
                                      const RequestHead& head, const base::TraceId& trace_id);

}  // namespace tabletalk::http
