// A row of the table of routes, from a member of a service.
//
//     RouteRow("GET", "/runs/{id}", runs, &Runs::Find, {.lane = lookup, .scope = Scope::read})
//
// The member is what the route does: it takes a described struct (typed_request.h) and gives a
// Result of another. Both types are the row's, too: it reads the one, writes the other, and keeps
// their JSON Schemas. A function with the service as its first argument does as well, where a use
// case needs a word of HTTP around it, such as the pages of a list.
//
// What becomes of the result is JSON with status 200, or the error's response (error_mapping.h);
// the few routes that say more bring a `tell` of their own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/codec.h"
#include "http/error_mapping.h"
#include "http/message.h"
#include "http/routes/attachment.h"
#include "http/routes/router.h"
#include "http/routes/typed_request.h"
#include "runs/request.h"
#include "wire/public_json.h"

namespace tabletalk::http {

/// What a row says beside its types. Whether there is a body follows from the method.
struct Terms {
  Lane lane = Lane::lookup;
  Scope scope = Scope::read;
  std::string_view rate = {};
  bool idempotency_key = false;
  Streams streams = Streams::never;
  std::vector<base::ErrorCode> errors = {};
  std::optional<base::ByteSize> max_body = {};
};

runs::Request RequestOf(const Call& call);

template <class T>
Reply JsonReply(const T& value) {
  return Reply{200, base::ToJsonText(wire::ToPublicJson(value)), {}};
}

namespace typed {

template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<base::Result<T>> {
  using Type = T;
};

/// What a member or function takes and gives.
template <class Callable>
struct Signature;
template <class S, class Out, class In, class... More>
struct Signature<Out (S::*)(const In&, More...)> {
  using Request = In;
  using Reply = typename Unwrapped<Out>::Type;
};
template <class S, class Out, class In, class... More>
struct Signature<Out (S::*)(const In&, More...) const> : Signature<Out (S::*)(const In&, More...)> {
};
template <class S, class Out, class In, class... More>
struct Signature<Out (*)(S&, const In&, More...)> : Signature<Out (S::*)(const In&, More...)> {};

template <class Out>
base::json::value ReplySchema(base::SchemaBuilder& builder) {
  return base::SchemaOf<Out>(builder);
}
template <class Out>
concept Shared = requires(const Out& out) {
  typename Out::element_type;
  *out;
};
template <Shared Out>
base::json::value ReplySchema(base::SchemaBuilder& builder) {
  return base::SchemaOf<std::remove_const_t<typename Out::element_type>>(builder);
}
template <class Out>
concept OneOfSeveral = requires {
  std::variant_size<Out>::value;
};
template <OneOfSeveral Out>
base::json::value ReplySchema(base::SchemaBuilder& builder) {
  base::json::array any;
  [&]<class... Part>(std::type_identity<std::variant<Part...>>) {
    (any.push_back(base::SchemaOf<Part>(builder)), ...);
  }(std::type_identity<Out>{});
  return base::json::object{{"anyOf", std::move(any)}};
}

/// Calls a member or function with as much as it takes.
template <class Service, class Callable, class In>
auto CallWith(Service& service, const Callable& callable, const In& in, const Call& call) {
  if constexpr (std::is_invocable_v<Callable, Service&, const In&>) {
    return std::invoke(callable, service, in);
  } else if constexpr (std::is_invocable_v<Callable, Service&, const In&, const runs::Request&>) {
    return std::invoke(callable, service, in, RequestOf(call));
  } else {
    return std::invoke(callable, service, in, RequestOf(call), runs::Export{});
  }
}

template <class In, class Out>
Route RowOf(std::string_view method, std::string_view pattern, const Terms& terms) {
  Route route;
  route.method = method;
  route.pattern = pattern;
  route.lane = terms.lane;
  route.scope = terms.scope;
  route.takes =
      method == "POST" || method == "PUT" || method == "PATCH" ? Takes::json : Takes::nothing;
  route.idempotency_key = terms.idempotency_key;
  route.rate = terms.rate;
  route.streams = terms.streams;
  route.errors = terms.errors;
  route.max_body = terms.max_body;
  route.request = [](base::SchemaBuilder& builder) { return base::SchemaOf<In>(builder); };
  route.reply = [](base::SchemaBuilder& builder) { return ReplySchema<Out>(builder); };
  return route;
}

}  // namespace typed

/// The result as it is.
struct TellResult {
  template <class In, class Out>
  Outcome operator()(const Call&, const In&, base::Result<Out> result) const {
    if (result.has_error()) return FailureOf(result.error());
    if constexpr (typed::Shared<Out>) {
      return JsonReply(**result);
    } else {
      return JsonReply(*result);
    }
  }
  Outcome operator()(const Call&, const auto&, base::Result<Attachment> result) const {
    if (result.has_error()) return FailureOf(result.error());
    return FileReply(std::move(*result));
  }
  template <class In, class... Part>
  Outcome operator()(const Call& call, const In& in,
                     base::Result<std::variant<Part...>> result) const {
    if (result.has_error()) return FailureOf(result.error());
    return std::visit(
        [&]<class One>(One& part) { return (*this)(call, in, base::Result<One>(std::move(part))); },
        *result);
  }
};

/// A row. `service` lives as long as the table; `tell` makes an Outcome of the call, the request
/// and the result.
template <class Service, class Callable, class Tell = TellResult>
Route RouteRow(std::string_view method, std::string_view pattern, std::shared_ptr<Service> service,
               Callable callable, const Terms& terms, Tell tell = {}) {
  using In = typename typed::Signature<Callable>::Request;
  using Out = typename typed::Signature<Callable>::Reply;
  Route route = typed::RowOf<In, Out>(method, pattern, terms);
  route.handler = [service = std::move(service), callable, tell,
                   takes = route.takes](const Call& call) -> Outcome {
    const auto in = ReadRequest<In>(call, takes);
    if (in.has_error()) return FailureOf(in.error());
    return tell(call, *in, base::Result<Out>(typed::CallWith(*service, callable, *in, call)));
  };
  return route;
}

/// A row whose body goes to a sink. `open` takes the request (path and query) and gives a Result of
/// a shared pointer to the sink, before the body is read; `finish` takes the sink and the request
/// once all of it has come, and gives the reply.
template <class Service, class Sink, class In, class Out, class Tell = TellResult>
Route UploadRow(std::string_view method, std::string_view pattern, std::shared_ptr<Service> service,
                base::Result<std::shared_ptr<Sink>> (Service::*open)(const In&,
                                                                     const runs::Request&),
                base::Result<Out> (Service::*finish)(Sink&, const In&, const runs::Request&),
                const Terms& terms, Tell tell = {}) {
  Route route = typed::RowOf<In, Out>(method, pattern, terms);
  route.takes = Takes::stream;
  route.open_sink = [service, open](const Call& call) -> base::Result<std::shared_ptr<BodySink>> {
    TT_ASSIGN(const In in, ReadRequest<In>(call, Takes::stream));
    TT_ASSIGN(std::shared_ptr<Sink> sink, std::invoke(open, *service, in, RequestOf(call)));
    return std::shared_ptr<BodySink>(std::move(sink));
  };
  route.handler = [service = std::move(service), finish, tell](const Call& call) -> Outcome {
    const auto in = ReadRequest<In>(call, Takes::stream);
    if (in.has_error()) return FailureOf(in.error());
    auto& sink = static_cast<Sink&>(*call.sink);
    return tell(call, *in,
                base::Result<Out>(std::invoke(finish, *service, sink, *in, RequestOf(call))));
  };
  return route;
}

}  // namespace tabletalk::http
