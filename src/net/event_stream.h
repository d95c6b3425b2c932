// Server-Sent Events as they come in (WHATWG HTML, 9.2.6 "Interpreting an event stream").
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace tabletalk::net {

struct StreamEvent {
  std::string event;  ///< "message" where the stream names none.
  std::string data;
  std::string id;  ///< The last one seen.
};

/// Cuts a stream of bytes, in whatever pieces they come, into events: LF, CR and CRLF line ends, a
/// byte-order mark, comments, several data lines, no blank after the colon. Not thread-safe.
class EventStreamParser {
 public:
  explicit EventStreamParser(base::ByteSize max_event = base::ByteSize::Mebi(8))
      : max_event_(max_event) {}

  /// Calls `sink` for each event that `bytes` completes. False where an event is larger than
  /// allowed; nothing more is taken then.
  bool Feed(std::string_view bytes, const std::function<void(const StreamEvent&)>& sink);
  /// The connection ended. An event without its blank line is dropped, as the standard says, unless
  /// `lenient`: some model servers leave out the last one.
  void Finish(const std::function<void(const StreamEvent&)>& sink, bool lenient = true);

 private:
  void EndLine(const std::function<void(const StreamEvent&)>& sink);

  const base::ByteSize max_event_;
  std::string line_;
  StreamEvent event_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool at_start_ = true;
  bool overflown_ = false;
};

}  // namespace tabletalk::net
