#include "base/codec.h"

#include <gtest/gtest.h>

// Two rooms whose types have the same last names.
namespace tabletalk::kitchen {
struct Bowl {
  std::int64_t litres = 0;
};
BOOST_DESCRIBE_STRUCT(Bowl, (), (litres))
}  // namespace tabletalk::kitchen
namespace tabletalk::bath {
struct Bowl {
  std::string colour;
};
BOOST_DESCRIBE_STRUCT(Bowl, (), (colour))
struct Shelf {
  Bowl first;
  kitchen::Bowl second;
  std::vector<Bowl> third;
};
BOOST_DESCRIBE_STRUCT(Shelf, (), (first, second, third))
}  // namespace tabletalk::bath

namespace tabletalk::base {
namespace {

enum class Color { red, green };
BOOST_DESCRIBE_ENUM(Color, red, green)
struct Inner {
  std::string name;
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (name, size))
struct Outer {
  std::vector<Inner> items;
  std::optional<double> ratio;
  Color color = Color::red;
  std::uint32_t limit = 7;
  bool on = false;
  std::map<std::string, std::int64_t> counts;
  static constexpr std::string_view kOptional[] = {"limit", "on", "counts"};
};
BOOST_DESCRIBE_STRUCT(Outer, (), (items, ratio, color, limit, on, counts))

TEST(Codec, RoundTrips) {
  const char* text =
      R"({"items":[{"name":"a","size":1}],"ratio":0.5,"color":"green","limit":9,"on":true,"counts":{"x":-3}})";
  const auto outer = FromJsonText<Outer>(text);
  ASSERT_TRUE(outer.has_value()) << outer.error().public_message();
  EXPECT_EQ(ToJsonText(ToJson(*outer)), ToJsonText(*ParseJson(text)));
}

TEST(Codec, MissingOptionalsKeepTheirDefaults) {
  const auto outer = FromJsonText<Outer>(R"({"items": [], "color": "red", "unknown": 1})");
  ASSERT_TRUE(outer.has_value());
  EXPECT_EQ(outer->limit, 7u);
  EXPECT_FALSE(outer->ratio.has_value());
}

struct Bad {
  const char* text;
  const char* says;
};

TEST(Codec, NamesThePath) {
  const Bad cases[] = {
      {R"([])", "the document must be an object, not an array"},
      {R"({"color":"red"})", "items is missing"},
      {R"({"items":null,"color":"red"})", "items must be an array, not null"},
      {R"({"items":[{"name":1,"size":1}],"color":"red"})", "items[0].name must be a string"},
      {R"({"items":[{"name":"a","size":1.5}],"color":"red"})",
       "items[0].size must be a whole number"},
      {R"({"items":[{"name":"a","size":1e300}],"color":"red"})",
       "items[0].size must be a whole number"},
      {R"({"items":[],"color":"gren"})", "color has no value \"gren\"; did you mean \"green\"?"},
      {R"({"items":[],"color":"red","limit":-1})", "limit must be a whole number from 0 to"},
      {R"({"items":[],"color":"red","limit":4294967296})", "limit must be a whole number from 0"},
      {R"({"items":[],"color":"red","limit":18446744073709551615})", "limit must be"},
      {R"({"items":[],"color":"red","on":"yes"})", "on must be true or false, not a string"},
      {R"({"items":[],"color":"red","counts":{"a b":"x"}})", "counts[\"a b\"] must be a whole"},
  };
  for (const Bad& bad : cases) {
    const auto outer = FromJsonText<Outer>(bad.text);
    ASSERT_TRUE(outer.has_error()) << bad.text;
    EXPECT_EQ(outer.error().public_message().rfind(bad.says, 0), 0u)
        << bad.text << "\n" << outer.error().public_message();
  }
}

TEST(Codec, ReportsEveryIssueAtOnce) {
  const auto outer = FromJsonText<Outer>(R"({"items":[{}, {"name": 1}], "color": 3})");
  ASSERT_TRUE(outer.has_error());
  EXPECT_EQ(outer.error().details().at("issues").as_array().size(), 5u);
}

TEST(Codec, KeepsTheFirstHundredIssuesAndCountsTheRest) {
  std::string items = "0";
  for (int i = 1; i < 5000; ++i) items += ",0";
  const auto outer = FromJsonText<Outer>(R"({"color":"red","items":[)" + items + "]}");
  ASSERT_TRUE(outer.has_error());
  EXPECT_EQ(outer.error().public_message(),
            "items[0] must be an object, not a number (and 4999 more)");
  EXPECT_EQ(outer.error().details().at("issues").as_array().size(), 100u);
}

constexpr Synonym kWords[] = {{"colour", "color"}, {"colour", "tint"}};
struct Square {
  double side = 0;
  static constexpr std::string_view kTag = "side";
  static constexpr Synonyms kClosed = kWords;
};
BOOST_DESCRIBE_STRUCT(Square, (), (side))
struct Oblong {
  double side = 0;
  double other = 0;
  static constexpr std::string_view kTag = "other";
  static constexpr Synonyms kClosed = kWords;
};
BOOST_DESCRIBE_STRUCT(Oblong, (), (side, other))
struct Shape {
  std::variant<std::string, Square, Oblong> node;
  std::optional<Color> tint;
  std::vector<std::string> tags;
  std::pair<std::int64_t, std::int64_t> at;
  static constexpr std::string_view kOptional[] = {"tags", "at"};
  static constexpr Synonyms kClosed = kWords;
};
BOOST_DESCRIBE_STRUCT(Shape, (), (node, tint, tags, at))

TEST(Codec, AClosedStructOfSeveralKindsIsReadAndWrittenTersely) {
  for (const char* text :
       {R"({"side":2.5E0,"at":[0,0]})", R"({"side":2.5E0,"other":1.5E0,"tint":"red","tags":["a"],"at":[1,2]})", R"("dot")"}) {
    const auto shape = FromJsonText<Shape>(text);
    ASSERT_TRUE(shape.has_value()) << text << shape.error().public_message();
    EXPECT_EQ(ToJson(*shape), *ParseJson(text)) << ToJsonText(ToJson(*shape));
  }
  for (const Bad& bad : {
           Bad{R"({"side":1,"colour":"red"})", "colour is not known here; did you mean \"tint\"? The fields are: side, tint, tags, at"},
           Bad{R"({"side":1,"othr":2})", "othr is not known here. The fields are: side, tint, tags, at"},
           Bad{R"({"tint":"red"})", "the document must have one of the fields side and other"},
           Bad{R"({"sied":1})", "sied is not known here; did you mean \"side\"?"},
           Bad{R"({"side":1,"at":[1]})", "at must be a list of two"},
           Bad{R"(7)", "the document must be an object, not a number"}}) {
    const auto shape = FromJsonText<Shape>(bad.text);
    ASSERT_TRUE(shape.has_error()) << bad.text;
    EXPECT_EQ(shape.error().public_message().rfind(bad.says, 0), 0u) << shape.error().public_message();
  }
  const auto schema = JsonSchemaOf<Shape>();
  const auto& kinds = schema.at("$defs").at("Shape").at("anyOf").as_array();
  ASSERT_EQ(kinds.size(), 3u);
  EXPECT_EQ(ToJsonText(kinds[2]),
            R"({"type":"object","properties":{"side":{"type":"number"},"other":{"type":"number"},"tint":{"type":"string","enum":["red","green"]},"tags":{"type":"array","items":{"type":"string"}},"at":{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":2}},"required":["side","other"],"additionalProperties":false})");
}

