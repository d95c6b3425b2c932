// What every provider must say and do where an answer breaks, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "model/testing/conformance.h"

namespace tabletalk::model {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the words of the tests below.
using ::testing::HasSubstr;

class Failures : public Conformance {};

TEST_P(Failures, SaysWhatAServerRefused) {
  struct Case {
    int status;
    ErrorCode code;
    const char* reason;
    const char* sentence;
  };
  const std::vector<Case> cases = {
      {400, ErrorCode::invalid_argument, "", "refused the request (status 400)"},
      {401, ErrorCode::unavailable, "unauthorized", "refused the key: check"},
      {403, ErrorCode::unavailable, "forbidden", "does not let this key use the model"},
      {404, ErrorCode::unavailable, "not_found", "has no model"},
      {413, ErrorCode::invalid_argument, "", "ask about fewer tables"},
      {422, ErrorCode::invalid_argument, "", "refused the request (status 422)"},
      {429, ErrorCode::busy, "", "try again in 7 s"},
      {500, ErrorCode::unavailable, "server_error", "failed (status 500)"},
      {503, ErrorCode::unavailable, "server_error", "failed (status 503)"},
      {529, ErrorCode::unavailable, "server_error", "failed (status 529)"},
  };
  for (const auto& [status, code, reason, sentence] : cases) {
    WireReply reply = WireReply::Status(status);
    reply.error_message = "No, not with " + kKey + "!";
    if (status == 429) reply.retry_after = "7";
    Serve(reply);
    const auto heard = Chat(AskWithTools());
    ASSERT_TRUE(heard.result.has_error()) << status;
    EXPECT_EQ(heard.error().code(), code) << status << heard.error().public_message();
    EXPECT_EQ(heard.detail("reason"), reason) << status;
    EXPECT_EQ(heard.detail("status"), std::to_string(status));
    EXPECT_EQ(heard.detail("provider"), Make()->provider());
    EXPECT_EQ(heard.detail("model"), EndpointHere().model);
    EXPECT_EQ(heard.detail("provider_message"), "No, not with ***!") << status;
    EXPECT_EQ(heard.detail("answer_began"), "");
    EXPECT_THAT(heard.error().public_message(), HasSubstr(sentence));
    EXPECT_EQ(heard.detail("retry_after_s"), status == 429 ? "7.0" : "");
    EXPECT_EQ(server_->Requests().size(), 1u) << status;
    if (status != 413) {
      EXPECT_THAT(heard.error().public_message(),
                  HasSubstr("127.0.0.1:" + std::to_string(server_->port())));
    }
  }
}

TEST_P(Failures, SaysThatTheKeyIsWrongOrMissing) {
  Serve(WireReply::Text(kText));
  Endpoint endpoint = EndpointHere();
  endpoint.api_key = "sk-another-key-altogether";
  const auto wrong = Chat(*Make(endpoint), Ask());
  ASSERT_TRUE(wrong.result.has_error());
  EXPECT_EQ(wrong.detail("reason"), "unauthorized") << wrong.error().public_message();
  EXPECT_THAT(wrong.error().public_message(), HasSubstr("refused the key: check"));
  endpoint.api_key = "";
  const auto missing = Chat(*Make(endpoint), Ask());
  ASSERT_TRUE(missing.result.has_error());
  EXPECT_EQ(missing.detail("reason"), "unauthorized") << missing.error().public_message();
  EXPECT_THAT(missing.error().public_message(), HasSubstr("wants a key: set"));
  // Pasted with a line end.
  endpoint.api_key = "  " + kKey + "\r\n";
  EXPECT_TRUE(Chat(*Make(endpoint), Ask()).result.has_value());
}

TEST_P(Failures, SaysHowAnAnswerBroke) {
  silence_ = milliseconds(250);
  struct Case {
    Fault fault;
    ErrorCode code;
    const char* reason;
    bool began;
    std::int64_t cut_after = 0;
  };
  const std::vector<Case> cases = {
      {Fault::cut_before_head, ErrorCode::unavailable, "cut", false},
      {Fault::cut_before_body, ErrorCode::unavailable, "cut", false},
      {Fault::cut_after_bytes, ErrorCode::unavailable, "cut", false, 3},
      {Fault::cut_before_finish, ErrorCode::unavailable, "cut", true},
      {Fault::stall_before_head, ErrorCode::timed_out, "", false},
      {Fault::stall_before_body, ErrorCode::timed_out, "", false},
      {Fault::stall_in_body, ErrorCode::timed_out, "", true},
      {Fault::error_event, ErrorCode::unavailable, "server_error", true},
      {Fault::malformed_json, ErrorCode::unavailable, "bad_response", true},
      {Fault::wrong_content_type, ErrorCode::unavailable, "bad_response", false},
      {Fault::empty_body, ErrorCode::unavailable, "bad_response", false},
      {Fault::no_choice, ErrorCode::unavailable, "bad_response", false},
  };
  for (const auto& [fault, code, reason, began, cut_after] : cases) {
    WireReply reply = WireReply::Faulty(fault, kText);
    reply.cut_after = cut_after;
    Serve(reply);
    const auto heard = Chat(Ask());
    const auto name = base::EnumName(fault);
    if (fault == Fault::no_choice && wire() == Wire::anthropic) {
      // A message without blocks has a reason to stop all the same.
      ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
      EXPECT_EQ(heard.result->text, "");
      continue;
    }
    ASSERT_TRUE(heard.result.has_error()) << name;
    EXPECT_EQ(heard.error().code(), code) << name << heard.error().public_message();
    EXPECT_EQ(heard.detail("reason"), reason) << name << heard.error().public_message();
    // Whether something was heard decides on a second try; all of it came from this answer.
    EXPECT_EQ(heard.detail("answer_began"), heard.text.empty() ? "" : "true") << name;
    if (began && fault != Fault::malformed_json) {
      EXPECT_FALSE(heard.text.empty()) << name;
    }
    if (!began) {
      EXPECT_EQ(heard.text, "") << name;
    }
    EXPECT_TRUE(kText.starts_with(heard.text)) << name << heard.text;
    EXPECT_EQ(heard.detail("provider"), Make()->provider());
    EXPECT_THAT(heard.error().public_message(), HasSubstr("the model server")) << name;
    EXPECT_EQ(client_->CurrentActivity().transfers, 0u) << name;
  }
}

TEST_P(Failures, NoticesEveryCut) {
  WireReply whole = WireReply::Text("Forty-two.");
  whole.usage = false;
  for (std::int64_t bytes = 1; bytes < 1000; bytes += 13) {
    WireReply reply = whole;
    reply.fault = Fault::cut_after_bytes;
    reply.cut_after = bytes;
    Serve(reply);
    const auto heard = Chat(Ask());
    // Either it is said, or all of the text had come.
    if (heard.result.has_value()) {
      EXPECT_EQ(heard.result->text, "Forty-two.") << bytes;
    } else {
      EXPECT_EQ(heard.detail("reason"), "cut") << bytes << heard.error().public_message();
    }
  }
}

TEST_P(Failures, DoesNotMindAMissingEndMark) {
  Serve(WireReply::Faulty(Fault::cut_before_end, kText));
  const auto heard = Chat(Ask());
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  EXPECT_EQ(heard.result->text, kText);
}

TEST_P(Failures, EndsAtTheDeadline) {
  Serve(WireReply::Faulty(Fault::stall_before_head));
  Endpoint endpoint = EndpointHere();
  endpoint.silence = std::chrono::seconds(60);
  Context context;
  context.deadline = base::Deadline::After(milliseconds(100));
  const auto heard = Chat(*Make(endpoint), Ask(), context);
  ASSERT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.error().code(), ErrorCode::timed_out);
  EXPECT_EQ(heard.detail("limit"), "deadline");
}

