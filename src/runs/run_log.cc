#include "runs/run_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace tabletalk::runs {
namespace {

base::Error NoSuchRun(const std::string& run_id) {
  return base::MakeError(
      base::ErrorCode::not_found,
      fmt::format("there is no run \"{}\"; runs are remembered until the server stops",
                  base::EscapeControls(base::Truncate(run_id, 60))));
}

}  // namespace

bool HasEnded(wire::RunStatus status) {
  return status != wire::RunStatus::pending && status != wire::RunStatus::running;
}

void RunLog::Put(wire::Run run, base::CancelToken cancel) {
  const std::lock_guard lock(mutex_);
  const std::string id = run.run_id;
  if (!entries_.contains(id)) order_.push_back(id);
  entries_.insert_or_assign(id, Entry{std::move(run), std::move(cancel)});
  for (auto oldest = order_.begin(); order_.size() > capacity_ && oldest != order_.end();) {
    const auto entry = entries_.find(*oldest);
    if (HasEnded(entry->second.run.status)) {
      entries_.erase(entry);
      oldest = order_.erase(oldest);
    } else {
      ++oldest;
    }
  }
}

base::Result<wire::Run> RunLog::Find(const std::string& run_id) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(run_id);
  if (entry == entries_.end()) return NoSuchRun(run_id);
  return entry->second.run;
}

std::vector<wire::Run> RunLog::Recent() const {
  const std::lock_guard lock(mutex_);
  std::vector<wire::Run> runs;
  for (auto id = order_.rbegin(); id != order_.rend(); ++id) runs.push_back(entries_.at(*id).run);
  return runs;
}

base::Result<wire::Run> RunLog::Cancel(const std::string& run_id) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(run_id);
  if (entry == entries_.end()) return NoSuchRun(run_id);
  if (HasEnded(entry->second.run.status))
    return base::MakeError(base::ErrorCode::conflict, "the run has already ended");
  entry->second.cancel.Cancel();
  return entry->second.run;
}

}  // namespace tabletalk::runs
