// What is remembered of conversations: what was asked, what was answered, what left for a model on
// the way. In memory (memory_thread_store.h) or, later, in a database; each implementation passes
// testing/thread_store_conformance.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyst/analyst.h"
#include "base/error.h"
#include "wire/egress.h"
#include "wire/thread.h"

namespace tabletalk::runs {

/// A question as it was asked.
struct Said {
  std::string question;
  std::string pick;  ///< The reading that was picked, if one was.
};

/// What a thread remembers of one question for the next one: all of it in words and names, so that
/// it means the same after a restart and over another version of the data.
struct Remembered {
  analyst::Turn turn;
  /// Where it was answered without a model: the questions that say together what it asks, the one
  /// that stands on its own first, then the changes to it. Read again, they give the same.
  std::vector<Said> chain;
};

/// One question and what came of it.
struct Exchange {
  std::string question_id;  ///< Message id of the question.
  std::string message_id;   ///< Of the answer.
  std::string question;
  std::string asked_at;  ///< RFC 3339, UTC.
  std::string answered_at;
  std::string answer;
  std::vector<std::string> runs;
  std::optional<wire::RunError> error;
  std::optional<Remembered> remembered;  ///< None while it is being answered.
  std::vector<wire::Egress> egress;
  bool egress_dropped = false;  ///< It was let go for room.
};

/// Thread-safe; calls may block.
class ThreadStore {
 public:
  virtual ~ThreadStore() = default;

  /// Begins an exchange and gives what was said before, oldest first, at most `window` turns. A
  /// thread that is not known is begun. Errors: invalid_argument (an id that is none), conflict
  /// (the thread is about another dataset), and those of the store itself.
  virtual base::Result<std::vector<Remembered>> Begin(const std::string& thread_id,
                                                      const std::string& dataset_id,
                                                      const Exchange& exchange,
                                                      std::size_t window) = 0;
  /// The exchange of that message_id has ended. Nothing where the thread was deleted meanwhile.
  virtual base::Result<void> Finish(const std::string& thread_id, Exchange exchange) = 0;

  /// The one that was active last first.
  virtual base::Result<std::vector<wire::ThreadSummary>> List() const = 0;
  /// Oldest first. not_found.
  virtual base::Result<std::vector<wire::ThreadMessage>> Messages(
      const std::string& thread_id) const = 0;
  /// not_found.
  virtual base::Result<void> Delete(const std::string& thread_id) = 0;
  /// Of an answer's message id, in the order in which it was sent. not_found, also
  /// where it is no longer kept.
  virtual base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) const = 0;
};

}  // namespace tabletalk::runs
