#include "net/event_stream.h"

#include <utility>

namespace tabletalk::net {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

bool EventStreamParser::Feed(std::string_view bytes,
                             const std::function<void(const StreamEvent&)>& sink) {
  if (overflown_) return false;
  while (!bytes.empty()) {
    // The second half of a CRLF, which may come in the next piece.
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const std::size_t end = bytes.find_first_of("\r\n");
    line_ += bytes.substr(0, end);
    if (line_.size() + event_.data.size() > max_event_.bytes()) {
      overflown_ = true;
      return false;
    }
    if (end == bytes.npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    EndLine(sink);
  }
  return true;
}

void EventStreamParser::Finish(const std::function<void(const StreamEvent&)>& sink, bool lenient) {
  if (!overflown_ && lenient) {
    if (!line_.empty()) EndLine(sink);
    EndLine(sink);
  }
  line_.clear();
  event_ = {};
  has_data_ = false;
}

void EventStreamParser::EndLine(const std::function<void(const StreamEvent&)>& sink) {
  const std::string whole = std::exchange(line_, {});
  std::string_view line = whole;
  if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark))
    line.remove_prefix(kByteOrderMark.size());
  if (line.empty()) {
    if (event_.event.empty()) event_.event = "message";
    if (has_data_) sink(event_);
    event_.event.clear();
    event_.data.clear();
    has_data_ = false;
    return;
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  } else if (field == "event") {
    event_.event = value;
  } else if (field == "id" && value.find('\0') == value.npos) {
    event_.id = value;
  }
}

}  // namespace tabletalk::net
