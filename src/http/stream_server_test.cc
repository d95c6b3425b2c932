// Event streams over real sockets.
#include <gtest/gtest.h>

#include <thread>

#include "http/testing/event_client.h"
#include "http/testing/server_fixture.h"

namespace tabletalk::http {
namespace {

using std::chrono::milliseconds;
using testing::Event;
using testing::EventClient;
using testing::Get;
using testing::NamesOf;
using testing::Post;
using testing::RawClient;
using testing::RawResponse;

const std::string kEvents = "Accept: text/event-stream\r\n";

std::string Ask(std::string_view message, std::string_view more = "",
                std::string_view path = "/chat/stream") {
  return Post(path, R"({"dataset_id":"a","message":")" + std::string(message) + "\"}", more);
}

std::string ResumeAfter(const std::string& id) {
  return Get("/chat/stream", "Last-Event-ID: " + id + "\r\n");
}

class StreamServerTest : public testing::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    options_.dispatcher.streams.grace = std::chrono::minutes(5);
  }
  EventClient Reader() { return EventClient(server_->port()); }
  /// Begins a stream and reads its head.
  EventClient Begin(std::string_view request) {
    EventClient reader = Reader();
    reader.Send(request);
    const RawResponse head = reader.Head();
    EXPECT_EQ(head.status, 200) << request << head.body;
    return reader;
  }
  std::vector<Event> All(std::string_view request) { return Begin(request).Rest(); }
};

TEST_F(StreamServerTest, ThreeRoutesStream) {
  Start();
  struct Case {
    std::string request;
    const char* names;
  };
  const Case cases[] = {
      {Ask("say:2 data hello"), "answer answer data done"},
      {Ask("say:2", kEvents), "answer answer done"},
      {Ask("say:2", kEvents, "/chat"), "answer answer done"},
      {Ask("hello"), "done"},
      {Post("/generate-ui", R"({"prompt":"code say:1","run_id":"run_1"})", kEvents),
       "code answer done"},
  };
  for (const Case& one : cases) {
    const auto events = All(one.request);
    EXPECT_EQ(NamesOf(events), one.names) << one.request;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto dot = events[i].id.rfind('.');
      EXPECT_EQ(events[i].id.substr(dot), "." + std::to_string(i + 1)) << one.request;
      EXPECT_EQ(events[i].id.substr(0, dot), events[0].id.substr(0, dot)) << one.request;
    }
  }
}

TEST_F(StreamServerTest, TheHeadAndTheConnection) {
  Start();
  EventClient reader = Reader();
  for (int i = 0; i < 3; ++i) {
    reader.Send(Ask("say:3", "X-Trace-Id: t1\r\n"));
    const RawResponse head = reader.Head();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.Header("Content-Type"), "text/event-stream");
    EXPECT_EQ(head.Header("Cache-Control"), "no-cache");
    EXPECT_EQ(head.headers.Count("Cache-Control"), 1u);
    EXPECT_EQ(head.Header("X-Accel-Buffering"), "no");
    EXPECT_EQ(head.Header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(head.Header("X-Trace-Id"), "t1");
    EXPECT_EQ(head.Header("X-Request-Id"), "t1");
    EXPECT_EQ(head.Header("X-Content-Type-Options"), "nosniff");
    const auto events = reader.Rest();
    ASSERT_EQ(NamesOf(events), "answer answer answer done");
    EXPECT_EQ(events[1].data, R"({"type":"answer_chunk","content":"2 "})");
    const auto done = events[3].Json();
    EXPECT_EQ(done.at("type"), "complete");
    EXPECT_EQ(done.at("thread_id"), "thr_1");
    EXPECT_EQ(done.at("message_id"), "msg_1");
    EXPECT_EQ(done.at("metadata").at("trace_id"), "t1");
    EXPECT_EQ(done.at("reply").at("answer"), "say:3");
  }
  reader.Send(Get("/healthz"));
  EXPECT_EQ(reader.Head().status, 200) << "the connection is still good";
}

TEST_F(StreamServerTest, TheViewIsInDone) {
  Start();
  const auto events =
      All(Post("/generate-ui", R"({"prompt":"code","run_id":"run_1"})", kEvents));
  const auto done = events.back().Json();
  EXPECT_EQ(done.at("code_complete"), true);
  EXPECT_EQ(done.at("reply").at("artifact").at("code"), "export default function Viz() {}");
}