TEST_P(Failures, CanBeCancelledInTheMiddle) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "word ";
  WireReply reply = WireReply::Text(text);
  reply.piece_chars = 5;
  reply.piece_ms = 20;
  Serve(reply);
  Context context;
  std::chrono::steady_clock::time_point cancelled;
  int pieces = 0;
  context.on_text = [&](std::string_view) {
    if (++pieces != 3) return;
    cancelled = std::chrono::steady_clock::now();
    context.cancel.Cancel();
  };
  const auto heard = Chat(*Make(), Ask(), context);
  ASSERT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.error().code(), ErrorCode::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - cancelled, milliseconds(150));
  EXPECT_TRUE(server_->WaitForConnections(0));
}

TEST_P(Failures, SaysThatNobodyListens) {
  const auto model = Make();
  server_->Stop();
  const auto heard = Chat(*model, Ask());
  ASSERT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(heard.detail("reason"), "unreachable");
  EXPECT_THAT(heard.error().public_message(), HasSubstr("127.0.0.1:"));
  EXPECT_THAT(heard.error().public_message(), HasSubstr("is it running?"));
  ASSERT_EQ(heard.egress.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Providers, Failures, EveryWay(),
                         [](const auto& way) { return way.param.name; });

}  // namespace
}  // namespace tabletalk::model
