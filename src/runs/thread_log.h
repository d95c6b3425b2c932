// The conversations of this process, in memory: what was asked, what was answered, what left for a
// model on the way.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "analyst/analyst.h"
#include "base/clock.h"
#include "base/units.h"
#include "offline/intent.h"
#include "wire/egress.h"
#include "wire/thread.h"

namespace tabletalk::runs {

/// What a thread remembers of one question for the next one.
struct Remembered {
  analyst::Turn turn;
  std::optional<offline::Intent> intent;  ///< Where it was answered without a model.
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

/// Thread-safe. Threads beyond the limits are forgotten, the one that was quiet longest first;
/// what was sent to models goes before that.
class ThreadLog {
 public:
  struct Limits {
    std::size_t threads = 1000;
    std::size_t exchanges = 500;                       ///< Of one thread; the oldest go.
    base::ByteSize egress = base::ByteSize::Mebi(64);  ///< Of all threads together.
  };
  ThreadLog(Limits limits, std::shared_ptr<base::Clock> clock)
      : limits_(limits), clock_(std::move(clock)) {}

  /// Begins an exchange and gives what was said before, oldest first, at most `window` turns. A
  /// thread that is not known is begun. Errors: invalid_argument (an id that is none), conflict
  /// (the thread is about another dataset).
  base::Result<std::vector<Remembered>> Begin(const std::string& thread_id,
                                              const std::string& dataset_id,
                                              const Exchange& exchange, std::size_t window);
  /// The exchange of that message_id has ended. Nothing where the thread was deleted meanwhile.
  void Finish(const std::string& thread_id, Exchange exchange);

  /// Newest first.
  std::vector<wire::ThreadSummary> List() const;
  /// Oldest first. not_found.
  base::Result<std::vector<wire::ThreadMessage>> Messages(const std::string& thread_id) const;
  /// not_found.
  base::Result<void> Delete(const std::string& thread_id);
  /// Of an answer's message id, in the order in which it was sent. not_found, also
  /// where it is no longer kept.
  base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) const;

 private:
  struct Thread {
    std::string dataset_id;
    std::string created_at;
    std::string updated_at;
    std::uint64_t touched = 0;  ///< Rises with each use.
    std::deque<Exchange> exchanges;
  };
  void ForgetTheQuietest();
  void DropOldEgress();

  const Limits limits_;
  const std::shared_ptr<base::Clock> clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Thread> threads_;
  std::uint64_t uses_ = 0;
  std::uint64_t egress_bytes_ = 0;
  std::deque<std::string> egress_order_;          ///< Message ids with egress, oldest first.
  std::map<std::string, std::string> thread_of_;  ///< By the answer's message id.
};

}  // namespace tabletalk::runs
