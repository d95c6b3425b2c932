// One piece of work and everybody who waits for it.
//
// The work and the connections that want its outcome are separate, so that two requests with one
// idempotency key share one execution. Each connection holds a Ticket; when the last one lets go
// before the work is done, the work is cancelled, since nobody would read its outcome. All of it is
// thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "base/deadline.h"
#include "http/message.h"

namespace tabletalk::http {

class Execution {
 public:
  /// Called once when the outcome is there, on the thread that brought it. Must not block.
  using Waker = std::function<void()>;

  /// Raised when nobody is interested any more.
  const base::CancelToken& cancel() const { return cancel_; }
  /// Keeps the outcome and wakes everybody. To be called once.
  void Finish(Outcome outcome);
  /// Null until finished.
  std::shared_ptr<const Outcome> outcome() const;
  /// True where everybody left before the end: its outcome is of no use to a newcomer.
  bool abandoned() const;

 private:
  friend class Ticket;
  /// Nothing where it was abandoned.
  std::optional<std::uint64_t> Attach(Waker waker);
  void Detach(std::uint64_t id);

  base::CancelToken cancel_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Waker> waiting_;
  std::uint64_t next_id_ = 0;
  bool abandoned_ = false;
  std::shared_ptr<const Outcome> outcome_;
};

/// Interest in an execution; ends with the object. Movable.
class Ticket {
 public:
  /// Nothing where the execution was abandoned before. `waker` is called at once if it is finished.
  static std::optional<Ticket> For(std::shared_ptr<Execution> execution, Execution::Waker waker,
                                   bool replayed);
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket() {
    if (execution_) execution_->Detach(id_);
  }

  std::shared_ptr<const Outcome> outcome() const { return execution_->outcome(); }
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
