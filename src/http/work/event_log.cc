#include "http/work/event_log.h"

#include <charconv>
#include <utility>

#include "http/error_mapping.h"

namespace tabletalk::http {
namespace {

std::string TextOf(const boost::json::object& details, std::string_view name) {
  const auto* value = details.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

std::optional<EventId> ReadEventId(std::string_view text) {
  const auto dot = text.rfind('.');
  if (dot == text.npos || dot == 0 || dot + 1 == text.size()) return std::nullopt;
  EventId id{std::string(text.substr(0, dot)), 0};
  const auto [end, problem] =
      std::from_chars(text.data() + dot + 1, text.data() + text.size(), id.number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

EventLog::EventLog(std::string id, base::TraceId trace_id, base::ByteSize limit)
    : id_(std::move(id)), trace_id_(std::move(trace_id)), limit_(limit) {}

void EventLog::Add(const wire::Event& event) {
  std::string frame = "id: " + id_ + '.' + std::to_string(frames_.size() + 1);
  frame.append("\nevent: ").append(wire::NameOf(event));
  frame.append("\ndata: ").append(wire::DataOf(event)).append("\n\n");
  frame.shrink_to_fit();
  bytes_ += frame.size();
  frames_.push_back(std::make_shared<const std::string>(std::move(frame)));
  has_data_ = has_data_ || std::holds_alternative<wire::DataEvent>(event);
  has_code_ = has_code_ || std::holds_alternative<wire::CodeEvent>(event);
}

void EventLog::AddEnd(const wire::ErrorEvent& error, wire::DoneEvent done) {
  done.data_ready = has_data_;
  done.metadata.trace_id = trace_id_.text();
  Add(error);
  Add(std::move(done));
  ended_ = true;
}

bool EventLog::Append(const wire::Event& event) {
  const std::lock_guard lock(mutex_);
  if (ended_) return false;
  Add(event);
  if (bytes_ <= limit_.bytes()) return true;
  bytes_ -= frames_.back()->size();
  frames_.pop_back();
  AddEnd({.message = "stopped: the answer grew past " + base::ToText(limit_) + " of events",
          .stage = wire::Stage::planning,
          .trace_id = trace_id_.text()},
         {});
  return false;
}

void EventLog::Complete(wire::DoneEvent done) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  done.data_ready = done.data_ready || has_data_;
  done.code_complete = done.code_complete || has_code_;
  Add(std::move(done));
  ended_ = true;
}

void EventLog::Fail(const Failure& failure) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  wire::DoneEvent done;
  done.thread_id = TextOf(failure.details, "thread_id");
  done.message_id = TextOf(failure.details, "message_id");
  AddEnd({.message = failure.message, .stage = StageOf(failure), .trace_id = trace_id_.text()},
         std::move(done));
}

bool EventLog::Refuse() {
  const std::lock_guard lock(mutex_);
  if (opened_ || ended_ || !frames_.empty()) return false;
  ended_ = true;
  return true;
}

bool EventLog::Open() {
  const std::lock_guard lock(mutex_);
  if (ended_ && frames_.empty()) return false;
  opened_ = true;
  return true;
}

EventLog::Slice EventLog::After(std::size_t count, base::ByteSize most) const {
  const std::lock_guard lock(mutex_);
  Slice slice;
  std::uint64_t bytes = 0;
  for (std::size_t i = count; i < frames_.size(); ++i) {
    bytes += frames_[i]->size();
    if (!slice.frames.empty() && bytes > most.bytes()) return slice;
    slice.frames.push_back(frames_[i]);
  }
  slice.ended = ended_;
  return slice;
}

std::size_t EventLog::size() const {
  const std::lock_guard lock(mutex_);
  return frames_.size();
}

base::ByteSize EventLog::bytes() const {
  const std::lock_guard lock(mutex_);
  return base::ByteSize(bytes_);
}

bool EventLog::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace tabletalk::http
