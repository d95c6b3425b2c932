// One piece of work and everybody who waits for it.
//
// The work and the connections that want its outcome are separate, so that two requests with one
// idempotency key share one execution. Each connection holds a Ticket; when the last one lets go
// before the work is done, the work is cancelled, since nobody would read its outcome.
//
// Work that tells of itself on the way has an EventLog. Its readers come back after a connection
// broke, so letting go of the last Ticket only begins a wait, at whose end GiveUp() cancels.
// All of it is thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/deadline.h"
#include "http/message.h"
#include "http/work/event_log.h"

namespace tabletalk::http {

class Execution {
 public:
  /// Called when there is something new: an event or the outcome. On the thread that brought it;
  /// must not block.
  using Waker = std::function<void()>;
  using TimePoint = std::chrono::steady_clock::time_point;

  Execution() = default;
  /// `changed` is called when it has ended, and when its last reader has left.
  Execution(
      std::shared_ptr<EventLog> events, std::shared_ptr<base::Clock> clock,
      std::function<void()> changed = [] {})
      : events_(std::move(events)), clock_(std::move(clock)), changed_(std::move(changed)) {}

  /// Null where the work tells nothing on the way.
  const std::shared_ptr<EventLog>& events() const { return events_; }
  /// Wakes everybody.
  void Wake() const;

  /// Raised when nobody is interested any more.
  const base::CancelToken& cancel() const { return cancel_; }
  /// Keeps the outcome and wakes everybody. To be called once.
  void Finish(Outcome outcome);
  /// Null until finished.
  std::shared_ptr<const Outcome> outcome() const;
  /// True where everybody left before the end: its outcome is of no use to a newcomer.
  bool abandoned() const;
  /// Cancels work with events that nobody has read for `grace`. Where that may yet come, when.
  std::optional<TimePoint> GiveUp(std::chrono::milliseconds grace);

 private:
  friend class Ticket;
  /// Nothing where it was abandoned, unless `returning`.
  std::optional<std::uint64_t> Attach(Waker waker, bool returning);
  void Detach(std::uint64_t id);

  const std::shared_ptr<EventLog> events_;
  const std::shared_ptr<base::Clock> clock_;
  const std::function<void()> changed_ = [] {};
  base::CancelToken cancel_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Waker> waiting_;
  std::uint64_t next_id_ = 0;
  bool abandoned_ = false;
  std::optional<TimePoint> deserted_since_;
  std::shared_ptr<const Outcome> outcome_;
};

/// Interest in an execution; ends with the object. Movable.
class Ticket {
 public:
  /// Nothing where the execution was abandoned before. `waker` is called at once if it is finished.
  static std::optional<Ticket> For(std::shared_ptr<Execution> execution, Execution::Waker waker,
                                   bool replayed);
  /// For a reader that comes back for the rest of the events, and be it the error that says that
  /// nobody had waited.
  static Ticket Returning(std::shared_ptr<Execution> execution, Execution::Waker waker);
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket() {
    if (execution_) execution_->Detach(id_);
  }

  std::shared_ptr<const Outcome> outcome() const { return execution_->outcome(); }
  EventLog& events() const { return *execution_->events(); }
  /// True where another request had begun the execution.
  bool replayed() const { return replayed_; }

 private:
  Ticket(std::shared_ptr<Execution> execution, std::uint64_t id, bool replayed)
      : execution_(std::move(execution)), id_(id), replayed_(replayed) {}
  std::shared_ptr<Execution> execution_;
  std::uint64_t id_;
  bool replayed_;
};

}  // namespace tabletalk::http
