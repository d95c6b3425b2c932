#include "http/execution.h"

#include <utility>

namespace tabletalk::http {

void Execution::Finish(Outcome outcome) {
  std::map<std::uint64_t, Waker> waiting;
  {
    const std::lock_guard lock(mutex_);
    outcome_ = std::make_shared<const Outcome>(std::move(outcome));
    waiting = waiting_;
  }
  for (const auto& [id, waker] : waiting) waker();
}

std::shared_ptr<const Outcome> Execution::outcome() const {
  const std::lock_guard lock(mutex_);
  return outcome_;
}

bool Execution::abandoned() const {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

std::optional<std::uint64_t> Execution::Attach(Waker waker) {
  bool finished = false;
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return std::nullopt;
    finished = outcome_ != nullptr;
    id = next_id_++;
    waiting_.emplace(id, waker);
  }
  if (finished) waker();
  return id;
}

void Execution::Detach(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  waiting_.erase(id);
  if (!waiting_.empty() || outcome_) return;
  abandoned_ = true;
  cancel_.Cancel();
}

std::optional<Ticket> Ticket::For(std::shared_ptr<Execution> execution, Execution::Waker waker,
                                  bool replayed) {
  const auto id = execution->Attach(std::move(waker));
  if (!id) return std::nullopt;
  return Ticket(std::move(execution), *id, replayed);
}

}  // namespace tabletalk::http
