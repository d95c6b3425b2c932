#include "runs/memory_run_store.h"

#include <utility>

namespace tabletalk::runs {
namespace {

std::uint64_t SizeInMemory(const base::json::value& value) {
  std::uint64_t bytes = sizeof value;
  if (const auto* text = value.if_string()) bytes += text->size();
  if (const auto* array = value.if_array())
    for (const auto& element : *array) bytes += SizeInMemory(element);
  if (const auto* object = value.if_object())
    for (const auto& member : *object)
      bytes += 32 + member.key().size() + SizeInMemory(member.value());
  return bytes;
}

// What grows with the asker's wishes; near enough.
std::uint64_t SizeInMemory(const wire::Run& run) {
  std::uint64_t bytes = 2048 + 2 * run.sql.size() + run.python.size() + run.logs.size() +
                        (run.figure ? run.figure->size() : 0) + SizeInMemory(run.value);
  if (!run.result) return bytes;
  for (const auto& row : run.result->rows) {
    bytes += sizeof row + row.size() * sizeof(wire::Value);
    for (const wire::Value& value : row)
      if (const auto* text = value.if_text()) bytes += text->size();
  }
  return bytes;
}

}  // namespace

base::Result<void> MemoryRunStore::Put(KeptRun run) {
  if (run == nullptr || run->run_id.empty() || !HasEnded(run->status))
    return base::InvalidArgument("only a run that has ended is remembered");
  const std::uint64_t bytes = SizeInMemory(*run);
  std::vector<Entry> forgotten;  // Large results are let go outside of the lock.
  const std::lock_guard lock(mutex_);
  if (by_id_.contains(run->run_id)) return {};
  entries_.push_front({std::move(run), bytes});
  by_id_.emplace(entries_.front().run->run_id, entries_.begin());
  bytes_ += bytes;
  while (entries_.size() > 1 && (entries_.size() > capacity_ || bytes_ > max_size_.bytes()))
    forgotten.push_back(TakeOldest());
  return {};
}

MemoryRunStore::Entry MemoryRunStore::TakeOldest() {
  Entry oldest = std::move(entries_.back());
  entries_.pop_back();
  by_id_.erase(oldest.run->run_id);
  bytes_ -= oldest.bytes;
  return oldest;
}

base::Result<KeptRun> MemoryRunStore::Find(const std::string& run_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(run_id);
  if (found == by_id_.end()) return NoSuchRun(run_id);
  return found->second->run;
}

base::Result<wire::RunSummary> MemoryRunStore::Summary(const std::string& run_id) const {
  TT_ASSIGN(const KeptRun run, Find(run_id));
  return SummaryOf(*run);
}

base::Result<std::vector<wire::RunSummary>> MemoryRunStore::List() const {
  std::vector<KeptRun> kept;
  {
    const std::lock_guard lock(mutex_);
    kept.reserve(entries_.size());
    for (const Entry& entry : entries_) kept.push_back(entry.run);
  }
  std::vector<wire::RunSummary> list;
  list.reserve(kept.size());
  for (const KeptRun& run : kept) list.push_back(SummaryOf(*run));
  return list;
}

}  // namespace tabletalk::runs
