#include "base/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

namespace tabletalk::base {
namespace {

struct Bad {
  const char* name;
  std::string text;
  const char* says;
};

TEST(ParseJson, RefusesWhatIsNotJson) {
  const Bad cases[] = {
      {"empty", "", "incomplete"},
      {"cut", R"({"a": [1, 2)", "incomplete"},
      {"trailing", "{} x", "line 1, column 4"},
      {"second line", "{\n  \"a\": nope}", "line 2, column"},
      {"bad utf-8", "\"\xC3\x28\"", "not valid JSON"},
      {"overlong utf-8", "\"\xC0\xAF\"", "not valid JSON"},
      {"lone surrogate", R"("\ud800")", "not valid JSON"},
      {"bare control", "\"a\nb\"", "not valid JSON"},
      {"huge number", "[1e999]", ""},
      {"deep", std::string(100000, '['), "nested deeper than 64"},
      {"NaN", "NaN", "not valid JSON"},
      {"comment", "{/* */}", "not valid JSON"},
      {"single quotes", "{'a': 1}", "not valid JSON"},
  };
  for (const Bad& bad : cases) {
    const auto parsed = ParseJson(bad.text);
    ASSERT_TRUE(parsed.has_error()) << bad.name;
    EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_argument) << bad.name;
    EXPECT_NE(parsed.error().public_message().find(bad.says), std::string::npos)
        << bad.name << ": " << parsed.error().public_message();
  }
}

TEST(ParseJson, RefusesOversizedText) {
  const auto parsed = ParseJson(std::string(2000, ' '), {.max_size = ByteSize(1000)});
  ASSERT_TRUE(parsed.has_error());
  EXPECT_EQ(parsed.error().code(), ErrorCode::too_large);
}

TEST(ParseJson, RefusesTooManyValuesBeforeItMakesAny) {
  const struct {
    const char* text;
    std::size_t values;
  } cases[] = {
      {"1", 1},
      {"[0,0,0,0,0,0]", 7},
      {"[[],[],[],[],[]]", 6},
      {R"({"a":1,"b":2,"c":3})", 7},
      {R"([",,,,[[{{::\",,,","\\",1.5])", 4},
      {R"([{"a":[1,2]},"x",null,true])", 9},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(ParseJson(c.text, {.max_values = c.values}).has_value()) << c.text;
    const auto parsed = ParseJson(c.text, {.max_values = c.values - 1});
    ASSERT_TRUE(parsed.has_error()) << c.text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::too_large) << c.text;
  }
}

TEST(ParseJson, TakesWhatIs) {
  for (const char* text : {"null", " {} ", "[1, -2.5e3, \"\\u00e9\"]", "18446744073709551615"})
    EXPECT_TRUE(ParseJson(text).has_value()) << text;
}

TEST(ToPrettyJson, IsReadable) {
  const json::value value = {{"a", {1, 2}}, {"b", json::object{}}};
  EXPECT_EQ(ToPrettyJson(value), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}\n");
}

TEST(ToJsonText, EscapesWhatItMust) {
  for (const auto& [value, text] : std::initializer_list<std::pair<json::value, const char*>>{
           {"plain é 日", "\"plain é 日\""},
           {"", "\"\""},
           {"a\"b\\c", R"("a\"b\\c")"},
           {"a\nb\tc\x01", R"("a\nb\tc\u0001")"},
           {json::string("\0", 1), R"("\u0000")"},
           {json::object{{"a\"", true}, {"b", nullptr}}, R"({"a\"":true,"b":null})"},
           {json::array{-1, 18446744073709551615u, json::array()}, "[-1,18446744073709551615,[]]"}})
    EXPECT_EQ(ToJsonText(value), text);
}

TEST(ToJsonText, RealNumbersReadAsPeopleWriteThemAndBack) {
  for (const auto& [number, text] : std::initializer_list<std::pair<double, const char*>>{
           {0.5, "0.5"}, {2.76, "2.76"}, {3.0, "3.0"}, {-0.0, "-0.0"}, {1e300, "1e+300"},
           {0.1 + 0.2, "0.30000000000000004"}, {123456789012.5, "123456789012.5"},
           {232036854775088.38, "232036854775088.38"}, {5e-324, "5e-324"}}) {
    EXPECT_EQ(ToJsonText(number), text);
    EXPECT_EQ(ParseJson(text)->as_double(), number);
  }
}

TEST(ToJsonText, AnyRealNumberReadsBackAsItself) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto bits = random();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (std::isfinite(number)) {
      EXPECT_EQ(ParseJson(ToJsonText(number))->as_double(), number) << ToJsonText(number);
    }
  }
}

TEST(ParseJson, RoundsWhatNoDoubleHolds) {
  for (const auto& [text, number] : std::initializer_list<std::pair<const char*, double>>{
           {"1e-400", 0.0}, {"-1e-400", -0.0}, {"0.1e-2", 0.001}, {"1E+2", 100.0},
           {"0.30000000000000004440892098500626161694526672363281250", 0.1 + 0.2}}) {
    const auto parsed = ParseJson(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(parsed->as_double(), number) << text;
    EXPECT_EQ(std::signbit(parsed->as_double()), std::signbit(number)) << text;
  }
}

}  // namespace
}  // namespace tabletalk::base
