// Plans by the thousand: what passes the check compiles, runs, and runs to the same rows again; and
// no plan, however mangled, brings the process down.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/codec.h"
#include "plan/check.h"
#include "plan/compile.h"
#include "plan/explain.h"
#include "plan/testing/engine.h"
#include "plan/testing/plan_generator.h"
#include "plan/testing/shop.h"

namespace tabletalk::plan {
namespace {

namespace json = base::json;

// Sanitized, a plan takes twenty times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kPlans = 400;
constexpr int kMangled = 500;
#else
constexpr int kPlans = 3000;
constexpr int kMangled = 4000;
#endif

/// Every "key" and "key=word" of a plan, which is how constructs are told apart.
void Constructs(const json::value& value, std::string_view key, std::map<std::string, int>& seen) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      ++seen[std::string(member.key())];
      Constructs(member.value(), member.key(), seen);
    }
  } else if (const auto* array = value.if_array()) {
    for (const json::value& element : *array) Constructs(element, key, seen);
  } else if (const auto* text = value.if_string()) {
    for (std::string_view word : {"op", "agg", "calc", "window", "grain", "kind", "unit", "nulls"})
      if (key == word) ++seen[std::string(key) + "=" + std::string(*text)];
  }
}

std::vector<std::string> Expected() {
  std::vector<std::string> all{
      "plan",   "joins", "on",   "where",          "all",      "any",         "not",
      "having", "top",   "per",  "distinct",       "order_by", "nulls=first", "limit",
      "offset", "chart", "case", "else",           "then",     "literal",     "bin",
      "count",  "size",  "p",    "case_sensitive", "kind=left", "exists", "ties"};
  for (std::string_view name : base::codec::EnumNames<wire::Aggregate>())
    all.push_back("agg=" + std::string(name));
  for (std::string_view name : base::codec::EnumNames<wire::WindowFunction>())
    all.push_back("window=" + std::string(name));
  for (std::string_view name : base::codec::EnumNames<wire::Grain>())
    all.push_back("grain=" + std::string(name));
  for (std::string_view name : wire::kCalcFunctions) all.push_back("calc=" + std::string(name));
  for (int op = 0; op <= static_cast<int>(wire::ConditionOp::last); ++op)
    all.push_back("op=" + std::string(wire::WireName(static_cast<wire::ConditionOp>(op))));
  return all;
}

TEST(Property, WhatPassesTheCheckRuns) {
  const wire::DatasetSchema shop = testing::Shop();
  testing::Engine engine;
  testing::PlanGenerator generator(shop, 20'260'131);
  std::map<std::string, int> seen;
  int passed = 0, refused = 0, with_rows = 0;
  while (passed < kPlans && passed + refused < 40 * kPlans) {
    const json::value text = generator.Plan();
    const auto plan = base::FromJson<wire::QueryPlan>(text);
    ASSERT_TRUE(plan.has_value()) << plan.error().public_message() << "\n"
                                  << base::ToPrettyJson(text);
    const auto issues = Check(*plan, shop);
    const auto compiled = Compile(*plan, shop);
    ASSERT_EQ(issues.empty(), compiled.has_value()) << base::ToPrettyJson(text);
    if (!issues.empty()) {
      ++refused;
      continue;
    }
    ++passed;
    Constructs(text, "", seen);
    const testing::Answer answer = engine.Run(compiled->sql, compiled->parameters);
    ASSERT_EQ(answer.error, "") << base::ToPrettyJson(text) << "\n" << compiled->sql;
    std::vector<std::string> names;
    for (const wire::Column& column : compiled->columns) names.push_back(column.name);
    ASSERT_EQ(answer.columns, names) << compiled->sql;
    ASSERT_LE(answer.rows.size(),
              static_cast<std::size_t>(plan->ties ? 1000 : plan->limit.value_or(200)));
    with_rows += answer.rows.empty() ? 0 : 1;
    const auto again = base::FromJson<wire::QueryPlan>(base::ToJson(*plan));
    ASSERT_TRUE(again.has_value()) << base::ToPrettyJson(text);
    const auto recompiled = Compile(*again, shop);
    ASSERT_EQ(recompiled->sql, compiled->sql) << "a plan must survive its own JSON";
    ASSERT_EQ(recompiled->parameters, compiled->parameters);
    if (passed % 8 == 0) {
      ASSERT_EQ(engine.Run(compiled->sql, compiled->parameters).rows, answer.rows) << compiled->sql;
    }
    ASSERT_TRUE(Explain(*plan, shop).ends_with(".")) << base::ToPrettyJson(text);
  }
  std::printf("%d random plans passed the check and ran (%d with rows); %d were refused by it\n",
              passed, with_rows, refused);
  EXPECT_EQ(passed, kPlans);
  EXPECT_GT(with_rows, kPlans / 2);
  if (kPlans < 3000) return;  // Too few to meet every construct.
  for (const std::string& construct : Expected())
    EXPECT_GT(seen[construct], 0) << construct << " was never generated";
}

