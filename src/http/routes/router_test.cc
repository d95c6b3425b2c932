#include "http/routes/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/routes/page.h"
#include "http/admission/target.h"

namespace tabletalk::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Target, SplitsAndDecodes) {
  struct Case {
    const char* text;
    std::vector<std::string> segments;
  };
  const Case cases[] = {
      {"/", {}},
      {"/runs", {"runs"}},
      {"/runs/", {"runs"}},
      {"/runs//", {"runs", ""}},
      {"//runs", {"", "runs"}},
      {"/runs/a%20b", {"runs", "a b"}},
      {"/runs/a%2Fb", {"runs", "a/b"}},
      {"/runs/a+b", {"runs", "a+b"}},
      {"/runs/%C3%A9?x=1", {"runs", "\xc3\xa9"}},
      {"/runs/../x", {"runs", "..", "x"}},
      {"http://localhost:8000/runs?x", {"runs"}},
      {"http://localhost", {}},
  };
  for (const Case& one : cases) {
    const auto target = ParseTarget(one.text);
    ASSERT_TRUE(target.has_value()) << one.text;
    EXPECT_EQ(target->segments, one.segments) << one.text;
  }
}

TEST(Target, ReadsTheQuery) {
  const auto target = ParseTarget("/x?limit=5&cursor=a%26b+c&limit=6&empty=&bare");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->query.at("limit"), "5");
  EXPECT_EQ(target->query.at("cursor"), "a&b c");
  EXPECT_EQ(target->query.at("empty"), "");
  EXPECT_EQ(target->query.at("bare"), "");
  EXPECT_EQ(ParseTarget("http://h:1/x")->authority, "h:1");
  EXPECT_EQ(ParseTarget("/x")->authority, "");
}

TEST(Target, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "*", "runs", "/a%2", "/a%zz", "/a%00b", "/%ff", "/?x=%00", "/?%c3=1",
                           "/a b", "ftp://h/x", "javascript:x", "/\x01"}) {
    const auto target = ParseTarget(text);
    ASSERT_TRUE(target.has_error()) << text;
    EXPECT_EQ(target.error().code(), base::ErrorCode::invalid_argument) << text;
  }
}

Router SomeRoutes() {
  std::vector<Route> routes(4);
  routes[0].method = "GET", routes[0].pattern = "/runs/{id}";
  routes[1].method = "POST", routes[1].pattern = "/runs";
  routes[2].method = "GET", routes[2].pattern = "/runs/{id}/status";
  routes[3].method = "DELETE", routes[3].pattern = "/runs/{id}";
  return Router(std::move(routes));
}

TEST(Router, FindsRouteOrSaysWhichMethodsFit) {
  struct Case {
    const char* method;
    std::vector<std::string> segments;
    const char* pattern;  ///< Null where none fits.
    const char* allowed;
  };
  const Case cases[] = {
      {"GET", {"runs", "7"}, "/runs/{id}", ""},
      {"HEAD", {"runs", "7"}, "/runs/{id}", ""},
      {"DELETE", {"runs", "7"}, "/runs/{id}", ""},
      {"GET", {"runs", "7", "status"}, "/runs/{id}/status", ""},
      {"POST", {"runs"}, "/runs", ""},
      {"GET", {"runs"}, nullptr, "POST"},
      {"PUT", {"runs", "7"}, nullptr, "GET, HEAD, DELETE"},
      {"get", {"runs", "7"}, nullptr, "GET, HEAD, DELETE"},
      {"GET", {"runs", ""}, nullptr, ""},
      {"GET", {"RUNS", "7"}, nullptr, ""},
      {"GET", {"runs", "7", "other"}, nullptr, ""},
      {"GET", {}, nullptr, ""},
  };
  const Router router = SomeRoutes();
  for (const Case& one : cases) {
    const auto match = router.Find(one.method, one.segments);
    const std::string shown =
        std::string(one.method) + " " + ::testing::PrintToString(one.segments);
    ASSERT_EQ(match.route != nullptr, one.pattern != nullptr) << shown;
    if (match.route) {
      EXPECT_EQ(match.route->pattern, one.pattern) << shown;
    }
    EXPECT_EQ(match.allowed, one.allowed) << shown;
  }
  EXPECT_THAT(router.Find("GET", {"runs", "a/b", "status"}).path, ElementsAre(Pair("id", "a/b")));
}

