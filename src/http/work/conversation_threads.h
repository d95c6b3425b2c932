// Threads for work that mostly waits: one for each conversation, for as long as it lasts.
//
// A conversation blocks for seconds while a model writes, so hundreds of them are a matter of
// memory and not of processors. Each gets a thread of its own with a small stack, of which only the
// touched pages cost anything, and which ends with it; beginning a thread takes some 20 µs, which
// nobody notices beside a model. What is bounded is their number. Thread-safe.
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "base/units.h"

namespace tabletalk::http {

class ConversationThreads {
 public:
  ConversationThreads(std::size_t most, base::ByteSize stack) : most_(most), stack_(stack) {}
  /// Joins.
  ~ConversationThreads();

  /// False where there are too many already, or the system gives no more threads; then `job` was
  /// not and will not be called. A job must not throw.
  bool Start(std::function<void()> job);
  /// Waits until all jobs have returned and their threads are gone.
  void Join();

  std::size_t running() const;

 private:
  struct Job;
  static void* Run(void* job);
  void Ended();
  void JoinEnded(std::vector<pthread_t> ended);

  const std::size_t most_;
  const base::ByteSize stack_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = 0;
  std::vector<pthread_t> ended_;  ///< To be joined; each has nothing left to do.
};

}  // namespace tabletalk::http
