#include "base/json.h"

#include <gtest/gtest.h>

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

TEST(ParseJson, TakesWhatIs) {
  for (const char* text : {"null", " {} ", "[1, -2.5e3, \"\\u00e9\"]", "18446744073709551615"})
    EXPECT_TRUE(ParseJson(text).has_value()) << text;
}

TEST(ToPrettyJson, IsReadable) {
  const json::value value = {{"a", {1, 2}}, {"b", json::object{}}};
  EXPECT_EQ(ToPrettyJson(value), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}\n");
}

TEST(ToJsonText, RealNumbersReadAsPeopleWriteThemAndBack) {
  for (const auto& [number, text] : std::initializer_list<std::pair<double, const char*>>{
           {0.5, "0.5"}, {2.76, "2.76"}, {3.0, "3.0"}, {-0.0, "-0.0"}, {1e300, "1e+300"},
           {0.1 + 0.2, "0.30000000000000004"}, {123456789012.5, "123456789012.5"}}) {
    EXPECT_EQ(ToJsonText(number), text);
    EXPECT_EQ(ParseJson(text)->as_double(), number);
  }
}

}  // namespace
}  // namespace tabletalk::base
