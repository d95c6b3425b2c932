#include "http/stream_registry.h"

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
  auto execution = std::make_shared<Execution>(log, clock_);
  const std::lock_guard lock(mutex_);
  by_id_[log->id()] = entries_.insert(entries_.end(), {execution, deadline, std::nullopt});
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

void StreamRegistry::Sweep() {
  std::vector<std::shared_ptr<Execution>> late;
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
        entry->execution->GiveUp(limits_.grace);
        if (entry->deadline.time() < now - kAfterDeadline) late.push_back(entry->execution);
        continue;
      }
      if (!entry->ended_at) entry->ended_at = now;
      const std::uint64_t size = log.bytes().bytes();
      if (log.size() > 0 && now - *entry->ended_at < limits_.kept && kept < limits_.max_kept &&
          bytes + size <= limits_.max_kept_bytes.bytes()) {
        ++kept;
        bytes += size;
      } else {
        entry = Erase(entry);
      }
    }
  }
  for (const auto& execution : late) End(*execution, TookTooLong());
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
