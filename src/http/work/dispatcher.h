// Runs the handlers that block, away from the threads that serve sockets.
//
// Two pools, so that a look-up is never stuck behind queries, and a thread for each conversation.
// The number of pieces of work that run or wait is bounded, and so is that of conversations; beyond
// it a request is told to come back (429). Thread-safe. Join() may be called once, when no new work
// comes any more.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/units.h"
#include "http/message.h"
#include "http/routes/router.h"
#include "http/work/execution.h"
#include "http/work/idempotency.h"
#include "http/work/stream_registry.h"

namespace tabletalk::http {

struct DispatcherOptions {
  std::size_t worker_threads = 16;  ///< Runs at a time; the sandbox may take fewer.
  std::size_t lookup_threads = 2;
  std::size_t max_waiting = 64;          ///< Work beyond those that run; more is a 429.
  std::size_t max_conversations = 1024;  ///< At a time; more is a 429.
  /// Of each conversation's thread. Memory is used only as far as the stack is.
  base::ByteSize conversation_stack = base::ByteSize::Kibi(512);
  IdempotencyLimits idempotency;
  StreamLimits streams;
};

class Dispatcher {
 public:
  Dispatcher(const DispatcherOptions& options, std::shared_ptr<base::Clock> clock);
  ~Dispatcher();

  /// Starts the route's handler, or joins what runs or ran under `idempotency_key` (empty: none).
  /// `call.cancel` is replaced by that of the execution. `route` must live until Join() returns.
  std::variant<Ticket, Failure> Submit(const Route& route, Call call,
                                       const std::string& idempotency_key, Execution::Waker waker);

  /// The rest of a stream, for a reader that has had the event `last_event_id`. Errors: not_found.
  struct Resumed {
    Ticket ticket;
    std::size_t after;  ///< Events that the reader has.
  };
  std::variant<Resumed, Failure> Resume(const std::string& last_event_id, Execution::Waker waker);

  /// Whoever owns the dispatcher calls its Sweep().
  StreamRegistry& streams();

  /// Waits until every handler has returned. Streams end with an error, and what nobody holds a
  /// ticket for is cancelled.
  void Join();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls the handler; an exception becomes an internal failure.
Outcome Invoke(const Route& route, const Call& call);

}  // namespace tabletalk::http
