#include "http/work/execution.h"

#include <utility>

namespace tabletalk::http {

void Execution::Wake() const {
  std::map<std::uint64_t, Waker> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting = waiting_;
  }
  for (const auto& [id, waker] : waiting) waker();
}

void Execution::Finish(Outcome outcome) {
  {
    const std::lock_guard lock(mutex_);
    outcome_ = std::make_shared<const Outcome>(std::move(outcome));
  }
  Wake();
  changed_();
}

std::shared_ptr<const Outcome> Execution::outcome() const {
  const std::lock_guard lock(mutex_);
  return outcome_;
}

bool Execution::abandoned() const {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

std::optional<Execution::TimePoint> Execution::GiveUp(std::chrono::milliseconds grace) {
  const std::lock_guard lock(mutex_);
  if (outcome_ || !deserted_since_ || abandoned_) return std::nullopt;
  if (clock_->Steady() - *deserted_since_ < grace) return *deserted_since_ + grace;
  abandoned_ = true;
  cancel_.Cancel();
  return std::nullopt;
}

std::optional<std::uint64_t> Execution::Attach(Waker waker, bool returning) {
  bool finished = false;
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_ && !returning) return std::nullopt;
    deserted_since_.reset();
    finished = outcome_ != nullptr;
    id = next_id_++;
    waiting_.emplace(id, waker);
  }
  if (finished) waker();
  return id;
}

void Execution::Detach(std::uint64_t id) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.erase(id);
    if (!waiting_.empty() || outcome_) return;
    if (!events_) {
      abandoned_ = true;
      cancel_.Cancel();
      return;
    }
    deserted_since_ = clock_->Steady();
  }
  changed_();
}

std::optional<Ticket> Ticket::For(std::shared_ptr<Execution> execution, Execution::Waker waker,
                                  bool replayed) {
  const auto id = execution->Attach(std::move(waker), false);
  if (!id) return std::nullopt;
  return Ticket(std::move(execution), *id, replayed);
}

Ticket Ticket::Returning(std::shared_ptr<Execution> execution, Execution::Waker waker) {
  const auto id = execution->Attach(std::move(waker), true);
  return Ticket(std::move(execution), *id, true);
}

}  // namespace tabletalk::http
