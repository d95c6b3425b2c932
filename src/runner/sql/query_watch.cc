#include "runner/sql/query_watch.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace tabletalk::runner {

namespace {

constexpr std::chrono::milliseconds kTick{250};
/// An interrupt is forgotten when a statement begins, and when another error is being cleaned up;
/// so it is repeated.
constexpr std::chrono::milliseconds kAgain{10};

}  // namespace

/// Asks about the statement that runs now, if one does.
class QueryWatch::Watcher {
 public:
  Watcher() : thread_([this] { Work(); }) {}
  Watcher(const Watcher&) = delete;
  ~Watcher() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  void Watch(QueryWatch& query) {
    {
      const std::lock_guard lock(mutex_);
      query_ = &query;
      ++turn_;
    }
    changed_.notify_one();
  }

  void Leave() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return !asking_; });
    query_ = nullptr;
    ++turn_;  // Seen at the next tick; nobody need be woken for it.
  }

 private:
  void Work() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      if (query_ == nullptr) {
        changed_.wait(lock);
        continue;
      }
      const auto turn = turn_;
      const auto tick = query_->stopped_ ? kAgain : kTick;
      if (changed_.wait_for(lock, tick, [&] { return ended_ || turn_ != turn; })) continue;
      if (!query_->stopped_) Ask(lock);
      if (query_->stopped_) duckdb_interrupt(query_->connection_);
    }
  }

  /// Leave waits meanwhile, so the query stays.
  void Ask(std::unique_lock<std::mutex>& lock) {
    asking_ = true;
    lock.unlock();
    const bool go_on = query_->Ask();
    lock.lock();
    asking_ = false;
    query_->stopped_ = !go_on;
    answered_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable answered_;
  QueryWatch* query_ = nullptr;
  std::uint64_t turn_ = 0;  ///< Counts the comings and goings of queries.
  bool asking_ = false;
  bool ended_ = false;
  std::thread thread_;  ///< Last, so that all else exists before it runs.
};

QueryWatch::Watcher& QueryWatch::TheWatcher() {
  thread_local Watcher watcher;
  return watcher;
}

QueryWatch::QueryWatch(duckdb_connection connection, const ProgressFunction& progress)
    : connection_(connection), progress_(progress) {
  if (progress_) TheWatcher().Watch(*this);
}

QueryWatch::~QueryWatch() {
  if (progress_) TheWatcher().Leave();
}

bool QueryWatch::Ask() {
  try {
    const double percent = duckdb_query_progress(connection_).percentage;
    return progress_({.stage = "running", .fraction = percent < 0 ? -1 : percent / 100});
  } catch (...) {
    return false;  // Nobody can be told any more; on this thread there is nobody to throw to.
  }
}

}  // namespace tabletalk::runner
