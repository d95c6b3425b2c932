#include "http/server.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "http/testing/server_fixture.h"

namespace tabletalk::http {
namespace {

using std::chrono::milliseconds;
using testing::Get;
using testing::Post;
using testing::RawClient;
using testing::ServerTest;
using testing::Sql;

TEST_F(ServerTest, RefusesAnOpenAddressWithoutATokenAndNonsense) {
  struct Case {
    const char* host;
    base::ErrorCode code;
  };
  for (const Case& one :
       {Case{"0.0.0.0", base::ErrorCode::forbidden}, Case{"::", base::ErrorCode::forbidden},
        Case{"192.0.2.1", base::ErrorCode::forbidden},
        Case{"example.com", base::ErrorCode::invalid_argument},
        Case{"", base::ErrorCode::invalid_argument}}) {
    options_.host = one.host;
    Server server(options_, {}, std::make_shared<base::SystemClock>());
    const auto listening = server.Listen();
    ASSERT_TRUE(listening.has_error()) << one.host;
    EXPECT_EQ(listening.error().code(), one.code) << one.host;
  }
}

TEST_F(ServerTest, SaysThatAPortIsTaken) {
  Start();
  options_.port = server_->port();
  Server second(options_, {}, std::make_shared<base::SystemClock>());
  const auto listening = second.Listen();
  ASSERT_TRUE(listening.has_error());
  EXPECT_EQ(listening.error().code(), base::ErrorCode::unavailable);
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(server_->port()));
}

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  Start();
  RawClient client = Client();
  for (int i = 0; i < 3; ++i) {
    client.Send(Get("/healthz", "X-Trace-Id: t1\r\n"));
    const auto response = client.Read();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.Json().at("status"), "ok");
    EXPECT_EQ(response.Json().at("version"), "1.2.3");
    EXPECT_EQ(response.Header("X-Trace-Id"), "t1");
    EXPECT_EQ(response.Header("X-Request-Id"), "t1");
    EXPECT_EQ(response.Header("Content-Type"), "application/json");
    EXPECT_EQ(response.Header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.Header("Cache-Control"), "no-store");
    EXPECT_FALSE(response.Header("Date").empty());
  }
  client.Send(Get("/healthz", "Connection: close\r\n"));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.ReadEnd());
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInTheirOrder) {
  Start();
  RawClient client = Client();
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += i % 2 ? Get("/healthz", "X-Trace-Id: n" + std::to_string(i) + "\r\n")
                 : Post("/chat", R"({"dataset_id":"a","message":"m"})",
                        "X-Trace-Id: n" + std::to_string(i) + "\r\n");
  client.Send(all);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(client.Read().Header("X-Trace-Id"), "n" + std::to_string(i));
}

TEST_F(ServerTest, HeadHasTheHeadersOnly) {
  Start();
  RawClient client = Client();
  client.Send("HEAD /datasets HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto head = client.Read(false);
  client.Send(Get("/datasets"));
  const auto get = client.Read();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.Header("Content-Length"), get.Header("Content-Length"));
  EXPECT_EQ(get.body.size(), std::stoul(get.Header("Content-Length")));
}

