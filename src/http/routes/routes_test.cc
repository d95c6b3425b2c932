// The product's table: every row says what it takes and gives, and is documented.
#include "http/routes/routes.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "http/error_mapping.h"
#include "http/admission/rate_limits.h"

namespace tabletalk::http {
namespace {

// No service stands behind it: nothing here calls a route.
std::vector<Route> ProductTable() {
  return RoutesOf({}, nullptr, "");
}

std::string Documentation() {
  std::ifstream file(TABLETALK_SOURCE_DIR "/docs/api.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string NameOf(const Route& route) { return route.method + " " + route.pattern; }

TEST(Routes, EachIsDocumented) {
  const std::string text = Documentation();
  for (const Route& route : ProductTable())
    EXPECT_NE(text.find("`" + NameOf(route) + "`"), std::string::npos)
        << NameOf(route) << " is not in docs/api.md";
}

/// The properties of the object that `schema` is or refers to.
base::json::object PropertiesOf(const base::json::value& schema,
                                const base::json::object& definitions) {
  const auto& object = schema.as_object();
  if (const auto* ref = object.if_contains("$ref")) {
    const std::string name(ref->as_string().subview(std::string_view("#/$defs/").size()));
    return PropertiesOf(definitions.at(name), definitions);
  }
  const auto* properties = object.if_contains("properties");
  return properties ? properties->as_object() : base::json::object{};
}

void ForEachReference(const base::json::value& value, const auto& use) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      if (member.key() == "$ref") use(std::string(member.value().as_string()));
      ForEachReference(member.value(), use);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) ForEachReference(element, use);
  }
}

TEST(Routes, OneDocumentHasTheSchemasOfAll) {
  base::SchemaBuilder builder;
  base::json::object all;
  for (const Route& route : ProductTable())
    all[NameOf(route)] = base::json::array{route.request(builder), route.reply(builder)};
  for (const Route& route : ProductTable()) {
    const auto& schemas = all.at(NameOf(route)).as_array();
    for (const auto& schema : schemas) EXPECT_FALSE(schema.as_object().empty()) << NameOf(route);
    const auto fields = PropertiesOf(schemas[0], builder.definitions());
    for (const std::string& name : PlaceholdersOf(route.pattern))
      EXPECT_TRUE(fields.contains(name)) << NameOf(route) << " does not take " << name;
    EXPECT_EQ(route.takes == Takes::json, route.method == "POST") << NameOf(route);
  }
  all["definitions"] = builder.definitions();
  std::size_t references = 0;
  ForEachReference(all, [&](const std::string& reference) {
    const std::string_view prefix = "#/$defs/";
    ASSERT_TRUE(reference.starts_with(prefix)) << reference;
    EXPECT_TRUE(builder.definitions().contains(reference.substr(prefix.size()))) << reference;
    ++references;
  });
  EXPECT_GT(references, 100u);
  EXPECT_TRUE(builder.definitions().contains("Run"));
  EXPECT_TRUE(builder.definitions().contains("ChatReply"));
}

TEST(Routes, RowsAgreeWithThemselves) {
  for (const Route& route : ProductTable()) {
    const std::string name = NameOf(route);
    const bool changes = route.method != "GET";
    EXPECT_TRUE(!changes || route.scope == Scope::run || route.scope == Scope::admin) << name;
    EXPECT_TRUE(!route.idempotency_key || route.takes == Takes::json) << name;
    EXPECT_TRUE(route.lane != Lane::conversation || route.method == "POST") << name;
    EXPECT_TRUE(route.handler != nullptr) << name;
    if (!route.rate.empty()) {
      EXPECT_TRUE(ReadRateLimits(std::string(route.rate) + "=1").has_value()) << name;
    }
    const std::set<base::ErrorCode> different(route.errors.begin(), route.errors.end());
    EXPECT_EQ(different.size(), route.errors.size()) << name;
    if (!PlaceholdersOf(route.pattern).empty()) {
      EXPECT_TRUE(different.contains(base::ErrorCode::not_found)) << name;
    }
  }
}

TEST(Routes, DocumentedStatusesAreThoseOfTheRows) {
  const std::string text = Documentation();
  const std::string table = text.substr(text.find("\n## Errors"));
  for (const Route& route : ProductTable())
    for (const base::ErrorCode code : route.errors)
      EXPECT_NE(table.find(std::to_string(StatusOf(code))), std::string::npos)
          << NameOf(route) << " may fail with " << base::Name(code);
}

}  // namespace
}  // namespace tabletalk::http
