// Who does a job: one confined process, wherever it runs, that speaks the framed protocol with us.
//
// Jobs, admission and the attestation gate know a worker by its channel, its end and what can be
// told of that end from outside; how it was made is the WorkerSource's. That is what a provider of
// sandboxes implements: the local one copies warm processes of this host (local_workers.h), another
// would claim a container or a small machine. Whatever it is, it must hold what docs/sandbox.md
// promises, and the verdict on its end must come from outside of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "confine/confine.h"
#include "sandbox/sandbox.h"

namespace tabletalk::sandbox {

/// What a worker can do: SQL and the reading of files, or Python.
enum class Language { sql, python };

/// Where a worker sees the file that is to be read, and the folder that it may write in.
inline constexpr char kSource[] = "/in/source";
inline constexpr char kOutput[] = "/out";

/// How a worker ended, as seen from outside of it.
struct WorkerEnd {
  confine::Verdict verdict = confine::Verdict::exited;
  int code = 0;    ///< Exit status if `exited`.
  int signal = 0;  ///< What ended it, else 0.
  confine::Usage usage;
  confine::Output standard_output;
  confine::Output standard_error;
  std::vector<std::string> layers;  ///< Names of the layers of confinement that held it.
};

/// Used by one thread. Destruction ends it and returns when nothing of it is in anybody's way.
class Worker {
 public:
  virtual ~Worker() = default;

  /// Our end of the stream of frames, a socket that stays the worker's. Reads give end of file
  /// after the worker has ended.
  virtual int channel() const = 0;
  /// Blocks until it has ended, and ends it when the deadline passes (timeout) or `cancel` is
  /// raised (cancelled). May be called again.
  virtual const WorkerEnd& Wait(base::Deadline deadline, const base::CancelToken& cancel) = 0;
  /// True once Wait would return at once.
  virtual bool Ended() const = 0;
  /// Ends it at once; the verdict becomes cancelled. Does nothing if it has ended.
  virtual void Kill() = 0;
  /// True where it was ended because what it was copied from has ended: nothing can have come of
  /// its job, which may be given to another.
  virtual bool LostItsOrigin() { return false; }
  /// It said what no honest worker says: whatever it was copied from serves no other job.
  virtual void Distrust(std::string_view why) = 0;
};

/// What a job needs of its worker.
struct WorkerNeed {
  Language language = Language::sql;
  JobLimits limits;
  /// Mounted read-only in this order (MountedTables). Without paths the worker gets no files: a
  /// check needs only the columns.
  std::vector<TableFile> tables;
  std::vector<FrameSource> frames;        ///< Python: loaded before it is spoken to,
  std::string frames_version;             ///< and known as this.
  std::uint64_t max_log_bytes = 1 << 20;  ///< How much of its output matters.
  std::string source;                     ///< Host path that is seen as kSource, or empty.
  std::string output_directory;           ///< Host path that is seen as kOutput, or empty.
  /// A probe, or an attempt to escape: the next worker that is made ahead is not for its like.
  bool exceptional = false;
};

/// Thread-safe; must outlive its workers.
class WorkerSource {
 public:
  virtual ~WorkerSource() = default;
  /// A worker that waits to be spoken to and has `limits.wall` from now. Errors: no_sandbox,
  /// unavailable (no such language here), not_found (a file of the need), timed_out, cancelled.
  virtual base::Result<std::unique_ptr<Worker>> Open(const WorkerNeed& need,
                                                     const JobContext& context) = 0;
  /// What it was set up for, whether or not it then works.
  virtual std::vector<Language> languages() const = 0;
  /// Its part of the sandbox's activity: not the queue.
  virtual Activity Counters() const = 0;
};

}  // namespace tabletalk::sandbox
