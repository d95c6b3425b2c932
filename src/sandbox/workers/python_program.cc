#include "sandbox/workers/python_program.h"

#include "sandbox/host_files.h"
#include "sandbox/workers/run_limits.h"
#include "sandbox/workers/warm_start.h"

namespace tabletalk::sandbox {
namespace {

constexpr base::ByteSize kInterpreter = base::ByteSize::Mebi(1024);
constexpr int kFirstFile = 4;
constexpr std::size_t kMaxFiles = 200;
// Printing more than this many times what is kept ends the run, and so does more than this.
constexpr std::uint64_t kFlood = 4;

}  // namespace

confine::ForkPolicy PythonProgram::Copy(const JobLimits& limits,
                                        std::uint64_t max_log_bytes) const {
  confine::ForkPolicy policy;
  policy.limits = RunLimits(limits);
  policy.limits.file_size = limits.scratch;
  policy.limits.output_kept = base::ByteSize((max_log_bytes + 1) / 2);
  policy.limits.output = base::ByteSize(kFlood * max_log_bytes);
  policy.require_cgroup = options_.require_cgroup;
  return policy;
}

base::Result<PythonHome> PythonProgram::Home() {
  if (!configured())
    return base::MakeError(base::ErrorCode::unavailable,
                           "Python is not part of this installation: tabletalk-python is missing "
                           "beside tabletalk; SQL and plans work without it");
  const std::scoped_lock lock(mutex_);
  if (!home_) {
    auto found = FindPythonHome(options_.home);
    if (found.has_error())
      return base::MakeError(base::ErrorCode::unavailable,
                             "Python cannot be used here (tabletalk-python): " +
                                 found.error().public_message() + " SQL and plans work without it.",
                             found.error().internal_detail().text);
    home_ = std::move(*found);
  }
  return *home_;
}

WarmSource PythonProgram::Language() {
  return {"python", [this](const base::CancelToken& cancel) { return StartLanguage(cancel); },
          true};
}

PythonProgram::Started PythonProgram::StartLanguage(const base::CancelToken& cancel) {
  TT_ASSIGN(PythonHome home, Home());
  confine::Policy policy;
  policy.program = std::move(home.program);
  policy.environment = std::move(home.environment);
  policy.binds = std::move(home.binds);
  policy.limits = WarmLimits(kInterpreter);
  policy.seccomp = confine::SeccompProfile::fork_server;
  policy.require_cgroup = options_.require_cgroup;
  policy.waits_to_be_spoken_to = true;
  TT_ASSIGN(confine::Child child, confine::Start(policy));
  TT_CHECK(AwaitWarm(child, "", nullptr, "warmed", "starting Python", cancel));
  return std::make_shared<WarmProcess>(std::move(child), nullptr);
}

WarmSource PythonProgram::Dataset(const std::vector<FrameSource>& frames,
                                  const std::string& version, WarmPool& pool) {
  return {"python " + version, [this, frames, &pool](const base::CancelToken& cancel) {
            return StartBranch(frames, pool, cancel);
          }};
}

PythonProgram::Started PythonProgram::StartBranch(const std::vector<FrameSource>& frames,
                                                  WarmPool& pool, const base::CancelToken& cancel) {
  if (frames.size() > kMaxFiles)
    return base::MakeError(base::ErrorCode::too_large,
                           "the dataset has too many tables for Python");
  TT_ASSIGN(std::shared_ptr<WarmProcess> language,
            pool.Get(Language(), base::Deadline::After(kLoadTime), cancel));
  confine::ForkPolicy policy;
  policy.limits = WarmLimits(options_.dataset_memory);
  policy.branch = true;
  policy.require_cgroup = options_.require_cgroup;
  wire::LoadFramesRequest request;
  std::vector<base::UniqueFd> files;
  for (const FrameSource& frame : frames) {
    TT_ASSIGN(const std::string path, RealPath(frame.path));
    TT_ASSIGN(base::UniqueFd file, OpenForReading(path));
    policy.files.push_back(file.get());
    request.frames.push_back({frame.name, kFirstFile + static_cast<int>(files.size())});
    files.push_back(std::move(file));
  }
  TT_ASSIGN(confine::Child child, language->Fork(policy));
  TT_CHECK(AwaitWarm(child, "load_frames", base::ToJson(request), "frames_loaded",
                     "loading the dataset for Python", cancel));
  return std::make_shared<WarmProcess>(std::move(child), std::move(language));
}

}  // namespace tabletalk::sandbox
