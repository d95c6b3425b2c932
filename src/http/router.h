// The table of routes and the search in it.
//
// Immutable once built, so any number of threads may use it. Patterns are written as in the
// documentation: "/runs/{id}/status"; a placeholder matches one segment that is not empty.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace tabletalk::http {

/// Where a handler runs. `here` is for handlers that neither block nor compute; `lookup` for those
/// that are done in milliseconds; `work` for those that wait for a sandbox, and whose number
/// waiting is bounded.
enum class Lane { here, lookup, work };

enum class Takes { nothing, json };

struct Route {
  std::string method;
  std::string pattern;
  Lane lane = Lane::lookup;
  Takes takes = Takes::nothing;
  bool idempotency_key = false;  ///< Honours Idempotency-Key.
  std::function<Outcome(const Call&)> handler;
  std::string_view rate_limit = {};  ///< The limit that it counts with, or none.
};

class Router {
 public:
  explicit Router(std::vector<Route> routes);

  /// `route` is null where none fits; then `allowed` lists the methods of the routes that fit but
  /// for the method ("GET, HEAD"), or is empty where the path is unknown. HEAD goes to GET's route.
  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> path;  ///< What the placeholders matched.
    std::string allowed;
  };
  Match Find(std::string_view method, const std::vector<std::string>& segments) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> patterns_;  ///< Each route's pattern, split.
};

}  // namespace tabletalk::http
