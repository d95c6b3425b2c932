// A worker that is a confined process of this host.
#pragma once

#include <memory>
#include <string_view>

#include "sandbox/worker.h"
#include "sandbox/workers/warm_process.h"

namespace tabletalk::sandbox {

WorkerEnd EndOf(const confine::Exit& exit);

class ConfinedWorker final : public Worker {
 public:
  /// A parked copy of a warm process, whose time begins now, or a program of its own.
  explicit ConfinedWorker(ParkedRun run);
  ~ConfinedWorker() override;

  int channel() const override { return run_.child.control_fd(); }
  const WorkerEnd& Wait(base::Deadline deadline, const base::CancelToken& cancel) override;
  bool Ended() const override { return run_.child.Ended(); }
  void Kill() override { run_.child.Kill(); }
  bool LostItsOrigin() override;
  void Distrust(std::string_view why) override;

 private:
  ParkedRun run_;
  std::optional<WorkerEnd> end_;
};

/// A program of its own for one conversation. Errors: as of confine::Start.
base::Result<std::unique_ptr<Worker>> StartWorker(const confine::Policy& policy);

}  // namespace tabletalk::sandbox
