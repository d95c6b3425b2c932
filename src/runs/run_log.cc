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

bool HasEnded(wire::RunStatus status) {
  return status != wire::RunStatus::pending && status != wire::RunStatus::running;
}

void RunLog::Put(wire::Run run, base::CancelToken cancel) {
  const std::lock_guard lock(mutex_);
  const std::string id = run.run_id;
  const std::uint64_t bytes = SizeInMemory(run);
  auto [entry, is_new] = entries_.try_emplace(id);
  if (is_new) order_.push_back(id);
  bytes_ += bytes - entry->second.bytes;
  entry->second = Entry{std::move(run), std::move(cancel), bytes};
  const auto over = [this] { return order_.size() > capacity_ || bytes_ > max_size_.bytes(); };
  for (auto oldest = order_.begin(); over() && oldest != order_.end();) {
    const auto old = entries_.find(*oldest);
    if (*oldest != id && HasEnded(old->second.run.status)) {
      bytes_ -= old->second.bytes;
      entries_.erase(old);
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