TEST(Property, MangledPlansAreRefusedOrRun) {
  const wire::DatasetSchema shop = testing::Shop();
  testing::Engine engine;
  testing::PlanGenerator generator(shop, 7);
  int unread = 0, refused = 0, ran = 0;
  for (int i = 0; i < kMangled; ++i) {
    const json::value mangled = generator.Mutate(generator.Plan());
    const auto plan = base::FromJson<wire::QueryPlan>(mangled);
    if (!plan.has_value()) {
      ++unread;
      continue;
    }
    Explain(*plan, shop);
    const auto compiled = Compile(*plan, shop);
    if (!compiled.has_value()) {
      ASSERT_EQ(compiled.error().code(), base::ErrorCode::rejected);
      ASSERT_TRUE(compiled.error().details().contains("issues"));
      ++refused;
      continue;
    }
    ++ran;
    const testing::Answer answer = engine.Run(compiled->sql, compiled->parameters);
    ASSERT_EQ(answer.error, "") << base::ToPrettyJson(mangled) << "\n" << compiled->sql;
  }
  std::printf("mangled plans: %d unreadable, %d refused, %d ran\n", unread, refused, ran);
  EXPECT_GT(unread, kMangled / 8);
  EXPECT_GT(refused, kMangled / 20);
  EXPECT_GT(ran, kMangled / 40);
}

/// What an object of a plan is: the fields that tell it, and all that it may have.
struct Part {
  std::vector<std::string> told_by;
  std::vector<std::string> fields;
};

const std::vector<Part>& Parts() {
  static const std::vector<Part> kParts{
      {{"select"},
       {"version", "from", "joins", "where", "select", "having", "top", "distinct", "order_by",
        "limit", "ties", "offset", "chart"}},
      {{"plan", "on"}, {"table", "plan", "as", "kind", "on"}},
      {{"plan", "as"}, {"plan", "as"}},
      {{"plan"}, {"plan"}},
      {{"related"}, {"table", "as", "on", "where"}},  // Told by its place.
      {{"table"}, {"table", "plan", "as", "kind", "on"}},
      {{"exists"}, {"exists"}},
      {{"n", "by"}, {"n", "per", "by", "direction", "ties"}},
      {{"n", "unit"}, {"n", "unit"}},
      {{"by"}, {"by", "direction", "nulls"}},
      {{"column", "op"}, {"column", "op", "value", "case_sensitive"}},
      {{"all"}, {"all"}},
      {{"any"}, {"any"}},
      {{"not"}, {"not"}},
      {{"literal"}, {"literal"}},
      {{"when"}, {"when", "then"}},
      {{"case"}, {"case", "else", "as"}},
      {{"window"}, {"window", "of", "per", "order_by", "size", "as"}},
      {{"calc", "as"}, {"calc", "args", "as"}},
      {{"calc"}, {"calc", "args"}},
      {{"agg", "as"}, {"agg", "column", "p", "where", "as"}},
      {{"agg"}, {"agg", "column", "p", "where"}},
      {{"column", "as"}, {"column", "grain", "bin", "as"}},
      {{"column"}, {"column"}},
      {{"width"}, {"width", "count"}},
      {{"count"}, {"width", "count"}},
      {{"kind"}, {"kind", "x", "y", "series", "title"}}};
  return kParts;
}

