// The JSON Schema of plans. Unions are written as anyOf of closed objects, which is the form that
// constrained decoding of local models understands.
#include <array>

#include "wire/plan.h"

namespace tabletalk::wire {

namespace json = base::json;
using base::SchemaBuilder;
using base::SchemaOf;

namespace {

json::value Closed(json::object properties, json::array required) {
  return json::object{{"type", "object"},
                      {"properties", std::move(properties)},
                      {"required", std::move(required)},
                      {"additionalProperties", false}};
}
json::value Text() { return json::object{{"type", "string"}}; }
json::value Whole() { return json::object{{"type", "integer"}}; }
json::value ListOf(json::value items) {
  return json::object{{"type", "array"}, {"items", std::move(items)}};
}
json::value Named(json::array names) {
  return json::object{{"type", "string"}, {"enum", std::move(names)}};
}

json::value CalcFunctions() {
  json::array names;
  for (std::string_view name : kCalcFunctions) names.emplace_back(name);
  return Named(std::move(names));
}

json::value OperandSchema(SchemaBuilder& builder) {
  return builder.Define("Operand", [&]() -> json::value {
    json::value literal = Closed({{"literal", SchemaOf<Value>(builder)}}, {"literal"});
    json::value column = Closed({{"column", Text()}}, {"column"});
    json::value calc = Closed(
        {{"calc", CalcFunctions()}, {"args", ListOf(json::object{{"$ref", "#/$defs/Operand"}})}},
        {"calc", "args"});
    return json::object{{"anyOf", json::array{SchemaOf<Value>(builder), literal, column, calc}}};
  });
}

json::value ComparisonSchema(SchemaBuilder& builder, json::array ops, json::value value) {
  json::object properties{{"column", Text()}, {"op", Named(std::move(ops))}};
  json::array required{"column", "op"};
  if (!value.is_null()) {
    properties["value"] = std::move(value);
    required.emplace_back("value");
  }
  properties["case_sensitive"] = SchemaOf<bool>(builder);
  return Closed(std::move(properties), std::move(required));
}

json::value ColumnSchemaOf(SchemaBuilder& builder) {
  json::value bin = json::object{
      {"anyOf", json::array{json::object{{"type", "number"}},
                            Closed({{"width", json::object{{"type", "number"}}}}, {"width"}),
                            Closed({{"count", Whole()}}, {"count"})}}};
  return Closed({{"column", Text()},
                 {"grain", SchemaOf<Grain>(builder)},
                 {"bin", std::move(bin)},
                 {"as", Text()}},
                {"column"});
}

json::value AggregateSchema(SchemaBuilder& builder) {
  return Closed({{"agg", SchemaOf<Aggregate>(builder)},
                 {"column", json::object{{"anyOf", json::array{Text(), ListOf(Text())}}}},
                 {"p", json::object{{"type", "number"}, {"minimum", 0}, {"maximum", 1}}},
                 {"where", SchemaOf<Condition>(builder)},
                 {"as", Text()}},
                {"agg"});
}

json::value WindowSchema(SchemaBuilder& builder) {
  return Closed({{"window", SchemaOf<WindowFunction>(builder)},
                 {"of", Text()},
                 {"per", ListOf(Text())},
                 {"order_by", ListOf(SchemaOf<OrderKey>(builder))},
                 {"size", Whole()},
                 {"as", Text()}},
                {"window"});
}

}  // namespace

json::value Condition::JsonSchema(SchemaBuilder& builder) {
  return builder.Define("Condition", [&]() -> json::value {
    const json::value self = json::object{{"$ref", "#/$defs/Condition"}};
    const json::value value = SchemaOf<Value>(builder);
    const json::value scalar =
        json::object{{"anyOf", json::array{value, Closed({{"column", Text()}}, {"column"})}}};
    json::value pair = ListOf(value);
    pair.as_object()["minItems"] = 2;
    pair.as_object()["maxItems"] = 2;
    return json::object{
        {"anyOf",
         json::array{Closed({{"all", ListOf(self)}}, {"all"}),
                     Closed({{"any", ListOf(self)}}, {"any"}), Closed({{"not", self}}, {"not"}),
                     ComparisonSchema(builder,
                                      {"=", "!=", "<", "<=", ">", ">=", "contains", "starts_with",
                                       "ends_with", "matches"},
                                      scalar),
                     ComparisonSchema(builder, {"in", "not_in"}, ListOf(value)),
                     ComparisonSchema(builder, {"between"}, pair),
                     ComparisonSchema(builder, {"is_null", "is_not_null"}, nullptr),
                     ComparisonSchema(builder, {"last"}, SchemaOf<Span>(builder))}}};
  });
}

json::value SelectItem::JsonSchema(SchemaBuilder& builder) {
  return builder.Define("SelectItem", [&]() -> json::value {
    const json::value operand = OperandSchema(builder);
    json::value branch =
        Closed({{"when", SchemaOf<Condition>(builder)}, {"then", operand}}, {"when", "then"});
    return json::object{
        {"anyOf",
         json::array{
             ColumnSchemaOf(builder), AggregateSchema(builder),
             Closed({{"calc", CalcFunctions()}, {"args", ListOf(operand)}, {"as", Text()}},
                    {"calc", "args"}),
             WindowSchema(builder),
             Closed({{"case", ListOf(std::move(branch))}, {"else", operand}, {"as", Text()}},
                    {"case"})}}};
  });
}

json::value QueryPlan::JsonSchema(SchemaBuilder& builder) {
  return builder.Define("QueryPlan", [&]() -> json::value {
    const json::value self = json::object{{"$ref", "#/$defs/QueryPlan"}};
    json::value nested = Closed({{"plan", self}, {"as", Text()}}, {"plan", "as"});
    json::value on = ListOf(
        json::object{{"type", "array"}, {"items", Text()}, {"minItems", 2}, {"maxItems", 2}});
    json::value join =
        Closed({{"table", Text()}, {"kind", SchemaOf<JoinKind>(builder)}, {"on", std::move(on)}},
               {"table"});
    return Closed({{"version", json::object{{"const", 1}}},
                   {"from", json::object{{"anyOf", json::array{Text(), std::move(nested)}}}},
                   {"joins", ListOf(std::move(join))},
                   {"where", SchemaOf<Condition>(builder)},
                   {"select", ListOf(SchemaOf<SelectItem>(builder))},
                   {"having", SchemaOf<Condition>(builder)},
                   {"top", SchemaOf<Top>(builder)},
                   {"distinct", SchemaOf<bool>(builder)},
                   {"order_by", ListOf(SchemaOf<OrderKey>(builder))},
                   {"limit", Whole()},
                   {"offset", Whole()},
                   {"chart", SchemaOf<ChartSpec>(builder)}},
                  {"from", "select"});
  });
}

}  // namespace tabletalk::wire