TEST(Codec, SchemaSaysWhatIsRequired) {
  const auto schema = JsonSchemaOf<Outer>();
  EXPECT_EQ(schema.at("$ref"), "#/$defs/Outer");
  const auto& outer = schema.at("$defs").at("Outer");
  EXPECT_EQ(ToJsonText(outer.at("required")), R"(["items","color"])");
  EXPECT_EQ(ToJsonText(outer.at("properties").at("color")),
            R"({"type":"string","enum":["red","green"]})");
  EXPECT_TRUE(schema.at("$defs").as_object().contains("Inner"));
}

TEST(Codec, TypesOfOneNameHaveDefinitionsOfTheirOwn) {
  const auto schema = JsonSchemaOf<bath::Shelf>();
  const auto& shown = schema.at("$defs").as_object();
  const auto& shelf = shown.at("Shelf").at("properties");
  EXPECT_EQ(shelf.at("first").at("$ref"), "#/$defs/Bowl");
  EXPECT_EQ(shelf.at("second").at("$ref"), "#/$defs/kitchen.Bowl");
  EXPECT_EQ(shelf.at("third").at("items").at("$ref"), "#/$defs/Bowl");
  EXPECT_TRUE(shown.at("Bowl").at("properties").as_object().contains("colour"));
  EXPECT_TRUE(shown.at("kitchen.Bowl").at("properties").as_object().contains("litres"));
}

TEST(Codec, ADefinitionIsKnownByItsKey) {
  const char* keys[] = {"tabletalk::a::T", "tabletalk::b::T", "T",      "b::T",
                        "b.T",             "a::P<a::T>",      "a::P<b::T>", "tabletalk::{anonymous}::T"};
  SchemaBuilder builder;
  for (int round = 0; round < 2; ++round)
    for (const char* key : keys)
      builder.Define(key, [&] { return json::object{{"title", key}}; });
  EXPECT_EQ(builder.definitions().size(), std::size(keys));
  for (const char* key : keys)
    EXPECT_EQ(builder.definitions().at(builder.ShownName(key)).at("title"), key);
  EXPECT_EQ(builder.ShownName("tabletalk::a::T"), "T");
  EXPECT_EQ(builder.ShownName("tabletalk::b::T"), "b.T");
  EXPECT_EQ(builder.ShownName("a::P<a::T>"), "P_a.T");
}

}  // namespace
}  // namespace tabletalk::base
