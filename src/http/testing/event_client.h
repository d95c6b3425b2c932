// A reader of an event stream, chunk by chunk as it comes over the socket.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/testing/raw_client.h"

namespace tabletalk::http::testing {

struct Event {
  std::string id;
  std::string name;
  std::string data;

  base::json::object Json() const {
    const auto parsed = base::ParseJson(data);
    return parsed.has_value() && parsed->is_object() ? parsed->as_object() : base::json::object{};
  }
};

/// Takes the first event, or comment, off the front of `text`; nothing where it is not whole. A
/// comment is an event whose name is ":".
inline std::optional<Event> TakeEvent(std::string& text) {
  const auto end = text.find("\n\n");
  if (end == text.npos) return std::nullopt;
  Event event;
  std::string_view rest = std::string_view(text).substr(0, end + 1);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    const auto colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    const std::string value(line.substr(std::min(colon + 2, line.size())));
    if (field.empty()) event.name = ":", event.data = value;
    if (field == "id") event.id = value;
    if (field == "event") event.name = value;
    if (field == "data") event.data = value;
  }
  text.erase(0, end + 2);
  return event;
}

class EventClient {
 public:
  explicit EventClient(std::uint16_t port) : client_(port) {}

  void Send(std::string_view bytes) { client_.Send(bytes); }
  /// The head; of a response that is no stream, all of it.
  RawResponse Head() { return client_.Read(); }
  /// The next event or comment; nothing at the end of the stream.
  std::optional<Event> Next() {
    for (;;) {
      if (auto event = TakeEvent(received_)) return event;
      const auto chunk = client_.ReadChunk();
      if (!chunk) return std::nullopt;
      received_ += *chunk;
    }
  }
  /// The events until the end; comments are left out.
  std::vector<Event> Rest() {
    std::vector<Event> all;
    while (auto event = Next())
      if (event->name != ":") all.push_back(std::move(*event));
    return all;
  }
  void Close() { client_.Close(); }
  RawClient& raw() { return client_; }

 private:
  RawClient client_;
  std::string received_;
};

/// "answer answer done"
inline std::string NamesOf(const std::vector<Event>& events) {
  std::string names;
  for (const Event& event : events) names += (names.empty() ? "" : " ") + event.name;
  return names;
}

}  // namespace tabletalk::http::testing
