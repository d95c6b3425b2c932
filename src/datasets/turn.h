// One at a time, for work that may take long: whoever waits for its turn keeps its deadline, and
// can be cancelled meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/deadline.h"
#include "base/error.h"
#include "sandbox/admission.h"

namespace tabletalk::datasets {

/// Thread-safe. Outlives what it has handed out.
class Turn {
 public:
  /// It is somebody's turn for as long as this lives. Movable.
  using Held = sandbox::Admission::Permit;

  /// Waits. Errors: cancelled, timed_out with `too_late` for a message.
  base::Result<Held> Take(base::Deadline deadline, const base::CancelToken& cancel,
                          const std::string& too_late) {
    auto held = one_.Enter(deadline, cancel);
    if (held.has_error() && held.error().code() == base::ErrorCode::timed_out)
      return base::MakeError(base::ErrorCode::timed_out, too_late);
    return held;
  }
  /// None where somebody else has it, or waits for it.
  std::optional<Held> TryTake() { return one_.TryEnter(); }

 private:
  sandbox::Admission one_{1, SIZE_MAX};
};

}  // namespace tabletalk::datasets
