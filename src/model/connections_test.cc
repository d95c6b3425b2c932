// What every provider must do with connections: keep them, try again, answer many at once.
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

class Connections : public Conformance {};

TEST_P(Connections, KeepsItsConnection) {
  const auto model = Make();
  Serve(testing::Always(WireReply::Text(kText)));
  const auto before = server_->AcceptedConnections();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Chat(*model, Ask()).result.has_value());
  EXPECT_EQ(server_->AcceptedConnections() - before, 1u);
}

TEST_P(Connections, TriesAgainAndTellsEachRequest) {
  WireReply busy = WireReply::Status(429);
  busy.retry_after = "1";
  Serve(InOrder({WireReply::Status(500), busy, WireReply::Faulty(Fault::cut_before_head),
                 WireReply::Text(kText)}));
  RetryOptions options;
  options.max_retries = 3;
  std::vector<std::int64_t> waits;
  options.wait = [&](milliseconds time, const Context&) { waits.push_back(time.count()); };
  const auto heard = Chat(*WithRetry(Make(), options), Ask());
  ASSERT_TRUE(heard.result.has_value()) << heard.error().public_message();
  EXPECT_EQ(heard.text, kText);
  // The cut one was on a kept connection, which may have been closed before: no wait.
  EXPECT_THAT(waits, ::testing::ElementsAre(500, 1000));
  ASSERT_EQ(heard.egress.size(), 4u);
  const auto requests = server_->Requests();
  ASSERT_EQ(requests.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(heard.egress[i].body, requests[i].body);
}

TEST_P(Connections, DoesNotTryAgainOnceHeard) {
  silence_ = milliseconds(250);
  Serve(InOrder({WireReply::Faulty(Fault::stall_in_body, kText), WireReply::Text("Other.")}));
  RetryOptions options;
  options.wait = [](milliseconds, const Context&) {};
  const auto heard = Chat(*WithRetry(Make(), options), Ask());
  EXPECT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.text.find("Other."), std::string::npos);
  EXPECT_EQ(server_->Requests().size(), 1u);
}

TEST_P(Connections, AnswersManyAtOnce) {
  Script script;
  constexpr int kCount = 60;
  for (int i = 0; i < kCount; ++i) {
    testing::Rule rule;
    rule.when.last_user = "<" + std::to_string(i) + ">";
    rule.reply = WireReply::Text("answer " + std::to_string(i) + ": " + kText);
    rule.reply.write_bytes = 1 + i % 9;
    script.rules.push_back(std::move(rule));
  }
  Serve(std::move(script));
  const auto model = Make();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kCount; ++i)
    threads.emplace_back([&, i] {
      std::string told;
      Context context;
      context.on_text = [&](std::string_view piece) { told += piece; };
      const auto response = model->Chat(Ask("<" + std::to_string(i) + ">"), context);
      const std::string expected = "answer " + std::to_string(i) + ": " + kText;
      if (response.has_value() && response->text == expected && told == expected) ++right;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, kCount);
}

TEST_P(Connections, EveryAnswerEndsWhenTheServerDies) {
  WireReply reply = WireReply::Text(kText + kText + kText);
  reply.piece_chars = 1;
  reply.piece_ms = 50;
  Serve(testing::Always(reply));
  const auto model = Make();
  std::atomic<int> begun{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&] {
      Context context;
      bool first = true;
      context.on_text = [&](std::string_view) {
        if (std::exchange(first, false)) ++begun;
      };
      const auto response = model->Chat(Ask(), context);
      if (response.has_error() && response.error().code() == ErrorCode::unavailable) ++failed;
    });
  while (begun < 20) std::this_thread::yield();
  server_->Stop();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 20);
}

TEST_P(Connections, NamesWhatItCanDo) {
  const auto abilities = Make()->abilities();
  EXPECT_EQ(abilities.tools, !in_words());
  EXPECT_EQ(abilities.structured_output, !in_words());
  EXPECT_EQ(Make()->name(), EndpointHere().model);
}

TEST_P(Connections, TakesAnAddressWithOrWithoutItsEnd) {
  for (const char* end : {"", "/", "//"}) {
    Serve(WireReply::Text(kText));
    Endpoint endpoint = EndpointHere();
    endpoint.base_url += end;
    EXPECT_TRUE(Chat(*Make(endpoint), Ask()).result.has_value()) << endpoint.base_url;
  }
  Endpoint endpoint = EndpointHere();
  endpoint.base_url = "no address at all";
  const auto heard = Chat(*Make(endpoint), Ask());
  ASSERT_TRUE(heard.result.has_error());
  EXPECT_EQ(heard.detail("reason"), "unreachable");
}

INSTANTIATE_TEST_SUITE_P(Providers, Connections, EveryWay(),
                         [](const auto& way) { return way.param.name; });

}  // namespace
}  // namespace tabletalk::model
