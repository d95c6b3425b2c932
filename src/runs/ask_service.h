// Questions, and the conversations that they are part of.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "runs/request.h"
#include "wire/chat.h"
#include "wire/egress.h"
#include "wire/thread.h"

namespace tabletalk::runs {

/// Thread-safe; calls block. A caller passes its deadline and a token that ends the work at once.
class AskService {
 public:
  virtual ~AskService() = default;

  /// A question ("SQL: ..." and "PYTHON: ..." are run as they stand). A question that is not
  /// understood is a reply with `understood` false and the readings there are; `pick` runs one of
  /// them. Errors: invalid_argument (also a pick that was not offered), not_found (dataset),
  /// conflict (a thread of another dataset), rejected, those of a run, and those of the model. Once
  /// the question is part of a thread, details.thread_id and details.message_id say which.
  virtual base::Result<wire::ChatReply> Ask(const wire::ChatRequest& question,
                                            const Request& request, const Export& whole = {}) = 0;

  /// The conversations that are remembered, the one that was active last first.
  virtual base::Result<std::vector<wire::ThreadSummary>> Threads() const = 0;
  /// Oldest first. not_found.
  virtual base::Result<std::vector<wire::ThreadMessage>> Messages(
      const std::string& thread_id) const = 0;
  /// not_found.
  virtual base::Result<void> DeleteThread(const std::string& thread_id) = 0;
  /// What left for a model because of an answer, in the order in which it was sent. not_found, also
  /// where it is no longer kept.
  virtual base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) const = 0;
};

}  // namespace tabletalk::runs
