#include "http/work/dispatcher.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <utility>

#include "base/sha256.h"
#include "http/error_mapping.h"
#include "http/work/conversation_threads.h"
#include "http/work/event_producer.h"

namespace tabletalk::http {

struct Dispatcher::State {
  State(const DispatcherOptions& options, std::shared_ptr<base::Clock> clock)
      : max_unfinished(options.worker_threads + options.max_waiting),
        idempotency(options.idempotency, clock),
        streams(options.streams, std::move(clock)),
        lookups(options.lookup_threads),
        workers(options.worker_threads),
        conversations(options.max_conversations, options.conversation_stack) {}

  const std::size_t max_unfinished;
  std::atomic<std::size_t> unfinished{0};  ///< In the lane `work`, running or waiting.
  IdempotencyStore idempotency;
  StreamRegistry streams;
  boost::asio::thread_pool lookups;
  boost::asio::thread_pool workers;
  ConversationThreads conversations;

  std::shared_ptr<Execution> NewExecution(const Call& call);
  /// False where there is no place for it.
  bool Start(const Route& route, Call call, std::shared_ptr<Execution> execution);
  void Withdraw(const Execution& execution);
};

namespace {

/// Method, path values, query, body and form, as one digest. The pattern tells routes apart.
std::string FingerprintOf(const Route& route, const Call& call) {
  base::Sha256 digest;
  const auto add = [&](const std::string& part) {
    digest.Update(std::to_string(part.size()) + ":");
    digest.Update(part);
  };
  add(route.method);
  add(route.pattern);
  for (const TextFields* fields : {&call.path, &call.query})
    for (const auto& [name, value] : *fields) {
      add(name);
      add(value);
    }
  add(call.body);
  add(call.form == Form::events ? "events" : "whole");
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

std::shared_ptr<Execution> Dispatcher::State::NewExecution(const Call& call) {
  if (call.form == Form::events) return streams.Open(call.trace_id, call.deadline);
  return std::make_shared<Execution>();
}

bool Dispatcher::State::Start(const Route& route, Call call, std::shared_ptr<Execution> execution) {
  const bool counted = route.lane == Lane::work;
  if (counted && unfinished.fetch_add(1) >= max_unfinished) {
    unfinished.fetch_sub(1);
    return false;
  }
  call.cancel = execution->cancel();
  auto job = [this, &route, counted, call = std::move(call), execution = std::move(execution)] {
    if (call.form == Form::events) {
      ProduceEvents(route, call, *execution);
      if (counted) unfinished.fetch_sub(1);
      return;
    }
    Outcome outcome = Invoke(route, call);
    if (counted) unfinished.fetch_sub(1);
    execution->Finish(std::move(outcome));
  };
  if (route.lane == Lane::conversation) return conversations.Start(std::move(job));
  boost::asio::post(counted ? workers : lookups, std::move(job));
  return true;
}

void Dispatcher::State::Withdraw(const Execution& execution) {
  if (execution.events()) streams.Forget(execution.events()->id());
}

Dispatcher::Dispatcher(const DispatcherOptions& options, std::shared_ptr<base::Clock> clock)
    : state_(std::make_unique<State>(options, std::move(clock))) {}

Dispatcher::~Dispatcher() { Join(); }

std::variant<Ticket, Failure> Dispatcher::Submit(const Route& route, Call call,
                                                 const std::string& idempotency_key,
                                                 Execution::Waker waker) {
  const auto make = [&] { return state_->NewExecution(call); };
  if (idempotency_key.empty()) {
    auto execution = make();
    auto ticket = Ticket::For(execution, std::move(waker), false);
    if (state_->Start(route, std::move(call), execution)) return std::move(*ticket);
    state_->Withdraw(*execution);
    return Busy();
  }
  auto joined =
      state_->idempotency.Join(idempotency_key, FingerprintOf(route, call), std::move(waker), make);
  if (joined.has_error()) return FailureOf(joined.error());
  if (joined->ticket.replayed()) return std::move(joined->ticket);
  if (!state_->Start(route, std::move(call), joined->execution)) {
    state_->idempotency.Forget(idempotency_key, joined->execution);
    state_->Withdraw(*joined->execution);
    // Whoever joined in between must not wait for ever.
    if (joined->execution->events()) joined->execution->events()->Refuse();
    joined->execution->Finish(Busy());
    return Busy();
  }
  return std::move(joined->ticket);
}

std::variant<Dispatcher::Resumed, Failure> Dispatcher::Resume(const std::string& last_event_id,
                                                              Execution::Waker waker) {
  const auto id = ReadEventId(last_event_id);
  const auto execution = id ? state_->streams.Find(id->stream) : nullptr;
  if (!execution || id->number > execution->events()->size())
    return FailureOf(base::MakeError(
        base::ErrorCode::not_found,
        "Last-Event-ID names no event of a stream that is still kept; ask again without it"));
  return Resumed{Ticket::Returning(execution, std::move(waker)), id->number};
}

StreamRegistry& Dispatcher::streams() { return state_->streams; }

void Dispatcher::Join() {
  state_->streams.EndAll(Draining());
  state_->lookups.join();
  state_->workers.join();
  state_->conversations.Join();
}

}  // namespace tabletalk::http
