// Workers that are nothing but a script: what is said whatever is asked, and how it ends. They show
// what a provider has to be, and what jobs make of it.
#pragma once

#include <sys/socket.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "sandbox/worker.h"
#include "wire/frame.h"

namespace tabletalk::sandbox::testing {

struct Script {
  std::vector<std::pair<std::string, base::json::value>> frames;  ///< Kind and body.
  WorkerEnd end;
  bool lost_its_origin = false;
};

/// What became of the workers.
struct Witness {
  std::vector<WorkerNeed> needs;
  std::vector<std::string> distrusted;
  int alive = 0;
};

class ScriptedWorker final : public Worker {
 public:
  ScriptedWorker(Script script, Witness& witness) : script_(std::move(script)), witness_(witness) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return;
    ours_ = base::UniqueFd(ends[0]);
    theirs_ = base::UniqueFd(ends[1]);
    const auto soon = base::Deadline::After(std::chrono::seconds(5));
    for (const auto& [kind, body] : script_.frames)
      if (wire::WriteFrame(theirs_.get(), kind, body, soon).has_error()) return;
    ::shutdown(theirs_.get(), SHUT_WR);
    ++witness_.alive;
  }
  ~ScriptedWorker() override { --witness_.alive; }

  int channel() const override { return ours_.get(); }
  const WorkerEnd& Wait(base::Deadline, const base::CancelToken&) override {
    ended_ = true;
    return script_.end;
  }
  bool Ended() const override { return ended_; }
  void Kill() override {
    if (!ended_) script_.end.verdict = confine::Verdict::cancelled;
    ended_ = true;
  }
  bool LostItsOrigin() override { return script_.lost_its_origin; }
  void Distrust(std::string_view why) override { witness_.distrusted.emplace_back(why); }

 private:
  Script script_;
  Witness& witness_;
  base::UniqueFd ours_;
  base::UniqueFd theirs_;
  bool ended_ = false;
};

/// Each worker plays the next script; without one there is no sandbox.
class ScriptedWorkers final : public WorkerSource {
 public:
  ScriptedWorkers(std::deque<Script> scripts, Witness& witness)
      : scripts_(std::move(scripts)), witness_(witness) {}
  base::Result<std::unique_ptr<Worker>> Open(const WorkerNeed& need, const JobContext&) override {
    witness_.needs.push_back(need);
    if (scripts_.empty())
      return base::MakeError(base::ErrorCode::no_sandbox, "there is no worker left");
    auto worker = std::make_unique<ScriptedWorker>(std::move(scripts_.front()), witness_);
    scripts_.pop_front();
    return std::unique_ptr<Worker>(std::move(worker));
  }
  std::vector<Language> languages() const override { return {Language::sql}; }
  Activity Counters() const override { return {}; }

 private:
  std::deque<Script> scripts_;
  Witness& witness_;
};

}  // namespace tabletalk::sandbox::testing
