#include "http/work/stream_registry.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "http/error_mapping.h"

namespace tabletalk::http {
namespace {

constexpr std::chrono::milliseconds kAfterDeadline{500};  // For work to notice it by itself.

void End(const Execution& execution, const Failure& reason) {
  execution.events()->Fail(reason);
  execution.cancel().Cancel();
  execution.Wake();
}

}  // namespace

std::shared_ptr<Execution> StreamRegistry::Open(const base::TraceId& trace_id,
                                                base::Deadline deadline) {
  auto log = std::make_shared<EventLog>(base::RandomHex128(), trace_id, limits_.max_stream);
  auto execution = std::make_shared<Execution>(log, clock_, changed_);
  {
    const std::lock_guard lock(mutex_);
    by_id_[log->id()] = entries_.insert(entries_.end(), {execution, deadline, std::nullopt});
  }
  changed_();
  return execution;
}

std::shared_ptr<Execution> StreamRegistry::Find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second->execution;
}

StreamRegistry::Entries::iterator StreamRegistry::Erase(Entries::iterator entry) {
  by_id_.erase(entry->execution->events()->id());
  return entries_.erase(entry);
}

void StreamRegistry::Forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_id_.find(id); found != by_id_.end()) Erase(found->second);
}

void StreamRegistry::OnChange(std::function<void()> changed) { changed_ = std::move(changed); }

std::optional<std::chrono::steady_clock::time_point> StreamRegistry::Sweep() {
  using TimePoint = std::chrono::steady_clock::time_point;
  std::vector<std::shared_ptr<Execution>> late;
  auto next = TimePoint::max();
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock_->Steady();
    std::size_t kept = 0;
    std::uint64_t bytes = 0;
    // From the newest to the oldest, so that what no longer fits is the oldest.
    for (auto entry = entries_.end(); entry != entries_.begin();) {
      --entry;
      const EventLog& log = *entry->execution->events();
      if (!log.ended()) {
        if (const auto due = entry->execution->GiveUp(limits_.grace)) next = std::min(next, *due);
        const TimePoint last = entry->deadline.time();
        if (last < now - kAfterDeadline) {
          late.push_back(entry->execution);
        } else if (last != TimePoint::max()) {
          next = std::min(next, last + kAfterDeadline + std::chrono::milliseconds(1));
        }
        continue;
      }
      if (!entry->ended_at) entry->ended_at = now;
      const std::uint64_t size = log.bytes().bytes();
      if (log.size() > 0 && now - *entry->ended_at < limits_.kept && kept < limits_.max_kept &&
          bytes + size <= limits_.max_kept_bytes.bytes()) {
        ++kept;
        bytes += size;
        next = std::min(next, *entry->ended_at + limits_.kept);
      } else {
        entry = Erase(entry);
      }
    }
  }
  for (const auto& execution : late) End(*execution, TookTooLong());
  if (next == TimePoint::max()) return std::nullopt;
  return next;
}

void StreamRegistry::EndAll(const Failure& reason) {
  std::vector<std::shared_ptr<Execution>> running;
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_)
      if (!entry.execution->events()->ended()) running.push_back(entry.execution);
  }
  for (const auto& execution : running) End(*execution, reason);
}

std::size_t StreamRegistry::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace tabletalk::http
