// The routes over fake services: what each takes, gives and refuses.
#include <gtest/gtest.h>

#include <filesystem>

#include "http/testing/server_fixture.h"

namespace tabletalk::http {
namespace {

using testing::Delete;
using testing::Get;
using testing::Post;
using testing::RawClient;
using testing::Sql;

class ServerRoutesTest : public testing::ServerTest {};

TEST_F(ServerRoutesTest, RoutesOverTheServices) {
  Start();
  struct Case {
    std::string request;
    int status;
    const char* body_has;
  };
  const Case cases[] = {
      {Get("/readyz"), 200, R"("ready":true)"},
      {Get("/version"), 200, R"({"version":"1.2.3","commit":"c0ffee","engines":{"duckdb":"1.4"}})"},
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
      {Delete("/runs/run_1"), 409, "it has ended"},
      {Delete("/runs/none"), 404, "no such run"},
      {"PUT /runs HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, R"("allow":"POST, GET, HEAD")"},
      {Post("/runs", R"({"sql":1})"), 400, R"("path":"sql")"},
      {Post("/runs", R"({"sql":)"), 400, "not valid JSON at line 1"},
      {Post("/runs", ""), 400, "the body is empty"},
      {Post("/chat", R"({"dataset_id":"a","message":"hello"})"), 200, R"("answer":"hello")"},
      {Post("/chat", R"({"dataset_id":"a","message":"throw"})"), 500, "failed to handle"},
      {Get("/threads?limit=2"), 200, R"("next_cursor":"thr_2")"},
      {Get("/threads?cursor=thr_2"), 200, R"("next_cursor":null)"},
      {Get("/threads/thr_1/messages"), 200, R"({"items":[{"message_id":"msg_0")"},
      {Get("/threads/thr_1/messages?cursor=msg_0"), 200, R"({"items":[{"message_id":"msg_1")"},
      {Get("/threads/none/messages"), 404, "no such thread"},
      {Delete("/threads/thr_1"), 200, R"({"thread_id":"thr_1","deleted":true})"},
      {Delete("/threads/none"), 404, "no such thread"},
      {Get("/messages/msg_1/egress"), 200, R"("body":"what left")"},
      {Get("/messages/none/egress"), 404, "no such message"},
      {Post("/ai/codegen", R"({"prompt":"p"})"), 200, R"("allowed_imports":["math"])"},
      {Post("/calculate/advanced", R"({"prompt":"p"})"), 200, R"("summary":"p")"},
      {Post("/ai/sql", R"({"prompt":"p","available_columns":["a"]})"), 200, R"("sql":"SELECT 1")"},
      {Post("/calculate/sql", R"({"prompt":"p"})"), 200, R"("sql":"SELECT 1")"},
      {Post("/query-understanding", R"({"message":"p","dataset_id":"a"})"), 200,
       R"("explanation":"p")"},
      {Post("/generate-ui", R"({"prompt":"p","run_id":"run_1"})"), 200, R"("summary":"a view")"},
      {Post("/ai/codegen", R"({"prompt":"reject"})"), 422, R"("issues":["one"])"},
      {Post("/ai/codegen", R"({"prompt":"fail"})"), 503, R"("provider":"openai")"},
      {Post("/ai/codegen", R"({"prompt":"throttled"})"), 503, R"("retry_after_s":6.5)"},
      {Post("/ai/codegen", R"({"prompt":"busy"})"), 429, "the queue is full"},
      {Post("/ai/codegen", R"({"prompt":1})"), 400, "prompt must be a string"},
      {Post("/chat", R"({"dataset_id":"a","message":"reject"})"), 422, R"("issues":["one"])"},
      {Post("/chat", R"({"dataset_id":"a","message":"fail"})"), 503, R"("stage":"model")"},
      {Get("/api/data/run_table"), 200, R"("rows":[[0],[1],[2],[3],[4]],"offset":0,"total_rows":5)"},
      {Get("/api/data/run_table?offset=1&limit=2"), 200, R"("rows":[[1],[2]])"},
      {Get("/api/data/run_table?offset=1&limit=2"), 200, R"("next_offset":3})"},
      {Get("/api/data/run_table?offset=9"), 200, R"("rows":[])"},
      {Get("/api/data/run_cut?offset=4"), 200, R"("truncated":true,"next_offset":null})"},
      {Get("/api/data/run_cut?offset=5"), 400, "the first 5 of 50 rows"},
      {Get("/api/data/run_table?limit=0"), 400, "limit must be a whole number from 1 to 10000"},
      {Get("/api/data/run_table?offset=-1"), 400, "offset must be"},
      {Get("/api/data/run_table?format=arrow"), 400, "one of: json, csv, parquet"},
      {Get("/api/data/run_table?format=csv&limit=1"), 400, "for format=json"},
      {Get("/api/data/run_1"), 409, "no table"},
      {Get("/api/data/run_failed"), 409, R"("status":"failed")"},
      {Get("/api/data/none"), 404, "no such run"},
      {Get("/api/data/none?format=csv"), 404, "no such run"},
      {Get("/chat/stream"), 400, "Last-Event-ID is missing"},
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

TEST_F(ServerRoutesTest, ExecutesAndChecksCode) {
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

TEST_F(ServerRoutesTest, LimitsHowOftenAnAddressExecutes) {
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
  EXPECT_EQ(services_->started(), 3);
}

TEST_F(ServerRoutesTest, RoutesThatLeadToALimitCountWithIt) {
  options_.rate_limits = {{"/ai/codegen", 1}, {"/ai/sql", 1}};
  Start();
  struct Case {
    const char* path;
    const char* body;
    int status;
  };
  const Case cases[] = {
      {"/calculate/advanced", R"({"prompt":"p"})", 200},
      {"/ai/codegen", R"({"prompt":"p"})", 429},
      {"/ai/sql", R"({"prompt":"p","available_columns":["a"]})", 200},
      {"/calculate/sql", R"({"prompt":"p"})", 429},
      {"/query-understanding", R"({"message":"p","dataset_id":"a"})", 200},
  };
  for (const Case& one : cases) EXPECT_EQ(Once(Post(one.path, one.body)).status, one.status) << one.path;
}

TEST_F(ServerRoutesTest, SaysWhenAModelThatIsBusyMayBeAsked) {
  Start();
  const auto response = Once(Post("/chat", R"({"dataset_id":"a","message":"throttled"})"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.Header("Retry-After"), "7");
}

TEST_F(ServerRoutesTest, SendsWholeResultsAsFiles) {
  Start();
  struct Case {
    const char* path;
    const char* type;
    std::string body;
  };
  std::string big;
  for (int i = 0; i < 100'000; ++i) big += "run_big,csv\n";
  const Case cases[] = {
      {"/api/data/run_7?format=csv", "text/csv; charset=utf-8", "run_7,csv\n"},
      {"/api/data/run_7?format=parquet", "application/vnd.apache.parquet", "run_7,parquet\n"},
      {"/api/data/run_big?format=csv", "text/csv; charset=utf-8", big},
  };
  RawClient client = Client();
  for (const Case& one : cases) {
    client.Send(Get(one.path));
    const auto response = client.Read();
    EXPECT_EQ(response.status, 200) << one.path;
    EXPECT_EQ(response.Header("Content-Type"), one.type) << one.path;
    EXPECT_EQ(response.Header("Content-Disposition").find("attachment; filename=\"result."), 0u);
    EXPECT_TRUE(response.body == one.body) << one.path << ": " << response.body.size();
  }
  client.Send("HEAD /api/data/run_7?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.Read(false).Header("Content-Length"), "10");
  client.Send(Get("/api/data/none?format=csv"));
  EXPECT_EQ(client.Read().status, 404);
  ASSERT_EQ(services_->folders().size(), 5u);
  for (const auto& folder : services_->folders())
    EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
}

TEST_F(ServerRoutesTest, AClientThatTakesHalfAFileHarmsNobody) {
  Start();
  RawClient client = Client();
  client.Send(Get("/api/data/run_big?format=csv"));
  EXPECT_EQ(client.Read(false).status, 200);
  client.Close();
  EXPECT_EQ(Once(Get("/healthz")).status, 200);
}

}  // namespace
}  // namespace tabletalk::http
