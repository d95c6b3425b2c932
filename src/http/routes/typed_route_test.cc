// Rows from members: what a request is read from, and what becomes of a result.
#include "http/routes/typed_route.h"

#include <gtest/gtest.h>

namespace tabletalk::http {
namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Wanted {
  std::string id;
  std::optional<std::int64_t> count;
  Bounded<1, 9, 3> limit;
  Colour colour = Colour::red;
  bool whole = false;
  double share = 0.5;
  std::string note;
  static constexpr std::string_view kOptional[] = {"limit", "colour", "whole", "share", "note"};
};
BOOST_DESCRIBE_STRUCT(Wanted, (), (id, count, limit, colour, whole, share, note))

struct Shown {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Shown, (), (text))

class Service {
 public:
  base::Result<Shown> Show(const Wanted& wanted, const runs::Request& request) const {
    if (wanted.note == "fail") return base::MakeError(base::ErrorCode::conflict, "not now");
    std::string text = request.trace_id.text() + "|" + wanted.id + "|" +
                       (wanted.count ? std::to_string(*wanted.count) : "-") + "|" +
                       std::to_string(wanted.limit.value) + "|" +
                       std::string(base::EnumName(wanted.colour)) + "|" +
                       (wanted.whole ? "whole" : "part") + "|" + std::to_string(wanted.share);
    return Shown{text + "|" + wanted.note};
  }
};

base::Result<Shown> Greet(Service&, const NoRequest&) { return Shown{"hello"}; }

struct Case {
  const char* method;
  TextFields path;
  TextFields query;
  const char* body;
  int status;
  const char* says;
};

TEST(TypedRoute, ReadsPathQueryAndBody) {
  const Case cases[] = {
      {"GET", {{"id", "a b"}}, {}, "", 200, "t|a b|-|3|red|part|0.5"},
      {"GET", {{"id", "7"}}, {{"count", "-4"}, {"limit", "9"}}, "", 200, "t|7|-4|9|red|part"},
      {"GET", {{"id", "7"}}, {{"colour", "green"}, {"whole", "true"}}, "", 200, "|green|whole|"},
      {"GET", {{"id", "7"}}, {{"share", "0.25"}, {"note", "12"}}, "", 200, "|0.250000|12"},
      {"GET", {{"id", "7"}}, {{"id", "8"}, {"unknown", "x"}}, "", 200, "t|7|"},
      {"GET", {{"id", "7"}}, {{"limit", "0"}}, "", 400, "limit must be a whole number from 1 to 9"},
      {"GET", {{"id", "7"}}, {{"limit", "1x"}}, "", 400, "limit must be a whole number from 1 to 9"},
      {"GET", {{"id", "7"}}, {{"limit", ""}}, "", 400, "limit must be a whole number from 1 to 9"},
      {"GET", {{"id", "7"}}, {{"limit", "99999999999999999999"}}, "", 400, "limit must be a whole"},
      {"GET", {{"id", "7"}}, {{"count", "1.5"}}, "", 400, "count must be a whole number"},
      {"GET", {{"id", "7"}}, {{"whole", "yes"}}, "", 400, "whole must be true or false"},
      {"GET", {{"id", "7"}}, {{"colour", "gren"}}, "", 400, "did you mean \"green\"?"},
      {"GET", {{"id", "7"}}, {{"colour", "x"}, {"limit", "x"}}, "", 400, "(and 1 more)"},
      {"GET", {{"id", "7"}}, {{"note", "fail"}}, "", 409, "not now"},
      {"POST", {{"id", "7"}}, {}, R"({"count":2,"note":"n"})", 200, "t|7|2|3|red|part|0.500000|n"},
      {"POST", {{"id", "7"}}, {}, R"({"id":"8"})", 200, "t|7|"},
      {"POST", {{"id", "7"}}, {{"count", "5"}}, "{}", 200, "t|7|-|"},
      {"POST", {}, {}, R"({"id":"8"})", 200, "t|8|"},
      {"POST", {}, {}, "{}", 400, "id is missing"},
      {"POST", {{"id", "7"}}, {}, "", 400, "the body is empty"},
      {"POST", {{"id", "7"}}, {}, "[]", 400, "the document must be an object"},
      {"POST", {{"id", "7"}}, {}, "{", 400, "not valid JSON"},
      {"POST", {{"id", "7"}}, {}, R"({"limit":10})", 400, "limit must be a whole number from 1 to 9"},
  };
  for (const Case& one : cases) {
    const Route route =
        RouteRow(one.method, "/things/{id}", std::make_shared<Service>(), &Service::Show, {});
    Call call;
    call.path = one.path;
    call.query = one.query;
    call.body = one.body;
    call.trace_id = base::TraceId("t");
    const Outcome outcome = route.handler(call);
    const auto* failure = std::get_if<Failure>(&outcome);
    const std::string shown = std::string(one.method) + ::testing::PrintToString(one.path) +
                              ::testing::PrintToString(one.query) + one.body;
    EXPECT_EQ(failure ? failure->status : std::get<Reply>(outcome).status, one.status) << shown;
    const std::string& said = failure ? failure->message : std::get<Reply>(outcome).body;
    EXPECT_NE(said.find(one.says), std::string::npos) << shown << " says " << said;
  }
}

TEST(TypedRoute, ARowKnowsItsTypes) {
  const Route route = RouteRow("GET", "/things/{id}", std::make_shared<Service>(), &Service::Show,
                               {.lane = Lane::work, .scope = Scope::run, .rate = "/ai/sql"});
  EXPECT_EQ(route.lane, Lane::work);
  EXPECT_EQ(route.scope, Scope::run);
  EXPECT_EQ(route.rate, "/ai/sql");
  EXPECT_EQ(route.takes, Takes::nothing);
  base::SchemaBuilder builder;
  EXPECT_EQ(base::ToJsonText(route.request(builder)), R"({"$ref":"#/$defs/Wanted"})");
  EXPECT_EQ(base::ToJsonText(route.reply(builder)), R"({"$ref":"#/$defs/Shown"})");
  const auto& wanted = builder.definitions().at("Wanted");
  EXPECT_EQ(base::ToJsonText(wanted.at("required")), R"(["id"])");
  EXPECT_EQ(base::ToJsonText(wanted.at("properties").at("limit")),
            R"({"type":"integer","minimum":1,"maximum":9,"default":3})");
}

TEST(TypedRoute, AFunctionBesideTheServiceDoesToo) {
  const Route route = RouteRow("GET", "/greeting", std::make_shared<Service>(), &Greet, {});
  EXPECT_EQ(std::get<Reply>(route.handler(Call())).body, R"({"text":"hello"})");
}

using Both = std::variant<Shown, Attachment>;
base::Result<Both> ShowOrSend(Service&, const Wanted& wanted) {
  if (wanted.whole) return Both(Attachment{{}, "text/plain", "a.txt"});
  return Both(Shown{"shown"});
}

TEST(TypedRoute, AReplyMayBeAFile) {
  const Route route =
      RouteRow("GET", "/things/{id}", std::make_shared<Service>(), &ShowOrSend, {});
  Call call;
  call.path = {{"id", "7"}};
  EXPECT_EQ(std::get<Reply>(route.handler(call)).body, R"({"text":"shown"})");
  call.query = {{"whole", "true"}};
  const Outcome sent = route.handler(call);
  ASSERT_TRUE(std::get<Reply>(sent).file);
  EXPECT_EQ(std::get<Reply>(sent).headers[1].second, "attachment; filename=\"a.txt\"");
  base::SchemaBuilder builder;
  EXPECT_EQ(route.reply(builder).at("anyOf").as_array().size(), 2u);
}

}  // namespace
}  // namespace tabletalk::http
