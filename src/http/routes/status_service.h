// What a server says of itself: that it lives, and whether it is ready.
//
// Shared by the routes and by whoever stops the server. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "http/routes/build_facts.h"
#include "http/routes/typed_request.h"
#include "runs/services.h"

namespace tabletalk::http {

struct Health {
  std::string status;
  std::string version;
  double uptime_s = 0;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, version, uptime_s))

struct Version {
  std::string version;
  std::string commit;                          ///< "unknown" where it was built without git.
  std::map<std::string, std::string> engines;  ///< Name to the version that it was built with.
};
BOOST_DESCRIBE_STRUCT(Version, (), (version, commit, engines))

struct Readiness {
  bool ready = false;
  std::vector<runs::ReadyPart> parts;
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (ready, parts))

class StatusService {
 public:
  /// `parts` looks at what the server stands on; it may take seconds.
  StatusService(BuildFacts build, std::function<std::vector<runs::ReadyPart>()> parts,
                std::shared_ptr<base::Clock> clock);

  base::Result<Health> GetHealth(const NoRequest&) const;
  base::Result<Version> GetVersion(const NoRequest&) const;
  base::Result<Readiness> GetReadiness(const NoRequest&) const;

  /// From now on the server is not ready, for it stops.
  void Drain() { draining_ = true; }

 private:
  const BuildFacts build_;
  const std::function<std::vector<runs::ReadyPart>()> parts_;
  const std::shared_ptr<base::Clock> clock_;
  const std::chrono::steady_clock::time_point started_;
  std::atomic<bool> draining_{false};
};

/// 503 where a part is not ready, with all parts beside the error.
struct TellReadiness {
  Outcome operator()(const Call&, const NoRequest&, base::Result<Readiness> readiness) const;
};

}  // namespace tabletalk::http
