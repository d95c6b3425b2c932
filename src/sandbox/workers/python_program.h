// How tabletalk-python is kept warm: one process per language version that has imported everything
// (the language), and for each dataset version a branch of it that holds the DataFrames.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/workers/python_home.h"
#include "sandbox/workers/warm_pool.h"

namespace tabletalk::sandbox {

struct PythonOptions {
  PythonHomeOptions home;  ///< An empty program: there is no Python here.
  bool require_cgroup = false;
  base::ByteSize dataset_memory = base::ByteSize::Mebi(4096);  ///< Of one dataset's DataFrames.
};

/// Thread-safe; must outlive the sources that it gives.
class PythonProgram {
 public:
  explicit PythonProgram(PythonOptions options) : options_(std::move(options)) {}

  /// True where this product was set up with Python, whether or not it then works.
  bool configured() const { return !options_.home.program.empty(); }
  /// The process without data.
  WarmSource Language();
  /// A branch of it with these tables loaded, which are known as `version`.
  WarmSource Dataset(const std::vector<FrameSource>& frames, const std::string& version,
                     WarmPool& pool);
  confine::ForkPolicy Copy(const JobLimits& limits, std::uint64_t max_log_bytes) const;

 private:
  using Started = base::Result<std::shared_ptr<WarmProcess>>;
  Started StartLanguage(const base::CancelToken& cancel);
  Started StartBranch(const std::vector<FrameSource>& frames, WarmPool& pool,
                      const base::CancelToken& cancel);
  base::Result<PythonHome> Home();

  const PythonOptions options_;
  std::mutex mutex_;
  std::optional<PythonHome> home_;  ///< Once found; guarded by mutex_.
};

}  // namespace tabletalk::sandbox
