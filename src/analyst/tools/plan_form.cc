// Two forms of one grammar. The full one comes from the described types and is what constrained
// decoding wants: every kind of item closed, conditions inside conditions. It takes 7.3 kB
// of each request of a question, which are some 1,850 tokens (3.9 bytes each in the o200k
// vocabulary).
//
// A model that has no tools gets the form as text in its prompt, where that much grammar with its
// references hides the few fields that matter, and a context of 4,096 tokens has no room for it.
// The outline names the same fields and words, from the same types, in some 520. It allows
// some plans that do not decode; those come back with the issue.
#include "analyst/tools/plan_form.h"

#include <utility>

#include "wire/plan.h"

namespace tabletalk::analyst {

namespace json = base::json;
using base::SchemaBuilder;
using base::SchemaOf;

namespace {

json::value Text() { return json::object{{"type", "string"}}; }
json::value Whole() { return json::object{{"type", "integer"}}; }
json::value Any() { return json::object{}; }
json::value ListOf(json::value items) {
  return json::object{{"type", "array"}, {"items", std::move(items)}};
}
json::value Object(json::object properties, json::array required = {}) {
  json::object object{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) object["required"] = std::move(required);
  return object;
}

template <class Enum>
json::value OneOf() {
  SchemaBuilder builder;
  return SchemaOf<Enum>(builder);
}

json::value Ops() {
  json::array names;
  for (int op = 0; op <= static_cast<int>(wire::ConditionOp::last); ++op)
    names.emplace_back(wire::WireName(static_cast<wire::ConditionOp>(op)));
  return json::object{{"type", "string"}, {"enum", std::move(names)}};
}

json::value Condition() {
  const json::value inner = ListOf(json::object{{"type", "object"}});
  return Object({{"column", Text()},
                 {"op", Ops()},
                 {"value", Any()},
                 {"all", inner},
                 {"any", inner},
                 {"not", json::object{{"type", "object"}}},
                 {"exists", json::object{{"type", "object"}}}});
}

json::value Item() {
  return Object({{"column", Any()},
                 {"grain", OneOf<wire::Grain>()},
                 {"agg", OneOf<wire::Aggregate>()},
                 {"p", json::object{{"type", "number"}}},
                 {"where", json::object{{"type", "object"}}},
                 {"calc", Text()},
                 {"args", ListOf(Any())},
                 {"window", OneOf<wire::WindowFunction>()},
                 {"of", Text()},
                 {"per", ListOf(Text())},
                 {"as", Text()}});
}

json::object Outline() {
  json::value key = Object({{"by", Text()}, {"direction", OneOf<wire::Direction>()}}, {"by"});
  json::value join =
      Object({{"table", Text()}, {"kind", OneOf<wire::JoinKind>()}, {"on", ListOf(ListOf(Text()))}},
             {"table"});
  json::value top = Object({{"n", Whole()}, {"per", ListOf(Text())}, {"by", Text()}}, {"n", "by"});
  return Object({{"from", Any()},
                 {"joins", ListOf(std::move(join))},
                 {"where", Condition()},
                 {"select", ListOf(Item())},
                 {"having", json::object{{"type", "object"}}},
                 {"top", std::move(top)},
                 {"order_by", ListOf(std::move(key))},
                 {"limit", Whole()},
                 {"ties", json::object{{"type", "boolean"}}}},
                {"from", "select"})
      .as_object();
}

}  // namespace

json::object PlanForm(PlanDetail detail) {
  json::object form{{"type", "object"}, {"required", json::array{"plan"}}};
  if (detail == PlanDetail::outline) {
    form["properties"] = json::object{{"plan", Outline()}};
    return form;
  }
  SchemaBuilder builder;
  form["properties"] = json::object{{"plan", SchemaOf<wire::QueryPlan>(builder)}};
  form["$defs"] = builder.definitions();
  return form;
}

}  // namespace tabletalk::analyst
