#include "sandbox/workers/confined_worker.h"

#include <signal.h>

namespace tabletalk::sandbox {
namespace {

// A copy that is killed with its origin may be seen to end first.
constexpr std::chrono::milliseconds kOriginPatience{20};

}  // namespace

WorkerEnd EndOf(const confine::Exit& exit) {
  WorkerEnd end{exit.verdict,         exit.code,           exit.signal, exit.usage,
                exit.standard_output, exit.standard_error, {}};
  for (const confine::Layer layer : exit.layers) end.layers.emplace_back(confine::Name(layer));
  return end;
}

ConfinedWorker::ConfinedWorker(ParkedRun run) : run_(std::move(run)) {
  if (run_.origin) run_.child.Begin();
}

ConfinedWorker::~ConfinedWorker() {
  // The answer need not wait until the last of a run that is over is gone.
  if (run_.origin && run_.child.Ended()) confine::Bury(std::move(run_.child));
}

const WorkerEnd& ConfinedWorker::Wait(base::Deadline deadline, const base::CancelToken& cancel) {
  if (!end_) end_ = EndOf(run_.child.Wait(deadline, cancel));
  return *end_;
}

bool ConfinedWorker::LostItsOrigin() {
  if (!run_.origin || !run_.child.Ended()) return false;
  const WorkerEnd& end = Wait(base::Deadline::Never(), {});
  if (end.verdict != confine::Verdict::crashed || end.signal != SIGKILL) return false;
  return run_.origin->EndsBy(base::Deadline::After(kOriginPatience));
}

void ConfinedWorker::Distrust(std::string_view why) {
  if (run_.origin) run_.origin->Condemn(why);
}

base::Result<std::unique_ptr<Worker>> StartWorker(const confine::Policy& policy) {
  TT_ASSIGN(confine::Child child, confine::Start(policy));
  return std::unique_ptr<Worker>(
      std::make_unique<ConfinedWorker>(ParkedRun{nullptr, std::move(child)}));
}

}  // namespace tabletalk::sandbox
