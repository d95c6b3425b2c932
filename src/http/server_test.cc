#include "http/server.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <thread>

#include "base/log.h"
#include "http/testing/fake_backend.h"
#include "http/testing/raw_client.h"

namespace tabletalk::http {
namespace {

using std::chrono::milliseconds;
using testing::FakeBackend;
using testing::RawClient;
using testing::RawResponse;

std::string Get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "\r\n";
}

std::string Post(std::string_view path, std::string_view body, std::string_view more = "") {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

std::string Sql(std::string_view sql) {
  return R"({"dataset_id":"a","sql":")" + std::string(sql) + "\"}";
}

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    base::ConfigureLog(base::LogLevel::off, base::LogFormat::text);
    options_.port = 0;
    options_.version = "1.2.3";
    options_.dispatcher.worker_threads = 4;
  }
  void TearDown() override { Finish(); }

  void Start() {
    server_.emplace(options_, backend_, std::make_shared<base::SystemClock>());
    const auto listening = server_->Listen();
    ASSERT_TRUE(listening.has_value()) << listening.error().public_message();
    running_ = std::async(std::launch::async, [this] { server_->Run(); });
  }
  void Finish() {
    if (!running_.valid()) return;
    backend_->Release();
    server_->Stop();
    ASSERT_EQ(running_.wait_for(std::chrono::seconds(20)), std::future_status::ready);
    running_.get();
  }
  bool Running() { return running_.wait_for(std::chrono::seconds(0)) != std::future_status::ready; }
  RawClient Client() { return RawClient(server_->port()); }
  RawResponse Once(std::string_view bytes) {
    RawClient client = Client();
    client.Send(bytes);
    return client.Read();
  }

  ServerOptions options_;
  std::shared_ptr<FakeBackend> backend_ = std::make_shared<FakeBackend>();
  std::optional<Server> server_;
  std::future<void> running_;
};

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
    Server server(options_, backend_, std::make_shared<base::SystemClock>());
    const auto listening = server.Listen();
    ASSERT_TRUE(listening.has_error()) << one.host;
    EXPECT_EQ(listening.error().code(), one.code) << one.host;
  }
}

