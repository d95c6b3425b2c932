// Progress and the stop of a running statement.
//
// DuckDB gives control back between its tasks, and one task may hold a whole cross join: who asks
// only then, asks too late. So while a statement runs, a thread of its own asks the caller a few
// times a second, and interrupts the statement when the answer is no. DuckDB looks at the interrupt
// at every chunk of rows; the few functions that never look are for the sandbox's kill.
//
// Starting and joining a thread costs a quarter of a millisecond, a large part of a small query. So
// the thread stays for the next statement, and a parked run has it before it is spoken to.
#pragma once

#include <duckdb.h>

#include <atomic>
#include <functional>

#include "wire/runner.h"

namespace tabletalk::runner {

/// Told how far a run is, a few times a second; returns false to stop it. Called on a thread of the
/// run's own, never twice at once, and no more once the run has returned.
using ProgressFunction = std::function<bool(const wire::Progress&)>;

/// Watches what runs on `connection`, from its construction to its destruction; both must outlive
/// it. Without a progress function there is no thread. A thread that runs statements keeps the one
/// that watches them until it ends, and has one QueryWatch at a time. Throws std::system_error
/// where no thread can be started.
class QueryWatch {
 public:
  QueryWatch(duckdb_connection connection, const ProgressFunction& progress);
  QueryWatch(const QueryWatch&) = delete;
  ~QueryWatch();

  /// True once the caller said to stop. Any thread.
  bool stopped() const { return stopped_; }

 private:
  class Watcher;
  static Watcher& TheWatcher();
  bool Ask();

  duckdb_connection connection_;
  const ProgressFunction& progress_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace tabletalk::runner
