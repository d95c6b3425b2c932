#include "http/product_routes.h"

#include <utility>

#include "http/routes.h"

namespace tabletalk::http {

ProductRoutes MakeProductRoutes(std::shared_ptr<runs::Service> service, std::string scratch,
                                std::shared_ptr<base::Clock> clock) {
  const auto parts = [service] {
    std::vector<ReadyPart> all;
    for (auto& part : service->Readiness())
      all.push_back({std::move(part.name), part.ready, std::move(part.detail)});
    return all;
  };
  auto status = std::make_shared<StatusService>(ThisBuild(), parts, std::move(clock));
  auto data = std::make_shared<DataService<runs::Service>>(service, std::move(scratch));
  auto routes = RoutesOf(Services<runs::Service, runs::Service, runs::Service>{
      service, service, service, std::move(data), status});
  return {std::move(routes), std::move(status)};
}

}  // namespace tabletalk::http
