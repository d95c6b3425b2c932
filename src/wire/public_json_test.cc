// Whole numbers that a double cannot hold leave as text.
#include "wire/public_json.h"

#include <gtest/gtest.h>

#include "wire/value.h"

namespace tabletalk::wire {
namespace {

TEST(PublicJson, WideIntegersAreText) {
  const struct {
    const char* json;
    const char* expected;
  } cases[] = {
      {"9007199254740992", "9007199254740992"},
      {"9007199254740993", "\"9007199254740993\""},
      {"-9007199254740993", "\"-9007199254740993\""},
      {"18446744073709551615", "\"18446744073709551615\""},
      {"[1,[9007199254740993]]", "[1,[\"9007199254740993\"]]"},
      {"{\"rows\":[[9223372036854775807,\"x\",null,1.5]]}", "{\"rows\":[[\"9223372036854775807\",\"x\",null,1.5]]}"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.json);
    auto value = base::ParseJson(c.json);
    ASSERT_TRUE(value.has_value());
    QuoteWideIntegers(*value);
    EXPECT_EQ(base::ToJsonText(*value), c.expected);
  }
}

}  // namespace
}  // namespace tabletalk::wire
