#include "runs/running.h"

#include <algorithm>
#include <utility>

namespace tabletalk::runs {

Running::Entry::Entry(Running& all, wire::Run run, base::CancelToken cancel)
    : all_(all), run_(std::make_shared<const wire::Run>(std::move(run))) {
  const std::lock_guard lock(all_.mutex_);
  number_ = ++all_.begun_;
  all_.going_.emplace(number_, Going{run_, std::move(cancel)});
}

Running::Entry::~Entry() {
  const std::lock_guard lock(all_.mutex_);
  all_.going_.erase(number_);
}

void Running::Entry::Start() {
  wire::Run started = *run_;
  started.status = wire::RunStatus::running;
  run_ = std::make_shared<const wire::Run>(std::move(started));
  const std::lock_guard lock(all_.mutex_);
  all_.going_.at(number_).run = run_;
}

// There are as many as places and waiting ones: a few dozen.
std::optional<Running::Going> Running::Look(const std::string& run_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(going_.begin(), going_.end(), [&](const auto& one) {
    return one.second.run->run_id == run_id;
  });
  if (found == going_.end()) return std::nullopt;
  return found->second;
}

std::optional<KeptRun> Running::Find(const std::string& run_id) const {
  auto going = Look(run_id);
  if (!going) return std::nullopt;
  return std::move(going->run);
}

std::vector<KeptRun> Running::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<KeptRun> list;
  list.reserve(going_.size());
  for (auto one = going_.rbegin(); one != going_.rend(); ++one) list.push_back(one->second.run);
  return list;
}

// Outside of the lock: whoever a cancel wakes may end its entry at once.
std::optional<KeptRun> Running::Cancel(const std::string& run_id) const {
  auto going = Look(run_id);
  if (!going) return std::nullopt;
  going->cancel.Cancel();
  return std::move(going->run);
}

void Running::CancelAll() const {
  std::vector<base::CancelToken> tokens;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, going] : going_) tokens.push_back(going.cancel);
  }
  for (const base::CancelToken& token : tokens) token.Cancel();
}

}  // namespace tabletalk::runs
