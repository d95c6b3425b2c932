// The body of a response, whatever it turns out to be: a stream of events, one JSON value, or
// something that no model server says.
//
// An error in the middle of a stream need not be an event: Gemini sends bare JSON then, llama.cpp a
// line "error: {...}". The Content-Type decides only where the first bytes do not: servers behind
// proxies stream as application/json, and answer with one JSON body where a stream was asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/provider_format.h"
#include "net/event_stream.h"
#include "net/http_client.h"

namespace tabletalk::model {

class BodyReader {
 public:
  explicit BodyReader(ReplyDecoder& decoder) : decoder_(decoder) {}

  void Begin(const net::HttpHead& head);
  /// False once nothing more is wanted.
  bool Take(std::string_view bytes);
  /// The response ended.
  void End();

  int status() const { return head_.status; }
  const net::HttpHead& head() const { return head_; }
  bool any() const { return any_; }
  /// The body of a status of 300 and more, its beginning.
  const std::string& error_body() const { return whole_; }
  const std::optional<ReplyFailure>& failure() const { return failure_; }

 private:
  enum class Kind { unknown, events, document, refused };
  void Decide(bool all_there);
  bool Feed(std::string_view bytes);
  void TakeBareError();

  ReplyDecoder& decoder_;
  net::HttpHead head_;
  net::EventStreamParser parser_;
  Kind kind_ = Kind::unknown;
  bool any_ = false;
  std::string whole_;
  std::string tail_;  ///< The last of a stream of events.
  std::optional<ReplyFailure> failure_;
};

}  // namespace tabletalk::model
