// The table of routes: what is served, one row each (routes.cc).
//
// A new route is a struct for its request (and one for its reply), a member of a service, and a
// row; docs/api.md must name it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/routes/router.h"
#include "http/routes/status_service.h"
#include "runs/services.h"

namespace tabletalk::http {

/// The rows keep the services alive. `scratch` as of DataService.
std::vector<Route> RoutesOf(const runs::Services& services, std::shared_ptr<StatusService> status,
                            std::string scratch);

/// What the server of this build says of itself.
std::shared_ptr<StatusService> MakeStatus(const runs::Services& services,
                                          std::shared_ptr<base::Clock> clock);

}  // namespace tabletalk::http
