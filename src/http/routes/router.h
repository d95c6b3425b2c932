// The table of routes and the search in it.
//
// Immutable once built, so any number of threads may use it. Patterns are written as in the
// documentation: "/runs/{id}/status". A placeholder matches one segment that is not empty; at the
// end of a pattern, "{rest…}" matches all that are left, at least one. Where several patterns fit,
// the most literal one is meant, so the order of the table means nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "base/units.h"
#include "http/message.h"

namespace tabletalk::http {

/// Where a handler runs. `here` is for handlers that neither block nor compute; `lookup` for those
/// that are done in milliseconds; `work` for those that wait for a sandbox, and whose number
/// waiting is bounded; `conversation` for those that wait for a model, each on a thread of its own.
enum class Lane { here, lookup, work, conversation };

/// What a caller must be allowed to do. Recorded in the table; nothing checks it yet.
enum class Scope {
  open,   ///< Anybody may: it tells nothing of data.
  read,   ///< Look at what is there.
  run,    ///< Ask, run, cancel and forget.
  admin,  ///< Change what others see.
};

/// The request's body: none, a JSON object that is held, or bytes that go to the route's sink.
enum class Takes { nothing, json, stream };

/// Whether the answer is an event stream: never, where Accept asks for one, or always. `resumed` is
/// for a route that only gives the rest of a stream that was begun before.
enum class Streams { never, if_accepted, always, resumed };

using MakeSchema = std::function<base::json::value(base::SchemaBuilder&)>;

/// One row of the table. RouteRow() (typed_route.h) makes it from a member of a service.
struct Route {
  std::string method;
  std::string pattern;
  Lane lane = Lane::lookup;
  Scope scope = Scope::read;
  Takes takes = Takes::nothing;
  bool idempotency_key = false;  ///< Honours Idempotency-Key.
  std::string_view rate = {};    ///< The limit that it counts with (rate_limits.h), or none.
  Streams streams = Streams::never;
  std::function<Outcome(const Call&)> handler;

  /// Of a route that streams: makes the sink before the first byte is read, or says why not. Of
  /// `call`, the body is not there yet.
  std::function<base::Result<std::shared_ptr<BodySink>>(const Call&)> open_sink = {};
  std::optional<base::ByteSize> max_body = {};  ///< The server's own limit, if none.

  MakeSchema request = {};              ///< Path, query and body in one object.
  MakeSchema reply = {};                ///< Of status 200.
  std::vector<base::ErrorCode> errors;  ///< Beside those that any route of its kind may give.
};

class Router {
 public:
  /// Throws std::logic_error for a pattern that is none, and for two rows that fit the same paths.
  explicit Router(std::vector<Route> routes);

  /// `route` is null where none fits; then `allowed` lists the methods of the routes that fit but
  /// for the method ("GET, HEAD"), or is empty where the path is unknown. HEAD goes to GET's route.
  struct Match {
    const Route* route = nullptr;
    TextFields path;  ///< What the placeholders matched, by name; of a tail, joined by "/".
    std::string allowed;
  };
  Match Find(std::string_view method, const std::vector<std::string>& segments) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Part {
    enum class Kind { literal, one, rest };
    Kind kind = Kind::literal;
    std::string text;  ///< The literal, or the placeholder's name.
    bool operator==(const Part&) const = default;
  };
  using Pattern = std::vector<Part>;
  static Pattern Parse(std::string_view text);
  static std::optional<TextFields> Fit(const Pattern& pattern,
                                       const std::vector<std::string>& segments);
  static bool FitTheSame(const Pattern& a, const Pattern& b);
  static bool IsMoreLiteral(const Pattern& a, const Pattern& b);

  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  ///< Of each route.
};

/// The names of a pattern's placeholders: "/runs/{id}/status" gives {"id"}.
std::vector<std::string> PlaceholdersOf(std::string_view pattern);

}  // namespace tabletalk::http
