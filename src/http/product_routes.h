// The table of routes over the product's services.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/router.h"
#include "http/status_service.h"
#include "runs/service.h"

namespace tabletalk::http {

struct ProductRoutes {
  std::vector<Route> routes;
  std::shared_ptr<StatusService> status;  ///< To be told when the server stops.
};

/// `scratch` as of DataService.
ProductRoutes MakeProductRoutes(std::shared_ptr<runs::Service> service, std::string scratch,
                                std::shared_ptr<base::Clock> clock);

}  // namespace tabletalk::http