TEST_F(StreamServerTest, WithoutTheHeaderItIsJson) {
  Start();
  for (const char* accept : {"", "Accept: */*\r\n", "Accept: application/json\r\n"}) {
    const auto response = Once(Ask("say:2", accept, "/chat"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.Json().at("answer"), "say:2") << accept;
  }
}

TEST_F(StreamServerTest, EventsComeWhileTheWorkGoesOn) {
  Start();
  services_->Hold();
  EventClient reader = Begin(Ask("say:2 wait say:1"));
  EXPECT_EQ(reader.Next()->name, "answer");
  EXPECT_EQ(reader.Next()->name, "answer");
  services_->Release();
  EXPECT_EQ(NamesOf(reader.Rest()), "answer done");
}

TEST_F(StreamServerTest, ARequestInPieces) {
  Start();
  const std::string request = Ask("say:2");
  EventClient reader = Reader();
  for (const char byte : request) reader.Send(std::string_view(&byte, 1));
  EXPECT_EQ(reader.Head().status, 200);
  EXPECT_EQ(NamesOf(reader.Rest()), "answer answer done");
}

TEST_F(StreamServerTest, ARequestBehindTheStreamWaitsForItsEnd) {
  Start();
  EventClient reader = Begin(Ask("say:2") + Get("/healthz", "X-Trace-Id: next\r\n"));
  EXPECT_EQ(NamesOf(reader.Rest()), "answer answer done");
  EXPECT_EQ(reader.Head().Header("X-Trace-Id"), "next");
}

TEST_F(StreamServerTest, WhatIsRefusedIsAnOrdinaryResponse) {
  options_.stream_head_wait = std::chrono::minutes(1);
  Start();
  struct Case {
    std::string request;
    int status;
    const char* says;
  };
  const Case cases[] = {
      {Ask("missing"), 404, "no such dataset"},
      {Ask("busy"), 429, "the queue is full"},
      {Post("/chat/stream", R"({"dataset_id":"a"})"), 400, "message is missing"},
      {Post("/chat/stream", ""), 400, "the body is empty"},
      {Post("/chat", "{", kEvents), 400, "not valid JSON"},
      {Post("/generate-ui", "{}", kEvents), 400, "prompt is missing"},
      {"POST /chat/stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 415, "JSON"},
      {ResumeAfter("nonsense"), 404, "ask again without it"},
      {ResumeAfter("0123.1"), 404, "ask again without it"},
      {Ask("say:1", "Last-Event-ID: 0123.1\r\n"), 404, "ask again without it"},
  };
  for (const Case& one : cases) {
    const auto response = Once(one.request);
    EXPECT_EQ(response.status, one.status) << one.request;
    EXPECT_EQ(response.Header("Content-Type"), "application/json") << one.request;
    EXPECT_NE(response.Error().find(one.says), std::string::npos) << response.body;
  }
  EXPECT_EQ(services_->started(), 2) << "the two that the services refused";
}

TEST_F(StreamServerTest, ErrorThenDoneAreTheLast) {
  Start();
  struct Case {
    const char* message;
    const char* names;
    const char* stage;
    const char* says;
  };
  const Case cases[] = {
      {"say:1 fail", "answer error done", "model", "the model is not reachable"},
      {"fail", "error done", "model", "the model is not reachable"},
      {"say:1 throttled", "answer error done", "model", "too much to do"},
      {"throttled", "error done", "model", "too much to do"},
      {"say:2 throw", "answer answer error done", "planning", "failed to handle"},
      {"throw", "error done", "planning", "failed to handle"},
      {"reject", "error done", "validation", "not a SELECT"},
      {"say:1 missing", "answer error done", "data_fetch", "no such dataset"},
      {"say:1 busy", "answer error done", "planning", "the queue is full"},
  };
  for (const Case& one : cases) {
    const auto events = All(Ask(one.message, "X-Trace-Id: t9\r\n"));
    ASSERT_EQ(NamesOf(events), one.names) << one.message;
    const auto error = events[events.size() - 2].Json();
    EXPECT_EQ(error.at("stage"), one.stage) << one.message;
    EXPECT_EQ(error.at("trace_id"), "t9") << one.message;
    const std::string said(error.at("message").as_string());
    EXPECT_NE(said.find(one.says), std::string::npos) << said;
    for (const Event& event : events)
      EXPECT_EQ(event.data.find("secret"), std::string::npos) << one.message;
    EXPECT_TRUE(events.back().Json().at("reply").is_null()) << one.message;
  }
  EXPECT_EQ(All(Ask("say:1 fail")).back().Json().at("thread_id"), "thr_1");
}

TEST_F(StreamServerTest, AViewThatFailsSaysItsStage) {
  Start();
  const auto events = All(Post("/generate-ui", R"({"prompt":"code throw","data":[]})", kEvents));
  ASSERT_EQ(NamesOf(events), "code error done");
  const auto rejected = All(Post("/generate-ui", R"({"prompt":"reject","data":[]})", kEvents));
  ASSERT_EQ(NamesOf(rejected), "error done");
  EXPECT_EQ(rejected[0].Json().at("stage"), "code_generation");
}

TEST_F(StreamServerTest, ARefusalAfterTheHeadIsAnEvent) {
  options_.stream_head_wait = milliseconds(1);
  Start();
  services_->Hold();
  EventClient reader = Begin(Ask("wait missing"));
  services_->Release();
  EXPECT_EQ(NamesOf(reader.Rest()), "error done");
}

TEST_F(StreamServerTest, SilenceIsFilledWithComments) {
  options_.stream_keep_alive = milliseconds(20);
  options_.stream_head_wait = milliseconds(1);
  Start();
  services_->Hold();
  EventClient reader = Begin(Ask("wait say:1"));
  for (int i = 0; i < 3; ++i) {
    const auto comment = reader.Next();
    ASSERT_TRUE(comment.has_value());
    EXPECT_EQ(comment->name, ":");
    EXPECT_EQ(comment->data, "keep-alive");
  }
  services_->Release();
  EXPECT_EQ(NamesOf(reader.Rest()), "answer done");
}

TEST_F(StreamServerTest, ResumesAfterEveryEvent) {
  Start();
  const auto all = All(Ask("say:5 data"));
  ASSERT_EQ(all.size(), 7u);
  const std::string stream = all[0].id.substr(0, all[0].id.rfind('.'));
  for (std::size_t after = 0; after < all.size(); ++after) {
    const std::string id = stream + "." + std::to_string(after);
    for (const std::string& request :
         {ResumeAfter(id), Ask("something else", "Last-Event-ID: " + id + "\r\n"),
          Post("/chat/stream", "", "Last-Event-ID: " + id + "\r\n")}) {
      const auto rest = All(request);
      ASSERT_EQ(rest.size(), all.size() - after) << request;
      for (std::size_t i = 0; i < rest.size(); ++i) {
        EXPECT_EQ(rest[i].id, all[after + i].id) << request;
        EXPECT_EQ(rest[i].data, all[after + i].data) << request;
      }
    }
  }
  const auto nothing = Once(ResumeAfter(all.back().id));
  EXPECT_EQ(nothing.status, 204) << "so that an EventSource does not come again";
  EXPECT_TRUE(nothing.Header("Content-Length").empty());
  EXPECT_EQ(Once(ResumeAfter(stream + ".8")).status, 404);
  EXPECT_EQ(services_->started(), 1);
}

TEST_F(StreamServerTest, AReaderThatComesBackInTimeGetsTheRest) {
  Start();
  services_->Hold();
  EventClient first = Begin(Ask("say:2 wait say:2"));
  first.Next();
  const auto second = first.Next();
  first.Close();
  EventClient back = Begin(ResumeAfter(second->id));
  services_->Release();
  const auto rest = back.Rest();
  EXPECT_EQ(NamesOf(rest), "answer answer done");
  EXPECT_EQ(services_->started(), 1);
}

TEST_F(StreamServerTest, ManyReadersOfOneStream) {
  Start();
  services_->Hold();
  EventClient first = Begin(Ask("say:3 wait say:3"));
  const auto event = first.Next();
  const std::string stream = event->id.substr(0, event->id.rfind('.'));
  std::vector<EventClient> readers;
  for (int i = 0; i < 20; ++i) readers.push_back(Begin(ResumeAfter(stream + "." + std::to_string(i % 4))));
  services_->Release();
  EXPECT_EQ(first.Rest().size(), 6u);
  for (std::size_t i = 0; i < readers.size(); ++i)
    EXPECT_EQ(readers[i].Rest().size(), 7 - i % 4) << i;
}

TEST_F(StreamServerTest, NobodyForTheGraceCancels) {
  options_.dispatcher.streams.grace = milliseconds(20);
  Start();
  services_->Hold();
  EventClient reader = Begin(Ask("say:1 wait"));
  const auto event = reader.Next();
  reader.Close();
  EXPECT_TRUE(services_->AwaitCancelled(1));
  const auto rest = All(ResumeAfter(event->id));
  EXPECT_EQ(NamesOf(rest), "error done") << "who comes too late learns what happened";
}

TEST_F(StreamServerTest, WhoLeavesBeforeTheFirstEventToo) {
  options_.dispatcher.streams.grace = milliseconds(20);
  options_.stream_head_wait = std::chrono::minutes(1);
  Start();
  services_->Hold();
  RawClient client = Client();
  client.Send(Ask("wait"));
  ASSERT_TRUE(services_->AwaitStarted(1));
  client.Close();
  EXPECT_TRUE(services_->AwaitCancelled(1));
}

TEST_F(StreamServerTest, AChatWithoutStreamIsCancelledAtOnce) {
  Start();
  services_->Hold();
  RawClient client = Client();
  client.Send(Ask("wait", "", "/chat"));
  ASSERT_TRUE(services_->AwaitStarted(1));
  client.Close();
  EXPECT_TRUE(services_->AwaitCancelled(1)) << "long before the grace";
}

TEST_F(StreamServerTest, TwoHundredAtOnce) {
  constexpr std::size_t kCount = 200;
  Start();
  services_->Hold();
  std::vector<EventClient> readers;
  for (std::size_t i = 0; i < kCount; ++i) {
    readers.push_back(Reader());
    readers.back().Send(Ask("say:20 wait say:20"));
  }
  for (EventClient& reader : readers) {
    EXPECT_EQ(reader.Head().status, 200);
    ASSERT_TRUE(reader.Next().has_value()) << "while all of them wait";
  }
  EXPECT_TRUE(services_->AwaitStarted(kCount));
  EXPECT_EQ(Once(Get("/healthz")).status, 200);
  services_->Release();
  for (EventClient& reader : readers) {
    const auto rest = reader.Rest();
    ASSERT_EQ(rest.size(), 40u);
    for (std::size_t i = 0; i < rest.size(); ++i)
      EXPECT_EQ(rest[i].id.substr(rest[i].id.rfind('.')), "." + std::to_string(i + 2));
    EXPECT_EQ(rest.back().name, "done");
  }
}

TEST_F(StreamServerTest, ASlowReaderHoldsUpNobody) {
  options_.write_timeout = milliseconds(200);
  Start();
  EventClient slow = Begin(Ask("flood:15"));  // More than the sockets' buffers hold.
  const auto first = slow.Next();
  EXPECT_EQ(All(ResumeAfter(first->id)).size(), 15u) << "another reader has all of it";
}

TEST_F(StreamServerTest, AStreamThatGrowsTooLargeIsEnded) {
  options_.dispatcher.streams.max_stream = base::ByteSize::Mebi(3);
  Start();
  services_->Hold();
  const auto events = All(Ask("flood:5 wait"));
  EXPECT_EQ(NamesOf(events), "answer answer error done");
  EXPECT_TRUE(services_->AwaitCancelled(1));
}

TEST_F(StreamServerTest, TheSameKeyJoinsTheStream) {
  Start();
  services_->Hold();
  const std::string key = "Idempotency-Key: k\r\n";
  EventClient first = Begin(Ask("say:2 wait say:1", key));
  const auto event = first.Next();
  EventClient second = Reader();
  second.Send(Ask("say:2 wait say:1", key));
  EXPECT_EQ(second.Head().Header("Idempotent-Replayed"), "true");
  EXPECT_EQ(Once(Ask("another", key)).status, 409);
  EXPECT_EQ(Once(Ask("say:2 wait say:1", key, "/chat")).status, 409);
  services_->Release();
  const auto rest = first.Rest();
  const auto joined = second.Rest();
  ASSERT_EQ(NamesOf(joined), "answer answer answer done");
  EXPECT_EQ(joined[0].id, event->id);
  EXPECT_EQ(joined.back().data, rest.back().data);
  const auto later = All(Ask("say:2 wait say:1", key));
  EXPECT_EQ(later.back().id, rest.back().id);
  EXPECT_EQ(services_->started(), 1);
}

TEST_F(StreamServerTest, FailuresOfTheMomentAreTriedAgain) {
  Start();
  for (int i = 1; i <= 2; ++i) {
    EXPECT_EQ(NamesOf(All(Ask("say:1 fail", "Idempotency-Key: k\r\n"))), "answer error done");
    EXPECT_EQ(services_->started(), i);
  }
}

TEST_F(StreamServerTest, TooManyConversations) {
  options_.dispatcher.max_conversations = 1;
  Start();
  services_->Hold();
  EventClient first = Begin(Ask("say:1 wait"));
  for (const char* more : {"", "Idempotency-Key: k\r\n"}) {
    const auto refused = Once(Ask("say:1", more));
    EXPECT_EQ(refused.status, 429) << more;
    EXPECT_EQ(refused.Header("Retry-After"), "1") << more;
  }
  services_->Release();
  EXPECT_EQ(NamesOf(first.Rest()), "answer done");
}

TEST_F(StreamServerTest, Http10GetsItPlainAndTheEndOfTheConnection) {
  Start();
  const std::string body = R"({"dataset_id":"a","message":"say:2"})";
  RawClient client = Client();
  client.Send("POST /chat/stream HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              "Connection: keep-alive\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto head = client.Read();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.Header("Transfer-Encoding"), "");
  EXPECT_EQ(head.Header("Connection"), "close");
  std::string text = client.ReadAll();
  std::vector<Event> events;
  while (auto event = testing::TakeEvent(text)) events.push_back(std::move(*event));
  EXPECT_EQ(NamesOf(events), "answer answer done");
  EXPECT_EQ(text, "");
}

TEST_F(StreamServerTest, HeadOfAStream) {
  Start();
  const auto all = All(Ask("say:2"));
  EventClient client = Reader();
  const auto head = [&](const std::string& id) {
    client.Send("HEAD /chat/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + id + "\r\n\r\n");
    return client.raw().Read(false);
  };
  EXPECT_EQ(head(all[0].id).Header("Content-Type"), "text/event-stream");
  EXPECT_EQ(head(all[0].id).status, 200);
  EXPECT_EQ(head("none.1").status, 404);
}

TEST_F(StreamServerTest, StreamsMayFinishWhileTheServerStops) {
  Start();
  services_->Hold();
  EventClient reader = Begin(Ask("say:1 wait say:1"));
  EventClient kept = Reader();
  kept.Send(Get("/healthz"));
  EXPECT_EQ(kept.Head().status, 200);
  server_->Stop();
  // Until the drain has begun, the connection that is open already is served and kept.
  for (bool kept_open = true; kept_open;) {
    kept.Send(Get("/healthz"));
    kept_open = kept.Head().Header("Connection") != "close";
  }
  EXPECT_TRUE(Running());
  services_->Release();
  EXPECT_EQ(NamesOf(reader.Rest()), "answer answer done");
  EXPECT_EQ(running_.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(StreamServerTest, AfterTheGraceOfTheStopTheyEndWithAnError) {
  options_.drain_grace = milliseconds(20);
  Start();
  services_->Hold();
  EventClient reader = Begin(Ask("say:1 wait"));
  server_->Stop();
  const auto events = reader.Rest();
  ASSERT_EQ(NamesOf(events), "answer error done");
  EXPECT_NE(events[1].data.find("the server is stopping"), std::string::npos);
  EXPECT_TRUE(services_->AwaitCancelled(1));
  EXPECT_EQ(running_.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(StreamServerTest, WorkWithoutAReaderDoesNotHoldUpTheStop) {
  Start();
  services_->Hold();
  {
    EventClient reader = Begin(Ask("say:1 wait"));
    reader.Next();
  }
  server_->Stop();
  EXPECT_TRUE(services_->AwaitCancelled(1));
  EXPECT_EQ(running_.wait_for(std::chrono::seconds(15)), std::future_status::ready);
}

}  // namespace
}  // namespace tabletalk::http
