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
/// waiting is bounded; `conversation` for those that wait for a model, each on a thread of its own.
enum class Lane { here, lookup, work, conversation };

enum class Takes { nothing, json };

/// Whether the answer is an event stream: never, where Accept asks for one, or always. `resumed` is
/// for a route that only gives the rest of a stream that was begun before.
enum class Streams { never, if_accepted, always, resumed };

struct Route {
  std::string method;
  std::string pattern;
  Lane lane = Lane::lookup;
  Takes takes = Takes::nothing;
  bool idempotency_key = false;  ///< Honours Idempotency-Key.
  std::function<Outcome(const Call&)> handler;
  std::string_view rate_limit = {};  ///< The limit that it counts with, or none.
  Streams streams = Streams::never;
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
