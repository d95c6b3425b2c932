// The events of one stream, in order, for any number of readers.
//
// A producer and its readers are separate. The producer appends and never waits; a reader asks for
// what comes after the last event that it has sent, at its own pace, as often as it likes and also
// long after the end. So a slow reader holds up nobody, costs a position and not a queue, and one
// that went away resumes where it was. What bounds the memory is the log itself: an event is
// rendered once, readers share it, and a stream that grows past `limit` is ended with an error.
//
// A log begins empty, and as long as it is, the whole stream may still be refused: a question about
// a dataset that does not exist is an ordinary 404 and no stream. Once there is an event, or a
// reader's response has begun (Open), it is too late for that, and the refusal becomes an event.
//
// It ends with `done`, after an `error` where there is no answer; nothing is added after it, so
// that of two who end a stream at the same time (the producer, and the server that stops) the first
// is heard. Thread-safe. Not a goal: waking readers, which is the Execution's part.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/units.h"
#include "http/message.h"
#include "wire/event.h"

namespace tabletalk::http {

/// "<stream>.<number>", the `id` of an event; the first event of a stream has number 1.
struct EventId {
  std::string stream;
  std::size_t number = 0;
};
std::optional<EventId> ReadEventId(std::string_view text);

class EventLog {
 public:
  using Frame =
      std::shared_ptr<const std::string>;  ///< One event as it travels, blank line and all.

  /// `limit` is for the events before the last two.
  EventLog(std::string id, base::TraceId trace_id, base::ByteSize limit);

  const std::string& id() const { return id_; }

  /// False where nothing more is taken: the log has ended, or this event was too much for it and
  /// has ended it.
  bool Append(const wire::Event& event);
  /// Ends it with an answer. `done.data_ready` and `.code_complete` are added to from what was
  /// appended.
  void Complete(wire::DoneEvent done);
  /// Ends it with `error` and `done`.
  void Fail(const Failure& failure);
  /// Ends it without an event; false where it is too late for that.
  bool Refuse();
  /// Says that a response begins; false where it was refused already.
  bool Open();

  struct Slice {
    std::vector<Frame> frames;
    bool ended = false;  ///< These are the last.
  };
  /// What follows the first `count` events: as many as `most` bytes hold, at least one if there is.
  Slice After(std::size_t count, base::ByteSize most) const;

  std::size_t size() const;
  base::ByteSize bytes() const;
  bool ended() const;

 private:
  void Add(const wire::Event& event);
  void AddEnd(const wire::ErrorEvent& error, wire::DoneEvent done);

  const std::string id_;
  const base::TraceId trace_id_;
  const base::ByteSize limit_;
  mutable std::mutex mutex_;
  std::vector<Frame> frames_;
  std::uint64_t bytes_ = 0;
  bool opened_ = false;
  bool ended_ = false;
  bool has_data_ = false;
  bool has_code_ = false;
};

}  // namespace tabletalk::http