const Part* PartOf(const json::object& object, std::string_view path) {
  for (const Part& part : Parts())
    if (path.ends_with(".exists") ? part.told_by.front() == "related" : std::all_of(part.told_by.begin(), part.told_by.end(),
                    [&](const std::string& name) { return object.contains(name); }))
      return &part;
  return nullptr;
}

struct Place {
  std::string path;
  json::object* object;
};

void Places(json::value& value, const std::string& path, std::vector<Place>& places) {
  if (auto* object = value.if_object()) {
    places.push_back({path, object});
    for (auto& member : *object)
      Places(member.value(), (path.empty() ? "" : path + ".") + std::string(member.key()), places);
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      Places((*array)[i], path + "[" + std::to_string(i) + "]", places);
  }
}

TEST(Property, AMisspeltOrMisplacedFieldIsAnIssueWithItsPath) {
  const wire::DatasetSchema shop = testing::Shop();
  testing::PlanGenerator generator(shop, 8);
  std::mt19937 random(88);
  std::vector<std::string> known;
  for (const Part& part : Parts())
    for (const std::string& field : part.fields)
      if (std::find(known.begin(), known.end(), field) == known.end()) known.push_back(field);
  std::map<const Part*, int> planted_in;
  std::size_t deepest = 0;
  for (int i = 0; i < kMangled; ++i) {
    json::value plan = generator.Plan();
    std::vector<Place> places;
    Places(plan, "", places);
    const Place& place = places[random() % places.size()];
    const Part* part = PartOf(*place.object, place.path);
    ASSERT_NE(part, nullptr) << base::ToPrettyJson(*place.object);
    std::string field = known[random() % known.size()];
    const int way = static_cast<int>(random() % 3);
    if (way > 0) field.insert(field.begin() + static_cast<long>(random() % field.size()), 'q');
    if (std::find(part->fields.begin(), part->fields.end(), field) != part->fields.end()) continue;
    if (way == 2 && !place.object->empty()) {
      // Another's misspelling, and the field itself gone.
      const auto victim = place.object->begin() + static_cast<long>(random() % place.object->size());
      field = std::string(victim->key()) + "q";
      json::value held = victim->value();
      place.object->erase(victim);
      (*place.object)[field] = std::move(held);
    } else {
      (*place.object)[field] = way == 1 ? json::value(1) : json::value("x");
    }
    ++planted_in[part];
    deepest = std::max(deepest, place.path.size());
    const auto read = base::FromJson<wire::QueryPlan>(plan);
    ASSERT_TRUE(read.has_error()) << place.path << " " << field << "\n" << base::ToPrettyJson(plan);
    const std::string at = place.path.empty() ? field : place.path + "." + field;
    bool found = false;
    const base::Error error = read.error();
    for (const json::value& issue : error.details().at("issues").as_array())
      found = found || issue.at("path") == json::value(at) ||
              (way == 0 && !place.path.empty() &&
               issue.at("path").as_string().starts_with(place.path));  // Its neighbour.
    ASSERT_TRUE(found) << at << ": " << error.public_message() << "\n"
                       << base::ToPrettyJson(plan);
  }
  std::printf("planted in %zu of %zu kinds of parts, the deepest at a path of %zu letters\n",
              planted_in.size(), Parts().size(), deepest);
  EXPECT_GE(planted_in.size(), Parts().size() - 1) << "a width is written as a number";
  EXPECT_GT(deepest, 40u);
}

TEST(Property, TheSchemaOfPlansIsClosed) {
  const json::value schema = base::JsonSchemaOf<wire::QueryPlan>();
  const auto look = [](const auto& self, const json::value& value) -> void {
    if (const auto* object = value.if_object()) {
      if (object->contains("properties")) {
        EXPECT_EQ(object->at("additionalProperties"), json::value(false)) << base::ToJsonText(value);
      }
      for (const auto& member : *object) self(self, member.value());
    } else if (const auto* array = value.if_array()) {
      for (const json::value& element : *array) self(self, element);
    }
  };
  look(look, schema);
}

}  // namespace
}  // namespace tabletalk::plan
