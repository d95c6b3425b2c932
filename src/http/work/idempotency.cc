#include "http/work/idempotency.h"

#include <utility>

namespace tabletalk::http {
namespace {

/// What a kept outcome weighs, with the events before it; nothing for one that is not to be kept.
std::optional<std::size_t> WeightOf(const Execution& execution, const Outcome& outcome) {
  const std::size_t events = execution.events() ? execution.events()->bytes().bytes() : 0;
  if (const auto* reply = std::get_if<Reply>(&outcome)) return events + reply->body.size() + 256;
  const Failure& failure = std::get<Failure>(outcome);
  if (failure.retryable) return std::nullopt;
  return events + failure.message.size() + 1024;
}

}  // namespace

IdempotencyStore::IdempotencyStore(IdempotencyLimits limits, std::shared_ptr<base::Clock> clock)
    : limits_(limits), clock_(std::move(clock)) {}

base::Result<IdempotencyStore::Joined> IdempotencyStore::Join(
    const std::string& key, const std::string& fingerprint, Execution::Waker waker,
    const std::function<std::shared_ptr<Execution>()>& make) {
  const std::lock_guard lock(mutex_);
  Sweep();
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    const Entry& entry = *found->second;
    if (entry.fingerprint != fingerprint)
      return base::MakeError(base::ErrorCode::conflict,
                             "this Idempotency-Key was used before with another request");
    if (auto ticket = Ticket::For(entry.execution, waker, true))
      return Joined{std::move(*ticket), entry.execution};
    entries_.erase(found->second);
    by_key_.erase(found);
  }
  auto execution = make();
  auto ticket = Ticket::For(execution, std::move(waker), false);
  by_key_[key] = entries_.insert(entries_.end(), {key, fingerprint, clock_->Steady(), execution});
  return Joined{std::move(*ticket), std::move(execution)};
}

void IdempotencyStore::Forget(const std::string& key, const std::shared_ptr<Execution>& execution) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || found->second->execution != execution) return;
  entries_.erase(found->second);
  by_key_.erase(found);
}

void IdempotencyStore::Sweep() {
  const auto oldest_wanted = clock_->Steady() - limits_.lifetime;
  std::size_t bytes = 0;
  std::size_t kept = 0;
  // From the newest to the oldest, so that what no longer fits is the oldest.
  for (auto entry = entries_.end(); entry != entries_.begin();) {
    --entry;
    bool keep = !entry->execution->abandoned();
    if (const auto outcome = entry->execution->outcome()) {
      const auto weight = WeightOf(*entry->execution, *outcome);
      keep = weight && entry->since > oldest_wanted && kept < limits_.max_entries &&
             bytes + *weight <= limits_.max_bytes.bytes();
      if (keep) bytes += *weight;
    }
    if (keep) {
      ++kept;
    } else {
      by_key_.erase(entry->key);
      entry = entries_.erase(entry);
    }
  }
}

std::size_t IdempotencyStore::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace tabletalk::http