Router Files() {
  std::vector<Route> routes;
  for (const char* pattern : {"/{any}", "/assets/{rest…}", "/assets/index", "/assets/{id}/raw",
                              "/{a}/{b}/{c}", "/"}) {
    routes.emplace_back().method = "GET";
    routes.back().pattern = pattern;
  }
  return Router(std::move(routes));
}

TEST(Router, ATailTakesWhatIsLeft) {
  struct Case {
    std::vector<std::string> segments;
    const char* pattern;  ///< Null where none fits.
    TextFields path;
  };
  const Case cases[] = {
      {{"assets", "a.js"}, "/assets/{rest…}", {{"rest", "a.js"}}},
      {{"assets", "a", "b", "c.js"}, "/assets/{rest…}", {{"rest", "a/b/c.js"}}},
      {{"assets", "index"}, "/assets/index", {}},
      {{"assets", "7", "raw"}, "/assets/{id}/raw", {{"id", "7"}}},
      {{"assets", "7", "rare"}, "/assets/{rest…}", {{"rest", "7/rare"}}},
      {{"assets"}, "/{any}", {{"any", "assets"}}},
      {{"other", "b", "c"}, "/{a}/{b}/{c}", {{"a", "other"}, {"b", "b"}, {"c", "c"}}},
      {{}, "/", {}},
      {{"assets", ".."}, nullptr, {}},
      {{"assets", "a", "..", "b"}, nullptr, {}},
      {{"assets", "."}, nullptr, {}},
      {{"assets", "a/../../b"}, nullptr, {}},
      {{"assets", "a\\b"}, nullptr, {}},
      {{"assets", "a\nb"}, nullptr, {}},
      {{"assets", "a", "", "b"}, nullptr, {}},
      {{"assets", ""}, nullptr, {}},
  };
  const Router router = Files();
  for (const Case& one : cases) {
    const auto match = router.Find("GET", one.segments);
    const std::string shown = ::testing::PrintToString(one.segments);
    ASSERT_EQ(match.route != nullptr, one.pattern != nullptr) << shown;
    if (match.route) {
      EXPECT_EQ(match.route->pattern, one.pattern) << shown;
    }
    EXPECT_EQ(match.path, one.path) << shown;
  }
}

TEST(Router, RefusesABrokenTable) {
  struct Case {
    std::vector<const char*> patterns;
    bool good;
  };
  const Case cases[] = {
      {{"/a/{x}", "/a/{x}/b"}, true}, {{"/a/{x}", "/a/b"}, true},  {{"/a/{x…}", "/a/{y}"}, true},
      {{"/a", "/a"}, false},          {{"/a/{x}", "/a/{y}"}, false}, {{"/a/{x…}", "/a/{y…}"}, false},
      {{"a"}, false},                 {{""}, false},               {{"/a/{x"}, false},
      {{"/{x…}/a"}, false},           {{"/{}"}, false},            {{"/{…}"}, false},
  };
  for (const Case& one : cases) {
    std::vector<Route> routes(one.patterns.size());
    for (std::size_t i = 0; i < routes.size(); ++i) routes[i].pattern = one.patterns[i];
    bool built = true;
    try {
      const Router router(std::move(routes));
    } catch (const std::logic_error&) {
      built = false;
    }
    EXPECT_EQ(built, one.good) << ::testing::PrintToString(one.patterns);
  }
  EXPECT_THAT(PlaceholdersOf("/a/{x}/b/{rest…}"), ElementsAre("x", "rest"));
}

struct Letters {
  std::vector<std::string> items;
  std::optional<std::string> next_cursor;
};

TEST(Page, GoesThroughTheListOnce) {
  const std::vector<std::string> all{"a", "b", "c"};
  const auto page = [&](std::int64_t limit, std::string cursor) {
    return PageOf<Letters>(all, PageRequest{{limit}, std::move(cursor)},
                           [](const std::string& item) { return item; });
  };
  const auto first = page(2, "");
  EXPECT_THAT(first->items, ElementsAre("a", "b"));
  EXPECT_EQ(first->next_cursor, "b");
  const auto second = page(2, *first->next_cursor);
  EXPECT_THAT(second->items, ElementsAre("c"));
  EXPECT_FALSE(second->next_cursor.has_value());
  EXPECT_FALSE(page(3, "")->next_cursor.has_value());
  EXPECT_TRUE(page(100, "c")->items.empty());
  EXPECT_TRUE(page(100, "nowhere").has_error());
}

}  // namespace
}  // namespace tabletalk::http
