#include "model/testing/playback.h"

#include <fmt/format.h>

#include <algorithm>

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;
using std::chrono::milliseconds;
using Ending = Playback::Ending;

std::string_view Reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
  }
  return "Scripted";
}

std::string Head(int status, std::string_view content_type, const std::string& more) {
  return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nx-request-id: req_scripted\r\n{}\r\n",
                     status, Reason(status), content_type, more);
}

std::string LengthHeader(const std::string& body) {
  return fmt::format("Content-Length: {}\r\n", body.size());
}

// An event as text/event-stream has it.
std::string Lines(const WireEvent& event, std::string_view line_end) {
  if (event.bare) return event.data;
  if (event.data.empty()) return fmt::format(": keep-alive{0}{0}", line_end);
  std::string text;
  if (!event.event.empty()) text = fmt::format("event: {}{}", event.event, line_end);
  return text + fmt::format("data: {0}{1}{1}", event.data, line_end);
}

// The stream of events with its faults: what is sent, piece by piece, and how it ends.
struct Body {
  std::vector<std::string> pieces;
  bool whole = true;  ///< The end of the response is sent too.
  Ending ending = Ending::keep_open;

  void Break(Ending how) {
    whole = false;
    ending = how;
  }
};

std::size_t FirstOf(const std::vector<WireEvent>& events, WireEvent::Kind kind) {
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const WireEvent& event) { return event.kind == kind; });
  return static_cast<std::size_t>(found - events.begin());
}

std::size_t AfterFirstPiece(const std::vector<WireEvent>& events) {
  return std::min(events.size(), FirstOf(events, WireEvent::Kind::piece) + 1);
}

// Takes the events apart as the fault says.
Body BreakEvents(const WireFormat& format, std::vector<WireEvent> events, const WireReply& reply,
                 std::string_view line_end) {
  Body body;
  const auto keep = [&](std::size_t count, Ending ending) {
    events.resize(std::min(events.size(), count));
    body.Break(ending);
  };
  if (reply.fault == Fault::cut_before_finish) {
    keep(FirstOf(events, WireEvent::Kind::finish), Ending::close);
  } else if (reply.fault == Fault::cut_before_end) {
    keep(FirstOf(events, WireEvent::Kind::end), Ending::close);
  } else if (reply.fault == Fault::stall_in_body) {
    keep(AfterFirstPiece(events), Ending::stall);
  } else if (reply.fault == Fault::error_event) {
    events.resize(AfterFirstPiece(events));
    events.push_back(format.ErrorInside());
  } else if (reply.fault == Fault::malformed_json) {
    WireEvent& broken = events[std::min<std::size_t>(1, events.size() - 1)];
    broken.data.resize(broken.data.size() / 2);
  }
  const WireEvent keep_alive = format.KeepAlive();
  for (const WireEvent& event : events) {
    if (reply.comments && !(keep_alive.bare && keep_alive.data.empty()))
      body.pieces.push_back(Lines(keep_alive, line_end));
    body.pieces.push_back(Lines(event, line_end));
  }
  return body;
}

// The same bytes in writes of one size; `cut_after` of them, where that is the fault.
void Rechunk(Body& body, const WireReply& reply) {
  const bool cut = reply.fault == Fault::cut_after_bytes;
  if (reply.write_bytes <= 0 && !cut) return;
  std::string all;
  for (const std::string& piece : body.pieces) all += piece;
  if (cut) {
    all.resize(std::min(all.size(), static_cast<std::size_t>(reply.cut_after)));
    body.Break(Ending::close);
  }
  const std::size_t size =
      reply.write_bytes <= 0 ? all.size() : static_cast<std::size_t>(reply.write_bytes);
  body.pieces.clear();
  for (std::size_t i = 0; i < all.size(); i += size) body.pieces.push_back(all.substr(i, size));
}

