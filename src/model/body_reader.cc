#include "model/body_reader.h"

#include <initializer_list>

namespace tabletalk::model {
namespace {

constexpr std::size_t kMaxErrorBody = 64 * 1024;
constexpr std::size_t kMaxTail = 8 * 1024;

}  // namespace

void BodyReader::Begin(const net::HttpHead& head) {
  head_ = head;
  if (head.status < 200 || head.status >= 300) kind_ = Kind::refused;
}

bool BodyReader::Take(std::string_view bytes) {
  any_ = any_ || !bytes.empty();
  switch (kind_) {
    case Kind::refused:
      whole_ += bytes.substr(0, kMaxErrorBody - whole_.size());
      return whole_.size() < kMaxErrorBody;
    case Kind::document: whole_ += bytes; return true;
    case Kind::events: return Feed(bytes);
    case Kind::unknown: break;
  }
  whole_ += bytes;
  Decide(false);
  if (failure_) return false;
  if (kind_ != Kind::events) return true;
  const std::string begun = std::exchange(whole_, {});
  return Feed(begun);
}

void BodyReader::Decide(bool all_there) {
  const auto first = whole_.find_first_not_of(" \t\r\n");
  if (first == whole_.npos) return;
  const std::string_view begun = std::string_view(whole_).substr(first);
  if (begun.front() == '{' || begun.front() == '[') {
    kind_ = Kind::document;
    return;
  }
  const std::string_view type = head_.Find("Content-Type").value_or("");
  if (type.find("event-stream") != type.npos) {
    kind_ = Kind::events;
    return;
  }
  for (const std::string_view field : {":", "data:", "event:", "id:", "retry:"}) {
    if (begun.starts_with(field)) {
      kind_ = Kind::events;
      return;
    }
    if (!all_there && field.starts_with(begun)) return;  // It may become one.
  }
  failure_ = ReplyFailure{.status = 0,
                          .message = type.find("html") != type.npos
                                         ? "answered with a web page"
                                         : "answered with something that is not JSON"};
}

bool BodyReader::Feed(std::string_view bytes) {
  tail_ += bytes;
  if (tail_.size() > 2 * kMaxTail) tail_.erase(0, tail_.size() - kMaxTail);
  const bool fits = parser_.Feed(bytes, [this](const net::StreamEvent& event) {
    if (!failure_ && !decoder_.ended()) failure_ = decoder_.TakeEvent(event);
  });
  if (!fits) failure_ = ReplyFailure{.status = 0, .message = "sent an event that is too large"};
  return !failure_ && !decoder_.ended();
}

void BodyReader::TakeBareError() {
  for (const std::string_view mark : {"\n{", "\nerror: {"}) {
    const auto line = tail_.find(mark);
    if (line == tail_.npos) continue;
    const auto error = base::ParseJson(std::string_view(tail_).substr(tail_.find('{', line)));
    if (error.has_value() && error->is_object()) failure_ = decoder_.TakeDocument(*error);
    return;
  }
}

void BodyReader::End() {
  if (failure_ || kind_ == Kind::refused) return;
  if (kind_ == Kind::unknown) Decide(true);
  if (kind_ == Kind::events) {
    parser_.Finish([this](const net::StreamEvent& event) {
      if (!failure_ && !decoder_.ended()) failure_ = decoder_.TakeEvent(event);
    });
    if (!failure_ && !decoder_.ended()) TakeBareError();
  } else if (kind_ == Kind::document) {
    base::json::value document;
    failure_ = ParseFromServer(whole_, document);
    if (!failure_) failure_ = decoder_.TakeDocument(document);
  }
}

}  // namespace tabletalk::model