TEST_F(ServerTest, ReadyzNamesThePartThatIsNot) {
  Start();
  services_->NotReady("no user namespaces");
  const auto response = Once(Get("/readyz"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.Error(), "not ready: sandbox");
  EXPECT_EQ(response.Json().at("parts").at(1).at("detail"), "no user namespaces");
}

TEST_F(ServerTest, RefusesBrokenRequestsAndCloses) {
  options_.max_header = base::ByteSize(2'000);
  options_.max_body = base::ByteSize(1'000);
  Start();
  const std::string big(1'001, 'x');
  struct Case {
    std::string bytes;
    int status;
  };
  const Case cases[] = {
      {"nonsense\r\n\r\n", 400},
      {"GET /healthz HTTP/3.0\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: \x01\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\n\r\n", 400},
      {"GET /" + std::string(3'000, 'a') + " HTTP/1.1\r\n\r\n", 431},
      {Get("/healthz", "X: " + std::string(3'000, 'a') + "\r\n"), 431},
      {Post("/chat", big), 413},
      {"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
       "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" +
           big + "\r\n0\r\n\r\n",
       413},
      {"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
       400},
      {"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
       "Transfer-Encoding: chunked\r\n\r\n",
       400},
      {"POST /chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
  };
  for (const Case& one : cases) {
    RawClient client = Client();
    client.Send(one.bytes);
    const auto response = client.Read();
    const std::string shown = one.bytes.substr(0, 90);
    EXPECT_EQ(response.status, one.status) << shown;
    EXPECT_FALSE(response.Error().empty()) << shown << response.body;
    EXPECT_FALSE(response.Header("X-Trace-Id").empty()) << shown;
    if (response.Header("Connection") == "close") {
      EXPECT_TRUE(client.ReadEnd()) << shown;
    }
  }
  EXPECT_EQ(Once(Get("/healthz")).status, 200);
}

TEST_F(ServerTest, SlowClientsAreTimedOut) {
  options_.header_timeout = milliseconds(60);
  options_.body_timeout = milliseconds(60);
  options_.idle_timeout = milliseconds(60);
  Start();
  struct Case {
    const char* bytes;
    int status;  ///< 0: closed in silence.
  };
  const Case cases[] = {
      {"", 0},
      {"G", 408},
      {"GET /healthz HTTP/1.1\r\nHost: local", 408},
      {"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
       "Content-Length: 10\r\n\r\n{\"a\"",
       408},
  };
  for (const Case& one : cases) {
    RawClient client = Client();
    client.Send(one.bytes);
    EXPECT_EQ(client.Read().status, one.status) << one.bytes;
    EXPECT_TRUE(client.ReadEnd()) << one.bytes;
  }
}

TEST_F(ServerTest, Expect100Continue) {
  Start();
  const std::string body = R"({"dataset_id":"a","message":"m"})";
  const std::string whole = Post("/chat", body, "Expect: 100-continue\r\n");
  RawClient client = Client();
  client.Send(whole.substr(0, whole.size() - body.size()));
  EXPECT_EQ(client.Read(false).status, 100);
  client.Send(body);
  EXPECT_EQ(client.Read().status, 200);

  RawClient refused = Client();
  const std::string nowhere = Post("/nowhere", body, "Expect: 100-continue\r\n");
  refused.Send(nowhere.substr(0, nowhere.size() - body.size()));
  EXPECT_EQ(refused.Read().status, 404) << "without the body";
}

TEST_F(ServerTest, ChunkedBodies) {
  Start();
  EXPECT_EQ(Once("POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n"
                 "10\r\n{\"dataset_id\":\"a\r\n10\r\n\",\"message\":\"m\"}\r\n0\r\n\r\n")
                .status,
            200);
}

TEST_F(ServerTest, AClientThatHangsUpCancelsItsWork) {
  Start();
  services_->Hold();
  RawClient client = Client();
  client.Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(services_->AwaitStarted(1));
  client.Close();
  EXPECT_TRUE(services_->AwaitCancelled(1));
}

TEST_F(ServerTest, AlsoBehindBytesThatNobodyHasRead) {
  Start();
  services_->Hold();
  RawClient client = Client();
  client.Send(Post("/runs", Sql("x")) + Get("/healthz"));
  ASSERT_TRUE(services_->AwaitStarted(1));
  client.Close();
  EXPECT_TRUE(services_->AwaitCancelled(1));
}

TEST_F(ServerTest, LookUpsPassBusyWorkersAndTheQueueIsBounded) {
  options_.dispatcher.worker_threads = 1;
  options_.dispatcher.max_waiting = 1;
  Start();
  services_->Hold();
  RawClient first = Client();
  first.Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(services_->AwaitStarted(1));
  std::vector<RawClient> more;
  for (int i = 0; i < 3; ++i) {
    more.push_back(Client());
    more.back().Send(Post("/runs", Sql("x")));
  }
  // One of the three waits; the others are told to come back.
  int refused = 0;
  for (const char* path : {"/healthz", "/readyz", "/datasets", "/runs/run_1"})
    EXPECT_EQ(Once(Get(path)).status, 200) << path;
  services_->Release();
  for (RawClient& client : more) {
    const auto response = client.Read();
    if (response.status == 200) continue;
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(response.Header("Retry-After"), "1");
    ++refused;
  }
  EXPECT_EQ(first.Read().status, 200);
  EXPECT_EQ(refused, 2);
}

TEST_F(ServerTest, ARequestHasADeadline) {
  options_.request_timeout = milliseconds(50);
  Start();
  services_->Hold();
  const auto response = Once(Post("/runs", Sql("x")));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.Json().at("details").at("timed_out"), true);
}

TEST_F(ServerTest, IdempotentRequestsShareOneExecution) {
  Start();
  services_->Hold();
  const std::string request = Post("/runs", Sql("x"), "Idempotency-Key: k\r\n");
  RawClient first = Client();
  first.Send(request);
  ASSERT_TRUE(services_->AwaitStarted(1));
  RawClient second = Client();
  second.Send(request);
  const auto other = Once(Post("/runs", Sql("y"), "Idempotency-Key: k\r\n"));
  EXPECT_EQ(other.status, 409);
  const auto other_route = Once(Post("/chat", Sql("x"), "Idempotency-Key: k\r\n"));
  EXPECT_EQ(other_route.status, 409);
  services_->Release();
  const auto one = first.Read();
  const auto two = second.Read();
  const auto three = Once(request);
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(one.body, two.body);
  EXPECT_EQ(one.body, three.body);
  EXPECT_EQ(three.Header("Idempotent-Replayed"), "true");
  EXPECT_EQ(services_->started(), 1);
}

TEST_F(ServerTest, AnErrorOnReplayCarriesItsOwnTrace) {
  Start();
  const auto request = [](const char* trace) {
    return Post("/runs", Sql("fail"),
                "Idempotency-Key: k\r\nX-Trace-Id: " + std::string(trace) + "\r\n");
  };
  EXPECT_EQ(Once(request("t1")).Json().at("trace_id"), "t1");
  EXPECT_EQ(Once(request("t2")).Json().at("trace_id"), "t2");
  EXPECT_EQ(services_->started(), 1);
}

TEST_F(ServerTest, StopsAtOnceWhereNothingIsInFlight) {
  Start();
  RawClient idle = Client();
  idle.Send(Get("/healthz"));
  EXPECT_EQ(idle.Read().status, 200);
  server_->Stop();
  EXPECT_EQ(running_.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_TRUE(idle.ReadEnd());
}

TEST_F(ServerTest, WhatIsInFlightMayFinish) {
  Start();
  services_->Hold();
  RawClient kept = Client();  // opened before the end begins
  kept.Send(Get("/readyz"));
  EXPECT_EQ(kept.Read().status, 200);
  RawClient worker = Client();
  worker.Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(services_->AwaitStarted(1));
  server_->Stop();
  // The listener closes a moment later.
  const auto closed = [this] {
    try {
      RawClient(server_->port()).Send("");
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  };
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!closed() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_TRUE(closed());
  kept.Send(Get("/readyz"));
  const auto draining = kept.Read();
  EXPECT_EQ(draining.status, 503);
  EXPECT_EQ(draining.Json().at("parts").at(0).at("detail"), "draining");
  EXPECT_EQ(draining.Header("Connection"), "close");
  EXPECT_TRUE(Running());
  services_->Release();
  EXPECT_EQ(worker.Read().status, 200);
  EXPECT_EQ(running_.wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

TEST_F(ServerTest, AfterTheGraceItIsCancelled) {
  options_.drain_grace = milliseconds(30);
  Start();
  services_->Hold();
  RawClient worker = Client();
  worker.Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(services_->AwaitStarted(1));
  server_->Stop();
  const auto response = worker.Read();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.Header("Retry-After"), "5");
  EXPECT_TRUE(services_->AwaitCancelled(1));
  EXPECT_EQ(running_.wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

TEST_F(ServerTest, FiftyAtATime) {
  Start();
  std::vector<RawClient> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(Client());
  for (std::size_t i = 0; i < clients.size(); ++i)
    clients[i].Send(Post("/runs", Sql("s" + std::to_string(i))));
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto response = clients[i].Read();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.Json().at("sql").as_string(), "s" + std::to_string(i));
  }
}

TEST_F(ServerTest, ConversationsWaitNeitherForWorkNorInItsQueue) {
  options_.dispatcher.worker_threads = 1;
  options_.dispatcher.max_waiting = 0;
  options_.dispatcher.max_conversations = 3;
  Start();
  services_->Hold();
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(Client());
    clients.back().Send(Post("/chat", R"({"dataset_id":"a","message":"m"})"));
  }
  ASSERT_TRUE(services_->AwaitStarted(3));
  const auto refused = Once(Post("/chat", R"({"dataset_id":"a","message":"m"})"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.Header("Retry-After"), "1");
  clients.push_back(Client());
  clients.back().Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(services_->AwaitStarted(4)) << "a run has its place all the same";
  services_->Release();
  for (RawClient& client : clients) EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ServerTest, WhoLeavesEndsTheirCode) {
  Start();
  services_->Hold();
  RawClient client = Client();
  client.Send(Post("/ai/execute", R"({"python_code":"p","input_data":{}})"));
  ASSERT_TRUE(services_->AwaitStarted(1));
  client.Close();
  EXPECT_TRUE(services_->AwaitCancelled(1));
}

}  // namespace
}  // namespace tabletalk::http
