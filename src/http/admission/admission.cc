#include "http/admission/admission.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "http/admission/accept.h"
#include "http/admission/field_value.h"
#include "http/admission/target.h"
#include "http/error_mapping.h"

namespace tabletalk::http {
namespace {

Failure NoRoute(const Router& router, const Target& target) {
  if (target.segments.empty())
    return FailureOf(base::MakeError(base::ErrorCode::not_found,
                                     "there is no page here; try /healthz or /datasets"));
  std::string path;
  for (const auto& segment : target.segments) path += "/" + segment;
  boost::json::array known;
  for (const Route& route : router.routes()) known.emplace_back(route.method + " " + route.pattern);
  return FailureOf(
      base::MakeError(base::ErrorCode::not_found,
                      "there is no route " + base::EscapeControls(base::Truncate(path, 200)))
          .WithDetail("routes", std::move(known)));
}

Failure WrongMethod(const std::string& method, std::string allowed) {
  Failure failure = RefusalOf(405, "method_not_allowed",
                              base::EscapeControls(base::Truncate(method, 40)) +
                                  " is not a method of this route; it takes " + allowed);
  failure.details["allow"] = allowed;
  failure.headers.emplace_back("Allow", std::move(allowed));
  return failure;
}

/// application/json, with no charset or UTF-8.
bool IsJsonType(std::string_view type) {
  const auto end = std::min(type.find(';'), type.size());
  if (!EqualIgnoringCase(Trimmed(type.substr(0, end)), "application/json")) return false;
  std::string_view rest = Trimmed(type.substr(std::min(end + 1, type.size())));
  constexpr std::string_view kCharset = "charset=";
  if (!EqualIgnoringCase(rest.substr(0, kCharset.size()), kCharset)) return true;
  rest.remove_prefix(kCharset.size());
  return EqualIgnoringCase(rest, "utf-8") || EqualIgnoringCase(rest, "\"utf-8\"");
}

base::Result<void> CheckBodyType(const Route& route, const Headers& headers) {
  if (route.takes != Takes::json) return {};
  const auto coding = headers.Find("Content-Encoding");
  if (coding && !EqualIgnoringCase(*coding, "identity"))
    return base::MakeError(base::ErrorCode::unsupported_type,
                           "a compressed body is not taken; send it without Content-Encoding");
  const auto type = headers.Find("Content-Type");
  if (!type || !IsJsonType(*type))
    return base::MakeError(base::ErrorCode::unsupported_type,
                           "this route takes a JSON body; send Content-Type: application/json");
  return {};
}

base::Result<std::string> IdempotencyKeyOf(const Route& route, const Headers& headers) {
  const auto key = headers.Find("Idempotency-Key");
  if (!route.idempotency_key || route.takes == Takes::stream || !key) return std::string();
  const bool printable =
      std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (key->empty() || key->size() > 255 || !printable || headers.Count("Idempotency-Key") > 1)
    return base::InvalidArgument(
        "Idempotency-Key must be one value of 1 to 255 visible characters");
  return std::string(*key);
}

Form FormOf(const Route& route, const Headers& headers) {
  switch (route.streams) {
    case Streams::never: return Form::whole;
    case Streams::if_accepted: return AcceptsEventStream(headers) ? Form::events : Form::whole;
    case Streams::always:
    case Streams::resumed: return Form::events;
  }
  return Form::whole;
}

}  // namespace

std::variant<Admitted, Failure> Admit(const Router& router, const SitePolicy& site,
                                      const RequestHead& head, const base::TraceId& trace_id) {
  auto target = ParseTarget(head.target);
  if (target.has_error()) return FailureOf(target.error());
  if (auto refusal = CheckSite(site, head, target->authority)) return std::move(*refusal);
  auto match = router.Find(head.method, target->segments);
  if (match.route == nullptr) {
    if (match.allowed.empty()) return NoRoute(router, *target);
    return WrongMethod(head.method, std::move(match.allowed));
  }
  Admitted admitted;
  admitted.route = match.route;
  admitted.call.form = FormOf(*match.route, head.headers);
  if (admitted.call.form == Form::events)
    admitted.last_event_id = Trimmed(head.headers.Find("Last-Event-ID").value_or(""));
  if (admitted.last_event_id.empty())
    if (const auto type = CheckBodyType(*match.route, head.headers); type.has_error())
      return FailureOf(type.error());
  auto key = IdempotencyKeyOf(*match.route, head.headers);
  if (key.has_error()) return FailureOf(key.error());
  admitted.call.path = std::move(match.path);
  admitted.call.query = std::move(target->query);
  admitted.call.trace_id = trace_id;
  admitted.idempotency_key = std::move(*key);
  return admitted;
}

}  // namespace tabletalk::http
