#include "wire/code.h"

#include <gtest/gtest.h>

#include "wire/base64.h"

namespace tabletalk::wire {
namespace {

TEST(Base64, VectorsOfTheRfc) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},           {"f", "Zg=="},         {"fo", "Zm8="},
      {"foo", "Zm9v"},    {"foob", "Zm9vYg=="},  {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"}, {"\xff\xfe\x7f", "//5/"},
  };
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(ToBase64(bytes), text) << bytes;
    EXPECT_EQ(*FromBase64(text), bytes) << text;
  }
  for (const char* bad : {"Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "Zm9v\n", "=", "Zm-v"})
    EXPECT_TRUE(FromBase64(bad).has_error()) << bad;
}

TEST(ValidateSqlRequest, TakesNamesAndNamesWithTypes) {
  const auto request = base::FromJsonText<ValidateSqlRequest>(
      R"({"sql": "SELECT 1", "available_columns": ["a", {"name": "b", "type": "DOUBLE"},
          {"name": "c"}, {"name": "d", "type": null}]})");
  ASSERT_TRUE(request.has_value()) << request.error().public_message();
  EXPECT_EQ(request->table_name, "uploaded");
  ASSERT_EQ(request->available_columns.size(), 4u);
  EXPECT_EQ(request->available_columns[0].name, "a");
  EXPECT_EQ(request->available_columns[1].type, "DOUBLE");
  EXPECT_FALSE(request->available_columns[2].type || request->available_columns[3].type);
}

TEST(ValidateSqlRequest, NamesWhatIsWrongByItsPath) {
  const auto request = base::FromJsonText<ValidateSqlRequest>(
      R"({"sql": "", "available_columns": [7, {"type": "x"}, {"name": "a", "type": 1}]})");
  ASSERT_TRUE(request.has_error());
  const std::string issues =
      base::ToJsonText(base::json::value(request.error().details().at("issues")));
  for (const char* path : {"available_columns[0]", "available_columns[1].name",
                           "available_columns[2].type"})
    EXPECT_NE(issues.find(path), std::string::npos) << issues;
}

}  // namespace
}  // namespace tabletalk::wire
