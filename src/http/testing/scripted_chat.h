// A conversation whose course is written in the message, word by word:
//
//   say:3      three `answer` events, "1 ", "2 ", "3 "
//   data code  one event of that kind
//   flood:2    two events of a mebibyte
//   wait       waits while the work is held
//   fail       the model's server is down
//   throttled  the model's server says 429
//   reject missing busy   an error of that code
//   throw      an exception
//
// Any other word is part of the answer, and waits too.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

#include "http/testing/held_work.h"
#include "wire/chat.h"
#include "wire/run.h"

namespace tabletalk::http::testing {

class ScriptedChat {
 public:
  ScriptedChat(HeldWork& work, const runs::Request& request) : work_(work), request_(request) {}

  base::Result<wire::ChatReply> Answer(const wire::ChatRequest& chat) {
    work_.Begin();
    std::istringstream words(chat.message);
    for (std::string word; words >> word;) TT_CHECK(Step(word));
    wire::ChatReply reply;
    reply.thread_id = "thr_1";
    reply.message_id = "msg_1";
    reply.answer = chat.message;
    reply.metadata.trace_id = request_.trace_id.text();
    return reply;
  }

  /// The errors alone.
  static base::Result<void> Fail(const std::string& word) {
    using base::ErrorCode;
    if (word == "throw") throw std::runtime_error("secret detail");
    if (word == "fail")
      return base::MakeError(ErrorCode::unavailable, "the model is not reachable", "secret detail")
          .WithDetail("provider", "openai")
          .WithDetail("stage", "model")
          .WithDetail("thread_id", "thr_1");
    if (word == "throttled")
      return base::MakeError(ErrorCode::busy, "the model has too much to do")
          .WithDetail("provider", "openai")
          .WithDetail("retry_after_s", 6.5);
    if (word == "reject")
      return base::MakeError(ErrorCode::rejected, "not a SELECT")
          .WithDetail("issues", boost::json::array{"one"});
    if (word == "missing") return base::MakeError(ErrorCode::not_found, "no such dataset");
    if (word == "busy") return base::MakeError(ErrorCode::busy, "the queue is full");
    return {};
  }

 private:
  base::Result<void> Step(const std::string& word) {
    TT_CHECK(Fail(word));
    const auto colon = word.find(':');
    const std::string name = word.substr(0, colon);
    const int count = colon == word.npos ? 1 : std::stoi(word.substr(colon + 1));
    if (name == "say") {
      for (int i = 1; i <= count; ++i) Emit(wire::AnswerEvent{.content = std::to_string(i) + " "});
    } else if (name == "flood") {
      for (int i = 0; i < count; ++i) Emit(wire::AnswerEvent{.content = std::string(1 << 20, 'x')});
    } else if (name == "data") {
      Emit(wire::DataEvent{.url = "/api/data/run_1", .columns = {}, .row_count = 1});
    } else if (name == "code") {
      Emit(wire::CodeEvent{.content = "export default"});
    } else {
      return work_.Wait(request_);
    }
    return {};
  }
  void Emit(const wire::Event& event) {
    if (request_.emit) request_.emit(event);
  }

  HeldWork& work_;
  const runs::Request& request_;
};

}  // namespace tabletalk::http::testing
