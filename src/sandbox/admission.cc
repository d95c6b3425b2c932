#include "sandbox/admission.h"

#include <algorithm>
#include <chrono>

namespace tabletalk::sandbox {

base::Result<Admission::Permit> Admission::Enter(base::Deadline deadline,
                                                 const base::CancelToken& cancel) {
  std::unique_lock lock(mutex_);
  if (active_ >= running_) {
    if (waiting_ >= queued_)
      return base::MakeError(base::ErrorCode::busy,
                             "too many runs are waiting; try again in a few seconds");
    ++waiting_;
    while (active_ >= running_ && !cancel.Cancelled() && !deadline.Expired())
      freed_.wait_for(lock, std::min(deadline.Remaining(), std::chrono::milliseconds(20)));
    --waiting_;
    if (cancel.Cancelled())
      return base::MakeError(base::ErrorCode::cancelled, "the request was cancelled");
    if (active_ >= running_)
      return base::MakeError(base::ErrorCode::timed_out, "the time limit was reached in the queue");
  }
  ++active_;
  return Permit(this);
}

std::size_t Admission::depth() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void Admission::Leave() {
  {
    const std::lock_guard lock(mutex_);
    --active_;
  }
  freed_.notify_one();
}

}  // namespace tabletalk::sandbox
