#include "sandbox/workers/warm_process.h"

#include <algorithm>
#include <tuple>

#include "base/log.h"

namespace tabletalk::sandbox {
namespace {

auto AsTuple(const confine::Limits& limits) {
  return std::tie(limits.wall, limits.cpu, limits.memory, limits.address_space_headroom,
                  limits.threads, limits.open_files, limits.file_size, limits.tmp, limits.output,
                  limits.output_kept);
}

}  // namespace

WarmProcess::WarmProcess(confine::Child child, std::shared_ptr<WarmProcess> parent)
    : parent_(std::move(parent)), child_(std::move(child)) {}

base::Result<confine::Child> WarmProcess::Fork(const confine::ForkPolicy& policy) {
  auto forked = child_.Fork(policy);
  if (forked.has_value()) {
    ++forks_;
  } else if (forked.error().code() != base::ErrorCode::invalid_argument) {
    Condemn("it did not fork: " + forked.error().public_message());
  }
  return forked;
}

std::optional<confine::Child> WarmProcess::TakeSpare(const confine::Limits& limits) {
  const std::scoped_lock lock(mutex_);
  for (auto spare = spares_.begin(); spare != spares_.end(); ++spare) {
    if (AsTuple(spare->limits) != AsTuple(limits) || spare->child.Ended()) continue;
    std::optional<confine::Child> taken(std::move(spare->child));
    spares_.erase(spare);
    return taken;
  }
  return std::nullopt;
}

base::Result<void> WarmProcess::AddSpare(const confine::ForkPolicy& policy) {
  TT_ASSIGN(confine::Child child, Fork(policy));
  std::vector<Spare> stale;  // They end after the lock was given back.
  const std::scoped_lock lock(mutex_);
  const auto useless =
      std::stable_partition(spares_.begin(), spares_.end(), [&](const Spare& spare) {
        return AsTuple(spare.limits) == AsTuple(policy.limits) && !spare.child.Ended();
      });
  stale.assign(std::move_iterator(useless), std::move_iterator(spares_.end()));
  spares_.erase(useless, spares_.end());
  spares_.push_back({policy.limits, std::move(child)});
  return {};
}

void WarmProcess::DropSpares() {
  std::vector<Spare> dropped;
  const std::scoped_lock lock(mutex_);
  dropped.swap(spares_);
}

std::size_t WarmProcess::spares() const {
  const std::scoped_lock lock(mutex_);
  return spares_.size();
}

std::size_t WarmProcess::SparesFor(const confine::Limits& limits) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(spares_.begin(), spares_.end(), [&](const Spare& spare) {
        return AsTuple(spare.limits) == AsTuple(limits) && !spare.child.Ended();
      }));
}

void WarmProcess::Condemn(std::string_view why) {
  if (condemned_.exchange(true)) return;
  base::Log(base::LogLevel::warn, "warm_process_condemned", {{"why", why}});
}

bool WarmProcess::Usable() const {
  return !condemned_ && !child_.Ended() && (!parent_ || parent_->Usable());
}

bool WarmProcess::EndsBy(base::Deadline deadline) const {
  // One that is a branch ends with its parent.
  return child_.EndsBy(deadline);
}

bool WarmProcess::Ended() const { return child_.Ended() || (parent_ && parent_->Ended()); }

base::ByteSize WarmProcess::Memory() {
  base::ByteSize sum = child_.ProportionalMemory();
  // Reading a share takes milliseconds. A spare is taken aside for it, so that no run waits; at
  // worst one finds a spare less.
  for (std::size_t i = 0, count = spares(); i < count; ++i) {
    std::vector<Spare> aside;
    {
      const std::scoped_lock lock(mutex_);
      if (spares_.empty()) break;
      aside.push_back(std::move(spares_.front()));
      spares_.erase(spares_.begin());
    }
    sum = sum + aside.front().child.ProportionalMemory();
    const std::scoped_lock lock(mutex_);
    spares_.push_back(std::move(aside.front()));
  }
  return sum;
}

}  // namespace tabletalk::sandbox
