#include "http/routes/status_service.h"

#include <algorithm>
#include <utility>

#include "http/error_mapping.h"
#include "http/routes/typed_route.h"

namespace tabletalk::http {

StatusService::StatusService(BuildFacts build, std::function<std::vector<runs::ReadyPart>()> parts,
                             std::shared_ptr<base::Clock> clock)
    : build_(std::move(build)),
      parts_(std::move(parts)),
      clock_(std::move(clock)),
      started_(clock_->Steady()) {}

base::Result<Health> StatusService::GetHealth(const NoRequest&) const {
  const std::chrono::duration<double> uptime = clock_->Steady() - started_;
  return Health{"ok", build_.version, uptime.count()};
}

base::Result<Version> StatusService::GetVersion(const NoRequest&) const {
  return Version{build_.version, build_.commit, build_.engines};
}

base::Result<Readiness> StatusService::GetReadiness(const NoRequest&) const {
  const bool draining = draining_;
  Readiness readiness;
  readiness.parts.push_back({"server", !draining, draining ? "draining" : "accepting requests"});
  // A server that stops starts no more probes in the sandbox.
  if (!draining)
    for (runs::ReadyPart& part : parts_()) readiness.parts.push_back(std::move(part));
  readiness.ready = std::all_of(readiness.parts.begin(), readiness.parts.end(),
                                [](const runs::ReadyPart& part) { return part.ready; });
  return readiness;
}

Outcome TellReadiness::operator()(const Call&, const NoRequest&,
                                  base::Result<Readiness> readiness) const {
  if (readiness.has_error()) return FailureOf(readiness.error());
  if (readiness->ready) return JsonReply(*readiness);
  std::string missing;
  for (const runs::ReadyPart& part : readiness->parts)
    if (!part.ready) missing += (missing.empty() ? "" : ", ") + part.name;
  Failure failure =
      FailureOf(base::MakeError(base::ErrorCode::unavailable, "not ready: " + missing));
  failure.beside = base::ToJson(*readiness).as_object();
  return failure;
}

}  // namespace tabletalk::http