TEST_F(ServerTest, SaysThatAPortIsTaken) {
  Start();
  options_.port = server_->port();
  Server second(options_, backend_, std::make_shared<base::SystemClock>());
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

TEST_F(ServerTest, RoutesOverTheBackend) {
  Start();
  struct Case {
    std::string request;
    int status;
    const char* body_has;
  };
  const Case cases[] = {
      {Get("/readyz"), 200, R"("ready":true)"},
      {Get("/datasets?limit=2"), 200, R"("next_cursor":"b")"},
      {Get("/datasets?cursor=b"), 200, R"("next_cursor":null)"},
      {Get("/datasets?limit=0"), 400, "limit must be"},
      {Get("/datasets/x/schema"), 200, R"("id":"x")"},
      {Get("/runs/run_1"), 200, R"("run_id":"run_1")"},
      {Get("/runs/run_1/status"), 200, R"({"run_id":"run_1","status":"succeeded"})"},
      {Get("/runs/none"), 404, R"("code":"not_found")"},
      {Get("/runs/none/status"), 404, "no such run"},
      {Post("/runs", Sql("SELECT 1")), 200, R"("status":"succeeded")"},
      {Post("/runs", Sql("fail")), 500, R"("run_id":"run_1","status":"failed","timed_out":false)"},
      {Post("/runs", Sql("slow")), 500, R"("timed_out":true)"},
      {Post("/runs", Sql("reject")), 422, R"("issues":["one"])"},
      {Post("/runs", R"({"dataset_id":"a","sql":"fail","async":true})"), 202, R"("pending")"},
      {Get("/runs"), 200, R"({"items":[{"run_id":"run_1","status":"succeeded")"},
      {Get("/runs?cursor=x"), 400, "cursor"},
      {"DELETE /runs/run_1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 409, "it has ended"},
      {"DELETE /runs/none HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "no such run"},
      {"PUT /runs HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, R"("allow":"POST, GET, HEAD")"},
      {Post("/runs", R"({"sql":1})"), 400, R"("path":"sql")"},
      {Post("/runs", R"({"sql":)"), 400, "not valid JSON at line 1"},
      {Post("/runs", ""), 400, "the body is empty"},
      {Post("/chat", R"({"dataset_id":"a","message":"hello"})"), 200, R"("answer":"hello")"},
      {Post("/chat", R"({"dataset_id":"a","message":"throw"})"), 500, "failed to handle"},
      {Get("/"), 404, "/healthz or /datasets"},
      {Get("/nope"), 404, "no route /nope"},
      {Get("/chat"), 405, R"("allow":"POST")"},
  };
  for (const Case& one : cases) {
    const auto response = Once(one.request);
    const std::string shown = one.request.substr(0, one.request.find("\r\n"));
    EXPECT_EQ(response.status, one.status) << shown << response.body;
    EXPECT_NE(response.body.find(one.body_has), std::string::npos) << shown << response.body;
    EXPECT_EQ(response.body.find("secret"), std::string::npos) << shown;
    if (response.status < 400) continue;
    EXPECT_FALSE(response.Error().empty()) << shown;
    EXPECT_EQ(response.Json().at("trace_id").as_string(), response.Header("X-Trace-Id")) << shown;
    EXPECT_TRUE(response.Json().at("details").is_object()) << shown;
  }
}

TEST_F(ServerTest, ReadyzNamesThePartThatIsNot) {
  Start();
  backend_->NotReady("no user namespaces");
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
  backend_->Hold();
  RawClient client = Client();
  client.Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(backend_->AwaitStarted(1));
  client.Close();
  EXPECT_TRUE(backend_->AwaitCancelled(1));
}

TEST_F(ServerTest, AlsoBehindBytesThatNobodyHasRead) {
  Start();
  backend_->Hold();
  RawClient client = Client();
  client.Send(Post("/runs", Sql("x")) + Get("/healthz"));
  ASSERT_TRUE(backend_->AwaitStarted(1));
  client.Close();
  EXPECT_TRUE(backend_->AwaitCancelled(1));
}

TEST_F(ServerTest, LookUpsPassBusyWorkersAndTheQueueIsBounded) {
  options_.dispatcher.worker_threads = 1;
  options_.dispatcher.max_waiting = 1;
  Start();
  backend_->Hold();
  RawClient first = Client();
  first.Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(backend_->AwaitStarted(1));
  std::vector<RawClient> more;
  for (int i = 0; i < 3; ++i) {
    more.push_back(Client());
    more.back().Send(Post("/runs", Sql("x")));
  }
  // One of the three waits; the others are told to come back.
  int refused = 0;
  for (const char* path : {"/healthz", "/readyz", "/datasets", "/runs/run_1"})
    EXPECT_EQ(Once(Get(path)).status, 200) << path;
  backend_->Release();
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
  backend_->Hold();
  const auto response = Once(Post("/runs", Sql("x")));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.Json().at("details").at("timed_out"), true);
}

TEST_F(ServerTest, IdempotentRequestsShareOneExecution) {
  Start();
  backend_->Hold();
  const std::string request = Post("/runs", Sql("x"), "Idempotency-Key: k\r\n");
  RawClient first = Client();
  first.Send(request);
  ASSERT_TRUE(backend_->AwaitStarted(1));
  RawClient second = Client();
  second.Send(request);
  const auto other = Once(Post("/runs", Sql("y"), "Idempotency-Key: k\r\n"));
  EXPECT_EQ(other.status, 409);
  const auto other_route = Once(Post("/chat", Sql("x"), "Idempotency-Key: k\r\n"));
  EXPECT_EQ(other_route.status, 409);
  backend_->Release();
  const auto one = first.Read();
  const auto two = second.Read();
  const auto three = Once(request);
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(one.body, two.body);
  EXPECT_EQ(one.body, three.body);
  EXPECT_EQ(three.Header("Idempotent-Replayed"), "true");
  EXPECT_EQ(backend_->started(), 1);
}

TEST_F(ServerTest, AnErrorOnReplayCarriesItsOwnTrace) {
  Start();
  const auto request = [](const char* trace) {
    return Post("/runs", Sql("fail"),
                "Idempotency-Key: k\r\nX-Trace-Id: " + std::string(trace) + "\r\n");
  };
  EXPECT_EQ(Once(request("t1")).Json().at("trace_id"), "t1");
  EXPECT_EQ(Once(request("t2")).Json().at("trace_id"), "t2");
  EXPECT_EQ(backend_->started(), 1);
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
  backend_->Hold();
  RawClient kept = Client();  // opened before the end begins
  kept.Send(Get("/readyz"));
  EXPECT_EQ(kept.Read().status, 200);
  RawClient worker = Client();
  worker.Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(backend_->AwaitStarted(1));
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
  backend_->Release();
  EXPECT_EQ(worker.Read().status, 200);
  EXPECT_EQ(running_.wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

TEST_F(ServerTest, AfterTheGraceItIsCancelled) {
  options_.drain_grace = milliseconds(30);
  Start();
  backend_->Hold();
  RawClient worker = Client();
  worker.Send(Post("/runs", Sql("x")));
  ASSERT_TRUE(backend_->AwaitStarted(1));
  server_->Stop();
  const auto response = worker.Read();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.Header("Retry-After"), "5");
  EXPECT_TRUE(backend_->AwaitCancelled(1));
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

TEST_F(ServerTest, ExecutesAndChecksCode) {
  Start();
  struct Case {
    std::string path;
    std::string body;
    int status;
    std::string_view says;  // Somewhere in the body.
  };
  const Case cases[] = {
      {"/ai/execute", R"({"python_code":"p","input_data":{"a":1}})", 200, R"("result":{"a":1})"},
      {"/calculate/advanced/execute", R"({"python_code":"p","input_data":{}})", 200, R"("logs":"p")"},
      {"/ai/execute", R"({"python_code":"slow","input_data":{}})", 500, R"("timed_out":true)"},
      {"/ai/execute", R"({"python_code":"slow","input_data":{}})", 500, R"("logs":"so far\n")"},
      {"/ai/execute", R"({"python_code":"reject","input_data":{}})", 422, R"("issues":["one"])"},
      {"/ai/execute", R"({"python_code":"off","input_data":{}})", 403, "Python is off"},
      {"/ai/execute", R"({"input_data":{}})", 400, "python_code is missing"},
      {"/ai/execute", R"({"python_code":"p"})", 400, "input_data is missing"},
      {"/ai/execute", R"({"python_code":"p","input_data":[]})", 400, "input_data must be"},
      {"/ai/validate/python", R"({"python_code":"good"})", 200, R"("is_valid":true)"},
      {"/ai/validate/python", R"({"python_code":"bad"})", 200, R"("rule":"a_rule")"},
      {"/ai/validate/python", R"({})", 400, "python_code is missing"},
      {"/ai/validate/sql", R"({"sql":"good","available_columns":["a"]})", 200, R"("is_valid":true)"},
      {"/ai/validate/sql", R"({"sql":"bad","available_columns":["a"]})", 200, R"("column":3)"},
      {"/ai/validate/sql", R"({"sql":"bad"})", 400, "available_columns is missing"},
      {"/ai/validate/sql", R"({"sql":"bad","available_columns":[1]})", 400, "available_columns[0]"},
  };
  for (const Case& one : cases) {
    const auto response = Once(Post(one.path, one.body));
    EXPECT_EQ(response.status, one.status) << one.path << " " << one.body << "\n" << response.body;
    EXPECT_NE(response.body.find(one.says), response.body.npos) << response.body;
  }
}

TEST_F(ServerTest, LimitsHowOftenAnAddressExecutes) {
  options_.rate_limits = {{"/ai/execute", 3}};
  Start();
  const std::string body = R"({"python_code":"p","input_data":{}})";
  EXPECT_EQ(Once(Post("/ai/execute", body)).status, 200);
  EXPECT_EQ(Once(Post("/calculate/advanced/execute", body)).status, 200);
  EXPECT_EQ(Once(Post("/ai/execute", "{}")).status, 400);
  for (const char* path : {"/ai/execute", "/calculate/advanced/execute"}) {
    const auto refused = Once(Post(path, body, "X-Forwarded-For: 192.0.2.7\r\n"));
    EXPECT_EQ(refused.status, 429);
    const int wait = std::stoi(refused.Header("Retry-After"));
    EXPECT_GT(wait, 50);
    EXPECT_LE(wait, 60);
    EXPECT_EQ(refused.Json().at("details").at("retry_after_s"), wait);
  }
  EXPECT_EQ(Once(Post("/ai/validate/python", R"({"python_code":"p"})")).status, 200);
  EXPECT_EQ(backend_->started(), 3);
}

TEST_F(ServerTest, WhoLeavesEndsTheirCode) {
  Start();
  backend_->Hold();
  RawClient client = Client();
  client.Send(Post("/ai/execute", R"({"python_code":"p","input_data":{}})"));
  ASSERT_TRUE(backend_->AwaitStarted(1));
  client.Close();
  EXPECT_TRUE(backend_->AwaitCancelled(1));
}

}  // namespace
}  // namespace tabletalk::http
