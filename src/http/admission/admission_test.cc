#include "http/admission/admission.h"

#include <gtest/gtest.h>

#include "http/connection/response_fields.h"

namespace tabletalk::http {
namespace {

Router TwoRoutes() {
  std::vector<Route> routes(2);
  routes[0].method = "GET", routes[0].pattern = "/datasets";
  routes[1].method = "POST", routes[1].pattern = "/chat";
  routes[1].takes = Takes::json;
  routes[1].idempotency_key = true;
  return Router(std::move(routes));
}

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Case {
  const char* method;
  const char* target;
  Fields fields;
  int status;  ///< 0: admitted.
  const char* says;
};

const std::pair<std::string, std::string> kHost{"Host", "localhost:8000"};
const std::pair<std::string, std::string> kJson{"Content-Type", "application/json"};

TEST(Admission, SaysWhatIsWrongWithAHead) {
  const Case cases[] = {
      {"GET", "/datasets", {kHost}, 0, ""},
      {"GET", "/datasets", {{"Host", "127.0.0.1"}}, 0, ""},
      {"GET", "/datasets", {{"Host", "LOCALHOST.:1"}}, 0, ""},
      {"GET", "/datasets", {{"Host", "[::1]:8000"}}, 0, ""},
      {"GET", "/datasets", {{"Host", "proxy.example"}}, 0, ""},
      {"GET", "/datasets", {{"Host", "127.0.0.3:8000"}}, 0, ""},
      {"GET", "/datasets", {{"Host", "127.0.0.2:8000"}}, 403, "answers only as"},
      {"GET", "/datasets", {{"Host", ""}}, 400, "Host header is empty"},
      {"GET", "http://localhost/datasets", {{"Host", ""}}, 0, ""},
      {"GET", "/datasets", {}, 400, "exactly one Host"},
      {"GET", "/datasets", {kHost, kHost}, 400, "exactly one Host"},
      {"GET", "/datasets", {{"Host", "evil.example"}}, 403, "answers only as localhost"},
      {"GET", "/datasets", {{"Host", "localhost.evil.example"}}, 403, "answers only as"},
      {"GET", "/datasets", {{"Host", "127.0.0.1.evil.example"}}, 403, "answers only as"},
      {"GET", "/datasets", {{"Host", "localhost@evil"}}, 403, "answers only as"},
      {"GET", "/datasets", {{"Host", "localhost:80:80"}}, 403, "answers only as"},
      {"GET", "/datasets", {{"Host", "[::1"}}, 403, "answers only as"},
      {"GET", "/datasets", {{"Host", "0.0.0.0"}}, 403, "answers only as"},
      {"GET", "http://evil.example/datasets", {kHost}, 403, "answers only as"},
      {"GET", "http://localhost/datasets", {kHost}, 0, ""},
      {"GET", "/datasets", {kHost, {"Origin", "https://evil.example"}}, 0, ""},
      {"POST", "/chat", {kHost, kJson, {"Origin", "https://evil.example"}}, 403, "another site"},
      {"POST", "/chat", {kHost, kJson, {"Origin", "http://localhost:3000"}}, 403, "another site"},
      {"POST", "/chat", {kHost, kJson, {"Origin", "null"}}, 403, "another site"},
      {"POST", "/chat", {kHost, kJson, {"Origin", "http://localhost:8000"}}, 0, ""},
      {"GET", "/%zz", {kHost}, 400, "not well-formed"},
      {"GET", "/", {kHost}, 404, "try /healthz or /datasets"},
      {"GET", "/nowhere/a%1bb", {kHost}, 404, "no route /nowhere/a\\u{"},
      {"DELETE", "/datasets/", {kHost}, 405, "it takes GET, HEAD"},
      {"GET", "/chat", {kHost}, 405, "it takes POST"},
      {"POST", "/chat", {kHost}, 415, "Content-Type: application/json"},
      {"POST", "/chat", {kHost, {"Content-Type", "text/plain"}}, 415, "Content-Type"},
      {"POST", "/chat", {kHost, {"Content-Type", "application/json5"}}, 415, "Content-Type"},
      {"POST", "/chat", {kHost, {"Content-Type", "Application/JSON; charset=UTF-8"}}, 0, ""},
      {"POST", "/chat", {kHost, {"Content-Type", "application/json;"}}, 0, ""},
      {"POST", "/chat", {kHost, {"Content-Type", "application/json; charset=latin1"}}, 415, "Type"},
      {"POST", "/chat", {kHost, kJson, {"Content-Encoding", "gzip"}}, 415, "compressed"},
      {"POST", "/chat", {kHost, kJson, {"Idempotency-Key", "k-1"}}, 0, ""},
      {"POST", "/chat", {kHost, kJson, {"Idempotency-Key", ""}}, 400, "Idempotency-Key"},
      {"POST", "/chat", {kHost, kJson, {"Idempotency-Key", "a b"}}, 400, "Idempotency-Key"},
      {"POST", "/chat", {kHost, kJson, {"Idempotency-Key", std::string(256, 'k')}}, 400, "Idem"},
  };
  const Router router = TwoRoutes();
  const SitePolicy site{true, "127.0.0.3", {"proxy.example"}};
  for (const Case& one : cases) {
    RequestHead head{one.method, one.target, true, {}};
    std::string shown = std::string(one.method) + " " + one.target;
    for (const auto& [name, value] : one.fields) {
      head.headers.Add(name, value);
      shown += " | " + name + ": " + value;
    }
    const auto admission = Admit(router, site, head, base::TraceId("t"));
    const auto* failure = std::get_if<Failure>(&admission);
    EXPECT_EQ(failure ? failure->status : 0, one.status) << shown;
    if (failure) {
      EXPECT_NE(failure->message.find(one.says), std::string::npos)
          << shown << " says: " << failure->message;
    }
  }
}

TEST(Admission, AHostIsNotCheckedBeyondLoopback) {
  RequestHead head{"GET", "/datasets", true, {}};
  head.headers.Add("Host", "tables.example");
  const auto admission = Admit(TwoRoutes(), SitePolicy{false, "", {}}, head, base::TraceId("t"));
  EXPECT_TRUE(std::holds_alternative<Admitted>(admission));
}

TEST(Framing, RefusesWhatAProxyCouldReadDifferently) {
  struct FramingCase {
    Fields fields;
    unsigned version;
    int status;
  };
  const FramingCase cases[] = {
      {{}, 11, 0},
      {{}, 10, 0},
      {{}, 19, 505},
      {{{"Transfer-Encoding", "chunked"}}, 11, 0},
      {{{"Transfer-Encoding", "gzip, chunked"}}, 11, 400},
      {{{"Transfer-Encoding", "identity"}}, 11, 400},
      {{{"Transfer-Encoding", "chunked"}, {"Content-Length", "3"}}, 11, 400},
      {{{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}, 11, 400},
      {{{"Expect", "100-continue"}}, 11, 0},
      {{{"Expect", "a miracle"}}, 11, 417},
  };
  for (const FramingCase& one : cases) {
    RequestHead head;
    for (const auto& [name, value] : one.fields) head.headers.Add(name, value);
    const auto failure = CheckFraming(head, one.version);
    EXPECT_EQ(failure ? failure->status : 0, one.status) << ::testing::PrintToString(one.fields);
  }
}

TEST(Framing, DatesAsHttpWantsThem) {
  EXPECT_EQ(HttpDate(std::chrono::system_clock::from_time_t(784111777)),
            "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Admission, SettlesTheFormOfTheAnswer) {
  std::vector<Route> routes(4);
  const Streams kinds[] = {Streams::never, Streams::if_accepted, Streams::always, Streams::resumed};
  for (std::size_t i = 0; i < routes.size(); ++i) {
    routes[i].method = "POST", routes[i].pattern = "/" + std::to_string(i);
    routes[i].takes = Takes::json;
    routes[i].streams = kinds[i];
  }
  const Router router(std::move(routes));
  const std::pair<std::string, std::string> accept{"Accept", "text/event-stream"};
  const std::pair<std::string, std::string> last{"Last-Event-ID", " ab.1 "};
  struct FormCase {
    const char* target;
    Fields fields;
    Form form;
    const char* last_event_id;
  };
  const FormCase cases[] = {
      {"/0", {kHost, kJson, accept, last}, Form::whole, ""},
      {"/1", {kHost, kJson}, Form::whole, ""},
      {"/1", {kHost, kJson, accept}, Form::events, ""},
      {"/1", {kHost, kJson, last}, Form::whole, ""},
      {"/1", {kHost, accept, last}, Form::events, "ab.1"},
      {"/2", {kHost, kJson}, Form::events, ""},
      {"/2", {kHost, last}, Form::events, "ab.1"},
      {"/2", {kHost, kJson, {"Last-Event-ID", ""}}, Form::events, ""},
      {"/3", {kHost, last}, Form::events, "ab.1"},
  };
  for (const FormCase& one : cases) {
    RequestHead head;
    head.method = "POST";
    head.target = one.target;
    for (const auto& [name, value] : one.fields) head.headers.Add(name, value);
    const auto admitted = Admit(router, SitePolicy{}, head, base::TraceId("t"));
    ASSERT_TRUE(std::holds_alternative<Admitted>(admitted)) << one.target;
    EXPECT_EQ(std::get<Admitted>(admitted).call.form, one.form) << one.target;
    EXPECT_EQ(std::get<Admitted>(admitted).last_event_id, one.last_event_id) << one.target;
  }
  RequestHead bare;
  bare.method = "POST";
  bare.target = "/2";
  bare.headers.Add("Host", "localhost");
  const auto refused = Admit(router, SitePolicy{}, bare, base::TraceId("t"));
  ASSERT_TRUE(std::holds_alternative<Failure>(refused));
  EXPECT_EQ(std::get<Failure>(refused).status, 415) << "without an id the body counts";
}

}  // namespace
}  // namespace tabletalk::http
