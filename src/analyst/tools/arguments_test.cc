#include "analyst/tools/arguments.h"

#include <gtest/gtest.h>

namespace tabletalk::analyst {
namespace {

TEST(Arguments, AreReadAsModelsWriteThem) {
  struct Case {
    const char* written;
    const char* read;  // As JSON.
  };
  for (const Case& c : std::vector<Case>{
           {R"({"sql":"SELECT 1"})", R"({"sql":"SELECT 1"})"},
           {R"("{\"sql\":\"SELECT 1\"}")", R"({"sql":"SELECT 1"})"},
           {R"("\"{\\\"sql\\\":\\\"SELECT 1\\\"}\"")", R"({"sql":"SELECT 1"})"},
           {"Sure! {'sql': 'SELECT 1',}", R"({"sql":"SELECT 1"})"},
           {"```json\n{\"sql\": \"SELECT 1\"}\n```", R"({"sql":"SELECT 1"})"},
           {R"({"plan":{"from":"orders"})", R"({"plan":{"from":"orders"}})"},
           {"SELECT 1", R"("SELECT 1")"},
           {R"("SELECT 1")", R"("SELECT 1")"},
           {"", R"("")"},
           {"   ", R"("")"},
           {"[1, 2]", R"("[1, 2]")"},
           {"null", R"("null")"},
           // Cut inside a text, or behind a sign: half of it would mean something else.
           {R"({"from":"orders","where":{"column":"status","op":"=","value":"comp)", nullptr},
           {R"({"from":"orders","select":[],"where":)", nullptr},
       }) {
    const Arguments arguments(c.written);
    if (c.read == nullptr)
      EXPECT_EQ(arguments.object(), nullptr) << c.written;
    else
      EXPECT_EQ(base::ToJsonText(arguments.AsJson()), c.read) << c.written;
  }
}

TEST(Arguments, GiveTheirTexts) {
  struct Case {
    const char* written;
    bool bare_too;
    const char* text;  // Null: none.
  };
  for (const Case& c : std::vector<Case>{
           {R"({"sql":"SELECT 1"})", false, "SELECT 1"},
           {R"({"query":"SELECT 1"})", false, "SELECT 1"},
           {R"({"sql":null,"query":"SELECT 1"})", false, "SELECT 1"},
           {R"({"sql":["SELECT 1","FROM t"]})", false, "SELECT 1\nFROM t"},
           {R"({"sql":""})", true, nullptr},
           {R"({"sql":"  "})", false, nullptr},
           {R"({"sql":7})", false, nullptr},
           {R"({"other":"SELECT 1"})", true, nullptr},
           {"SELECT 1", true, "SELECT 1"},
           {"SELECT 1", false, nullptr},
           {R"(result = df.rename(columns={"a": "b"}))", true,
            R"(result = df.rename(columns={"a": "b"}))"},
       }) {
    const auto text = Arguments(c.written).Text({"sql", "query"}, c.bare_too);
    EXPECT_EQ(text.value_or("(none)"), c.text == nullptr ? "(none)" : c.text) << c.written;
  }
}

TEST(Arguments, GiveWholeNumbers) {
  struct Case {
    const char* written;
    std::int64_t whole;  // -1: none.
  };
  for (const Case& c : std::vector<Case>{{R"({"offset":40})", 40},
                                         {R"({"offset":"40"})", 40},
                                         {R"({"offset":40.0})", 40},
                                         {R"({"offset":1e300})", -1},
                                         {R"({"offset":"many"})", -1},
                                         {R"({})", -1}})
    EXPECT_EQ(Arguments(c.written).Whole({"offset"}).value_or(-1), c.whole) << c.written;
}

TEST(Arguments, CanonicalFormIgnoresBlanksOnly) {
  const std::string form = Arguments(R"({"sql": "SELECT 1"})").Canonical();
  EXPECT_EQ(form, Arguments("{ \"sql\":\n\"SELECT 1\"}").Canonical());
  EXPECT_NE(form, Arguments(R"({"sql": "SELECT  1"})").Canonical());
}

TEST(Unfenced, TakesTheFenceAway) {
  EXPECT_EQ(Unfenced("```sql\nSELECT 1\n```", "sql"), "SELECT 1");
  EXPECT_EQ(Unfenced("SELECT 1", "sql"), "SELECT 1");
}

}  // namespace
}  // namespace tabletalk::analyst
