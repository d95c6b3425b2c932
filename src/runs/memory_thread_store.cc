#include "runs/memory_thread_store.h"

#include <algorithm>

#include "base/utf8.h"

namespace tabletalk::runs {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr std::size_t kLongestId = 100;
constexpr std::size_t kTitleChars = 80;

bool IsId(const std::string& id) {
  return !id.empty() && id.size() <= kLongestId &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '_' || c == '-' || c == '.' || c == ':';
         });
}

std::uint64_t BytesOf(const std::vector<wire::Egress>& egress) {
  std::uint64_t bytes = 0;
  for (const wire::Egress& one : egress) {
    bytes += one.body.size();
    for (const wire::EgressPart& part : one.parts) bytes += part.text.size();
  }
  return bytes;
}

std::string TitleOf(const std::string& question) {
  const std::string_view shown = base::Truncate(question, kTitleChars);
  return std::string(shown) + (shown.size() < question.size() ? "…" : "");
}

base::Error NoSuch(std::string_view what, const std::string& id) {
  return MakeError(ErrorCode::not_found, "there is no " + std::string(what) + " \"" +
                                             base::EscapeControls(base::Truncate(id, kLongestId)) +
                                             "\"; conversations are kept until the server stops");
}

}  // namespace

Result<std::vector<Remembered>> MemoryThreadStore::Begin(const std::string& thread_id,
                                                         const std::string& dataset_id,
                                                         const Exchange& exchange,
                                                         std::size_t window) {
  if (!IsId(thread_id))
    return base::InvalidArgument(
        "thread_id must be at most 100 letters, digits, '_', '-', '.' and ':'");
  const std::lock_guard lock(mutex_);
  const std::string now = base::ToRfc3339(clock_->Now());
  const auto [found, fresh] = threads_.try_emplace(thread_id);
  Thread& thread = found->second;
  if (fresh) {
    thread.dataset_id = dataset_id;
    thread.created_at = now;
  } else if (thread.dataset_id != dataset_id) {
    return MakeError(ErrorCode::conflict, "this thread is about the dataset \"" +
                                              thread.dataset_id +
                                              "\"; leave out thread_id to begin another");
  }
  std::vector<Remembered> said;
  for (const Exchange& earlier : thread.exchanges)
    if (earlier.remembered) said.push_back(*earlier.remembered);
  if (said.size() > window)
    said.erase(said.begin(), said.end() - static_cast<std::ptrdiff_t>(window));
  thread.updated_at = now;
  thread.touched = ++uses_;
  thread.exchanges.push_back(exchange);
  thread.exchanges.back().asked_at = now;
  thread_of_[exchange.message_id] = thread_id;
  if (thread.exchanges.size() > limits_.exchanges) {
    thread_of_.erase(thread.exchanges.front().message_id);
    egress_bytes_ -= BytesOf(thread.exchanges.front().egress);
    thread.exchanges.pop_front();
  }
  ForgetTheQuietest();
  return said;
}

Result<void> MemoryThreadStore::Finish(const std::string& thread_id, Exchange exchange) {
  const std::lock_guard lock(mutex_);
  const auto found = threads_.find(thread_id);
  if (found == threads_.end()) return {};
  Thread& thread = found->second;
  const auto begun =
      std::find_if(thread.exchanges.begin(), thread.exchanges.end(),
                   [&](const Exchange& one) { return one.message_id == exchange.message_id; });
  if (begun == thread.exchanges.end()) return {};
  exchange.asked_at = begun->asked_at;
  exchange.answered_at = base::ToRfc3339(clock_->Now());
  thread.updated_at = exchange.answered_at;
  thread.touched = ++uses_;
  egress_bytes_ += BytesOf(exchange.egress);
  if (!exchange.egress.empty()) egress_order_.push_back(exchange.message_id);
  *begun = std::move(exchange);
  DropOldEgress();
  return {};
}

Result<std::vector<wire::ThreadSummary>> MemoryThreadStore::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::uint64_t, wire::ThreadSummary>> list;
  for (const auto& [id, thread] : threads_) {
    const std::string title =
        thread.exchanges.empty() ? "" : TitleOf(thread.exchanges.front().question);
    std::uint64_t messages = 0;
    for (const Exchange& one : thread.exchanges) messages += one.answered_at.empty() ? 1 : 2;
    list.push_back(
        {thread.touched,
         {id, title, thread.dataset_id, thread.created_at, thread.updated_at, messages}});
  }
  std::sort(list.begin(), list.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<wire::ThreadSummary> summaries;
  summaries.reserve(list.size());
  for (auto& [touched, summary] : list) summaries.push_back(std::move(summary));
  return summaries;
}

Result<std::vector<wire::ThreadMessage>> MemoryThreadStore::Messages(
    const std::string& thread_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = threads_.find(thread_id);
  if (found == threads_.end()) return NoSuch("thread", thread_id);
  std::vector<wire::ThreadMessage> messages;
  for (const Exchange& one : found->second.exchanges) {
    messages.push_back(
        {one.question_id, wire::MessageRole::user, one.question, {}, one.asked_at, std::nullopt});
    if (one.answered_at.empty()) continue;
    messages.push_back({one.message_id, wire::MessageRole::assistant, one.answer, one.runs,
                        one.answered_at, one.error});
  }
  return messages;
}

Result<void> MemoryThreadStore::Delete(const std::string& thread_id) {
  const std::lock_guard lock(mutex_);
  const auto found = threads_.find(thread_id);
  if (found == threads_.end()) return NoSuch("thread", thread_id);
  for (const Exchange& one : found->second.exchanges) {
    egress_bytes_ -= BytesOf(one.egress);
    thread_of_.erase(one.message_id);
  }
  threads_.erase(found);
  return {};
}

Result<std::vector<wire::Egress>> MemoryThreadStore::EgressOf(const std::string& message_id) const {
  const std::lock_guard lock(mutex_);
  const auto thread_id = thread_of_.find(message_id);
  if (thread_id == thread_of_.end()) return NoSuch("answer", message_id);
  for (const Exchange& one : threads_.at(thread_id->second).exchanges) {
    if (one.message_id != message_id) continue;
    if (!one.egress_dropped) return one.egress;
    return MakeError(ErrorCode::not_found,
                     "what was sent for this answer is no longer kept: newer ones took its room");
  }
  return NoSuch("answer", message_id);
}

void MemoryThreadStore::ForgetTheQuietest() {
  while (threads_.size() > limits_.threads) {
    const auto quietest = std::min_element(
        threads_.begin(), threads_.end(),
        [](const auto& a, const auto& b) { return a.second.touched < b.second.touched; });
    for (const Exchange& one : quietest->second.exchanges) {
      egress_bytes_ -= BytesOf(one.egress);
      thread_of_.erase(one.message_id);
    }
    threads_.erase(quietest);
  }
}

void MemoryThreadStore::DropOldEgress() {
  while (!egress_order_.empty() && !thread_of_.contains(egress_order_.front()))
    egress_order_.pop_front();
  while (egress_bytes_ > limits_.egress.bytes() && !egress_order_.empty()) {
    const std::string message_id = std::move(egress_order_.front());
    egress_order_.pop_front();
    const auto thread_id = thread_of_.find(message_id);
    if (thread_id == thread_of_.end()) continue;
    for (Exchange& one : threads_.at(thread_id->second).exchanges) {
      if (one.message_id != message_id) continue;
      egress_bytes_ -= BytesOf(one.egress);
      one.egress.clear();
      one.egress_dropped = true;
    }
  }
}

}  // namespace tabletalk::runs
