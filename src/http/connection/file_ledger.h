// The files that are on their way to clients, and how much disk they hold.
//
// A whole result is deleted before it is sent, so only the open file keeps it, for as long as its
// reader takes. Readers that do not read could so hold any amount of disk: beyond `most` the ones
// that began first are cut off, until what is left fits or only the newest one is left.
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/units.h"

namespace tabletalk::http {

class FileLedger {
 public:
  explicit FileLedger(base::ByteSize most) : most_(most) {}

  /// A file that is being sent, until the object goes.
  class Entry {
   public:
    Entry(Entry&& other) noexcept
        : ledger_(std::exchange(other.ledger_, nullptr)), id_(other.id_) {}
    Entry& operator=(Entry&&) = delete;
    ~Entry() {
      if (ledger_ != nullptr) ledger_->Remove(id_);
    }

   private:
    friend class FileLedger;
    Entry(FileLedger* ledger, std::uint64_t id) : ledger_(ledger), id_(id) {}
    FileLedger* ledger_;
    std::uint64_t id_;
  };

  /// `cut` ends the transfer; it is called at most once, from any thread, and must not block.
  Entry Add(std::uint64_t size, std::function<void()> cut) {
    std::vector<std::function<void()>> victims;
    std::uint64_t id = 0;
    {
      const std::lock_guard lock(mutex_);
      id = next_++;
      held_ += size;
      sending_.emplace(id, Sending{size, std::move(cut)});
      for (auto one = sending_.begin(); held_ > most_.bytes() && one->first != id;) {
        held_ -= one->second.size;
        victims.push_back(std::move(one->second.cut));
        one = sending_.erase(one);
      }
    }
    for (const auto& victim : victims) victim();
    return Entry(this, id);
  }

  base::ByteSize held() const {
    const std::lock_guard lock(mutex_);
    return base::ByteSize(held_);
  }

 private:
  struct Sending {
    std::uint64_t size;
    std::function<void()> cut;
  };
  void Remove(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    const auto found = sending_.find(id);
    if (found == sending_.end()) return;
    held_ -= found->second.size;
    sending_.erase(found);
  }

  const base::ByteSize most_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Sending> sending_;  ///< Oldest first.
  std::uint64_t held_ = 0;
  std::uint64_t next_ = 0;
};

}  // namespace tabletalk::http
