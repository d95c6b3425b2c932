#include "http/dispatcher.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <utility>

#include "base/sha256.h"
#include "http/error_mapping.h"

namespace tabletalk::http {

struct Dispatcher::State {
  State(const DispatcherOptions& options, std::shared_ptr<base::Clock> clock)
      : max_unfinished(options.worker_threads + options.max_waiting),
        idempotency(options.idempotency, std::move(clock)),
        lookups(options.lookup_threads),
        workers(options.worker_threads) {}

  const std::size_t max_unfinished;
  std::atomic<std::size_t> unfinished{0};  ///< In the lane `work`, running or waiting.
  IdempotencyStore idempotency;
  boost::asio::thread_pool lookups;
  boost::asio::thread_pool workers;

  bool Start(const Route& route, Call call, std::shared_ptr<Execution> execution);
};

namespace {

/// Method, path values, query and body, as one digest. The pattern tells routes apart.
std::string FingerprintOf(const Route& route, const Call& call) {
  base::Sha256 digest;
  const auto add = [&](const std::string& part) {
    digest.Update(std::to_string(part.size()) + ":");
    digest.Update(part);
  };
  add(route.method);
  add(route.pattern);
  for (const auto& value : call.path) add(value);
  for (const auto& [name, value] : call.query) {
    add(name);
    add(value);
  }
  add(call.body);
  return digest.Finish();
}

Failure Busy() {
  return FailureOf(base::MakeError(base::ErrorCode::busy,
                                   "too many requests are waiting already; try again in a moment"));
}

}  // namespace

Outcome Invoke(const Route& route, const Call& call) {
  try {
    if (call.cancel.Cancelled())
      return FailureOf(base::MakeError(base::ErrorCode::cancelled, "the request was cancelled"));
    return route.handler(call);
  } catch (const std::exception& defect) {
    return FailureOf(base::MakeError(base::ErrorCode::internal,
                                     "the server failed to handle this request", defect.what()));
  }
}

bool Dispatcher::State::Start(const Route& route, Call call, std::shared_ptr<Execution> execution) {
  const bool counted = route.lane == Lane::work;
  if (counted && unfinished.fetch_add(1) >= max_unfinished) {
    unfinished.fetch_sub(1);
    return false;
  }
  call.cancel = execution->cancel();
  auto job = [this, &route, counted, call = std::move(call), execution = std::move(execution)] {
    Outcome outcome = Invoke(route, call);
    if (counted) unfinished.fetch_sub(1);
    execution->Finish(std::move(outcome));
  };
  boost::asio::post(counted ? workers : lookups, std::move(job));
  return true;
}

Dispatcher::Dispatcher(const DispatcherOptions& options, std::shared_ptr<base::Clock> clock)
    : state_(std::make_unique<State>(options, std::move(clock))) {}

Dispatcher::~Dispatcher() { Join(); }

std::variant<Ticket, Failure> Dispatcher::Submit(const Route& route, Call call,
                                                 const std::string& idempotency_key,
                                                 Execution::Waker waker) {
  if (idempotency_key.empty()) {
    auto execution = std::make_shared<Execution>();
    auto ticket = Ticket::For(execution, std::move(waker), false);
    if (!state_->Start(route, std::move(call), std::move(execution))) return Busy();
    return std::move(*ticket);
  }
  auto joined =
      state_->idempotency.Join(idempotency_key, FingerprintOf(route, call), std::move(waker));
  if (joined.has_error()) return FailureOf(joined.error());
  if (joined->ticket.replayed()) return std::move(joined->ticket);
  if (!state_->Start(route, std::move(call), joined->execution)) {
    state_->idempotency.Forget(idempotency_key, joined->execution);
    // Whoever joined in between must not wait for ever.
    joined->execution->Finish(Busy());
    return Busy();
  }
  return std::move(joined->ticket);
}

void Dispatcher::Join() {
  state_->lookups.join();
  state_->workers.join();
}

}  // namespace tabletalk::http
