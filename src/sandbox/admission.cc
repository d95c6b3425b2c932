#include "sandbox/admission.h"

#include <algorithm>
#include <chrono>

namespace tabletalk::sandbox {

namespace {

// How often one that waits looks whether it is still wanted.
constexpr std::chrono::milliseconds kGlance{50};

}  // namespace

base::Result<Admission::Permit> Admission::Enter(base::Deadline deadline,
                                                 const base::CancelToken& cancel) {
  std::unique_lock lock(mutex_);
  if (active_ < running_ && waiting_.empty()) {
    ++active_;
    return Permit(this);
  }
  if (waiting_.size() >= queued_)
    return base::MakeError(base::ErrorCode::busy,
                           "too many runs are waiting; try again in a few seconds");
  const auto mine = waiting_.emplace(waiting_.end());
  while (!mine->admitted && !cancel.Cancelled() && !deadline.Expired())
    mine->woken.wait_for(lock, std::min(deadline.Remaining(), kGlance));
  const bool admitted = mine->admitted;
  waiting_.erase(mine);
  if (admitted) return Permit(this);
  if (cancel.Cancelled())
    return base::MakeError(base::ErrorCode::cancelled, "the request was cancelled");
  return base::MakeError(base::ErrorCode::timed_out, "the time limit was reached in the queue");
}

std::optional<Admission::Permit> Admission::TryEnter() {
  const std::lock_guard lock(mutex_);
  if (active_ >= running_ || !waiting_.empty()) return std::nullopt;
  ++active_;
  return std::optional<Permit>(std::in_place, this);
}

std::size_t Admission::depth() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void Admission::Leave() {
  const std::lock_guard lock(mutex_);
  for (Waiter& waiter : waiting_) {
    if (waiter.admitted) continue;
    waiter.admitted = true;  // The place goes from one to the other.
    waiter.woken.notify_one();
    return;
  }
  --active_;
}

}  // namespace tabletalk::sandbox