std::string HttpChunk(const std::string& bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

Playback PlayStream(const ReceivedRequest& request, const WireReply& reply, std::uint64_t number) {
  const WireFormat& format = FormatOf(request.wire);
  // Gemini ends its lines with CR LF, and its own clients rely on nothing else.
  const std::string_view line_end = reply.crlf || request.wire == Wire::google ? "\r\n" : "\n";
  Body body = BreakEvents(format, format.Stream(request, reply, number), reply, line_end);
  Rechunk(body, reply);
  if (reply.fault == Fault::empty_body) body.pieces.clear();
  Playback playback;
  playback.status = 200;
  playback.ending = body.ending;
  playback.steps.push_back({milliseconds(reply.head_ms),
                            Head(200, "text/event-stream; charset=utf-8",
                                 "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n")});
  for (std::size_t i = 0; i < body.pieces.size(); ++i)
    playback.steps.push_back(
        {milliseconds(i == 0 ? reply.first_ms : reply.piece_ms), HttpChunk(body.pieces[i])});
  if (body.whole) playback.steps.push_back({milliseconds(0), "0\r\n\r\n"});
  return playback;
}

// Gemini without alt=sse: one JSON array of all responses.
std::string ArrayOf(const std::vector<WireEvent>& events) {
  std::string text = "[";
  for (const WireEvent& event : events) text += (text.size() > 1 ? ",\r\n" : "") + event.data;
  return text + "]";
}

Playback PlayWhole(const ReceivedRequest& request, const WireReply& reply, std::uint64_t number) {
  const WireFormat& format = FormatOf(request.wire);
  std::string body = request.stream && request.wire == Wire::google
                         ? ArrayOf(format.Stream(request, reply, number))
                         : base::ToJsonText(format.Whole(request, reply, number));
  if (reply.fault == Fault::malformed_json) body.resize(body.size() / 2);
  if (reply.fault == Fault::empty_body) body.clear();
  Playback playback;
  playback.status = 200;
  const std::string head = Head(200, "application/json", LengthHeader(body));
  switch (reply.fault) {
    case Fault::cut_after_bytes:
      body.resize(std::min(body.size(), static_cast<std::size_t>(reply.cut_after)));
      playback.ending = Ending::close;
      break;
    case Fault::cut_before_finish:
    case Fault::cut_before_end:
    case Fault::error_event:
      body.resize(body.size() / 2);
      playback.ending = Ending::close;
      break;
    case Fault::stall_in_body:
      body.resize(body.size() / 2);
      playback.ending = Ending::stall;
      break;
    default: break;
  }
  playback.steps.push_back({milliseconds(reply.head_ms), head});
  const std::size_t size = reply.write_bytes <= 0 ? std::max<std::size_t>(body.size(), 1)
                                                  : static_cast<std::size_t>(reply.write_bytes);
  for (std::size_t i = 0; i < body.size(); i += size)
    playback.steps.push_back(
        {milliseconds(i == 0 ? reply.first_ms : reply.piece_ms), body.substr(i, size)});
  return playback;
}

Playback PlayPage(const WireReply& reply) {
  const std::string page =
      "<!DOCTYPE html><html><body><h1>Welcome to the hotel's network</h1></body></html>\n";
  return {{{milliseconds(reply.head_ms), Head(200, "text/html", LengthHeader(page)) + page}},
          Ending::keep_open,
          200};
}

}  // namespace

Playback Play(const ReceivedRequest& request, const WireReply& reply, std::uint64_t number) {
  if (reply.status >= 400) {
    Playback error = PlayError(request, reply.status, reply.error_message, reply.retry_after);
    error.steps.front().wait = milliseconds(reply.head_ms);
    return error;
  }
  if (reply.fault == Fault::stall_before_head) return {{}, Ending::stall, 0};
  if (reply.fault == Fault::cut_before_head)
    return {{{milliseconds(reply.head_ms), ""}}, Ending::close, 0};
  if (reply.fault == Fault::wrong_content_type) return PlayPage(reply);
  const bool events =
      request.stream && reply.fault != Fault::not_a_stream &&
      (request.wire != Wire::google || request.target.find("alt=sse") != std::string::npos);
  Playback playback =
      events ? PlayStream(request, reply, number) : PlayWhole(request, reply, number);
  if (reply.fault == Fault::cut_before_body || reply.fault == Fault::stall_before_body) {
    playback.steps.resize(1);
    playback.ending = reply.fault == Fault::cut_before_body ? Ending::close : Ending::stall;
  }
  return playback;
}

Playback PlayError(const ReceivedRequest& request, int status, const std::string& message,
                   const std::string& retry_after) {
  const std::string body = base::ToJsonText(FormatOf(request.wire).Error(request, status, message));
  std::string more = LengthHeader(body);
  if (!retry_after.empty()) more += fmt::format("Retry-After: {}\r\n", retry_after);
  return {{{milliseconds(0), Head(status, "application/json", more) + body}},
          Ending::keep_open,
          status};
}

Playback PlayModels(const ReceivedRequest& request) {
  const std::string body = base::ToJsonText(FormatOf(request.wire).Models());
  return {{{milliseconds(0), Head(200, "application/json", LengthHeader(body)) + body}},
          Ending::keep_open,
          200};
}

}  // namespace tabletalk::model::testing
