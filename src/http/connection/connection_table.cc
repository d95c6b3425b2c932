#include "http/connection/connection_table.h"

#include <algorithm>
#include <vector>

namespace tabletalk::http {

ConnectionLimits LimitsFor(std::uint64_t descriptors) {
  constexpr std::uint64_t kForTheRest = 256;  // Files, pools, pipes of sandboxed processes.
  constexpr std::uint64_t kFewest = 32;
  constexpr std::uint64_t kMost = 16'384;
  const std::uint64_t free = descriptors > kForTheRest ? descriptors - kForTheRest : 0;
  const auto most = static_cast<std::size_t>(std::clamp(free / 2, kFewest, kMost));
  return {most, most - most / 4, most - most / 4};
}

void ConnectionTable::Enter(std::uint64_t id, Entry& entry, Doing doing) {
  entry.doing = doing;
  if (doing == Doing::answering) return;
  Address& address = *entry.address;
  by_waiting_.erase({address.waiting(), &address});
  Ids& list = doing == Doing::idle ? address.idle : address.reading;
  entry.place = list.insert(list.end(), id);
  by_waiting_.insert({address.waiting(), &address});
  ++waiting_;
}

void ConnectionTable::Leave(Entry& entry) {
  if (entry.doing == Doing::answering || entry.closing) return;
  Address& address = *entry.address;
  by_waiting_.erase({address.waiting(), &address});
  (entry.doing == Doing::idle ? address.idle : address.reading).erase(entry.place);
  if (address.waiting() > 0) by_waiting_.insert({address.waiting(), &address});
  --waiting_;
}

std::optional<std::function<void()>> ConnectionTable::TakeVictim(Address& address) {
  if (address.waiting() == 0) return std::nullopt;
  const std::uint64_t id = (address.idle.empty() ? address.reading : address.idle).front();
  Entry& entry = entries_.at(id);
  Leave(entry);
  entry.closing = true;
  ++closed_;
  --address.all;
  return entry.close;
}

std::optional<std::function<void()>> ConnectionTable::TakeVictim() {
  if (by_waiting_.empty()) return std::nullopt;
  return TakeVictim(*by_waiting_.rbegin()->second);
}

std::optional<std::uint64_t> ConnectionTable::Add(const std::string& text,
                                                  std::function<void()> close,
                                                  std::function<void()> wake) {
  std::vector<std::function<void()>> victims;
  std::optional<std::uint64_t> id;
  {
    const std::lock_guard lock(mutex_);
    Address& address = addresses_[text];
    address.text = text;
    bool room = true;
    if (address.all >= limits_.most_per_address) {
      auto own = TakeVictim(address);
      room = own.has_value();
      if (own) victims.push_back(std::move(*own));
    }
    if (room && waiting_ >= limits_.most_waiting)
      if (auto other = TakeVictim()) victims.push_back(std::move(*other));
    if (room) {
      id = next_++;
      Entry& entry = entries_[*id];
      entry.address = &address;
      entry.close = std::move(close);
      entry.wake = std::move(wake);
      ++address.all;
      ++address.open;
      Enter(*id, entry, Doing::idle);
    }
  }
  for (const auto& victim : victims) victim();
  return id;
}

void ConnectionTable::Remove(std::uint64_t id) {
  std::function<void()> removed;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    Leave(entry);
    Address& address = *entry.address;
    if (!entry.closing) --address.all;
    if (--address.open == 0) addresses_.erase(addresses_.find(address.text));
    entries_.erase(found);
    removed = removed_;
  }
  if (removed) removed();
}

void ConnectionTable::Set(std::uint64_t id, Doing doing) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second.closing) return;
  Leave(found->second);
  Enter(id, found->second, doing);
}

bool ConnectionTable::CloseOne() {
  std::optional<std::function<void()>> victim;
  {
    const std::lock_guard lock(mutex_);
    victim = TakeVictim();
  }
  if (victim) (*victim)();
  return victim.has_value();
}

void ConnectionTable::CloseAll() {
  std::vector<std::function<void()>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_) all.push_back(entry.close);
  }
  for (const auto& close : all) close();
}

void ConnectionTable::WakeAll() {
  std::vector<std::function<void()>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_) all.push_back(entry.wake);
  }
  for (const auto& wake : all) wake();
}

void ConnectionTable::OnRemove(std::function<void()> removed) {
  const std::lock_guard lock(mutex_);
  removed_ = std::move(removed);
}

std::size_t ConnectionTable::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::uint64_t ConnectionTable::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace tabletalk::http
