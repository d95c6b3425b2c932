// Where the JSON of a plan is not simply that of its members: values that depend on an operator,
// and texts that are names in one place and values in another.
#include "wire/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tabletalk::wire {

namespace json = base::json;
using base::Decode;
using base::Decoder;
using base::Encode;
using base::SchemaBuilder;
using base::SchemaOf;

namespace {

/// The value of a comparison, whatever its operator.
struct Comparand {
  std::variant<Value, std::vector<Value>, Operand::Name, Span, Operand::OfPlan> node;
  static constexpr std::string_view kMeant = "a value";
  static constexpr base::Synonyms kClosed = kPlanFields;
  BOOST_DESCRIBE_CLASS(Comparand, (), (node), (), ())
};
/// A comparison as it is written.
struct WrittenComparison {
  std::string column;
  ConditionOp op = ConditionOp::equal;
  Comparand value;
  bool case_sensitive = false;
  static constexpr std::string_view kOptional[] = {"value", "case_sensitive"};
  static constexpr base::Synonyms kClosed = kPlanFields;
  BOOST_DESCRIBE_CLASS(WrittenComparison, (), (column, op, value, case_sensitive), (), ())
};
struct WrittenBin {
  std::optional<double> width;
  std::optional<std::int64_t> count;
  static constexpr base::Synonyms kClosed = kPlanFields;
  BOOST_DESCRIBE_CLASS(WrittenBin, (), (width, count), (), ())
};
struct WrittenLiteral {
  Value literal;
  static constexpr base::Synonyms kClosed = kPlanFields;
  BOOST_DESCRIBE_CLASS(WrittenLiteral, (), (literal), (), ())
};
/// An operand that is an object, but no literal.
struct WrittenOperand {
  std::variant<Operand::Name, Boxed<Calc>, Boxed<AggregateItem>, Operand::OfPlan> node;
  static constexpr base::Synonyms kClosed = kPlanFields;
  BOOST_DESCRIBE_CLASS(WrittenOperand, (), (node), (), ())
};

bool TakesNoValue(ConditionOp op) {
  return op == ConditionOp::is_null || op == ConditionOp::is_not_null;
}
bool TakesList(ConditionOp op) {
  return op == ConditionOp::in || op == ConditionOp::not_in || op == ConditionOp::between;
}

/// Where the value does not go with the operator.
void CheckValue(Decoder& decoder, const json::value* value, ConditionOp op) {
  const auto scope = decoder.Field("value");
  if (TakesNoValue(op)) {
    if (value != nullptr && !value->is_null())
      decoder.Fail(fmt::format("has no place beside {}", WireName(op)));
  } else if (value == nullptr) {
    decoder.Fail("is missing");
  } else if (op == ConditionOp::last) {
    const auto* span = value->if_object();
    if (span == nullptr || !span->contains("n"))
      decoder.Fail("must be {\"n\": 30, \"unit\": \"day\"} or the like");
  } else if (TakesList(op)) {
    const bool pair = op == ConditionOp::between;
    if (!value->is_array())
      return decoder.FailType(pair ? "an array of two values" : "an array of values", *value);
    if (pair && value->get_array().size() != 2)
      decoder.Fail("must be an array of two values, the lower one first");
  } else if (value->is_array()) {
    decoder.FailType("one value", *value);
  } else if (value->is_object() && value->get_object().contains("n")) {
    decoder.Fail(fmt::format("belongs to last, not to {}", WireName(op)));
  }
}

enum class BareText { name, literal };
constexpr std::array<std::string_view, 4> kOperandTags{"column", "calc", "agg", "plan"};

void DecodeOperand(Decoder& decoder, const json::value& value, BareText bare, Operand& out) {
  if (const auto* text = value.if_string(); text != nullptr && bare == BareText::name) {
    out.node = Operand::Name{std::string(*text)};
  } else if (const auto* object = value.if_object(); object != nullptr) {
    if (object->contains("literal")) {
      WrittenLiteral written;
      Decode(decoder, value, written);
      out.node = std::move(written.literal);
    } else if (std::none_of(kOperandTags.begin(), kOperandTags.end(),
                            [&](std::string_view tag) { return object->contains(tag); })) {
      base::codec::RefuseOthers(decoder, *object,
                                {"literal", "column", "calc", "args", "agg", "p", "where", "plan"},
                                kPlanFields);
      decoder.Fail("must have one of the fields literal, column, calc, agg and plan");
    } else {
      WrittenOperand written;
      Decode(decoder, value, written);
      std::visit([&](auto& one) { out.node = std::move(one); }, written.node);
    }
  } else if (value.is_array()) {
    decoder.FailType("a name, a literal or a calculation", value);
  } else {
    Decode(decoder, value, out.node.emplace<Value>());
  }
}

json::value EncodeOperand(const Operand& operand, BareText bare) {
  if (const auto* name = std::get_if<Operand::Name>(&operand.node))
    return bare == BareText::name ? json::value(name->name) : Encode(*name);
  if (const auto* calc = std::get_if<Boxed<Calc>>(&operand.node)) return Encode(*calc);
  if (const auto* inner = std::get_if<Boxed<AggregateItem>>(&operand.node)) return Encode(*inner);
  if (const auto* plan = std::get_if<Operand::OfPlan>(&operand.node)) return Encode(*plan);
  const Value& value = std::get<Value>(operand.node);
  if (value.if_text() && bare == BareText::name) return Encode(WrittenLiteral{value});
  return Encode(value);
}

}  // namespace

void OneOrMore::DecodeJson(Decoder& decoder, const json::value& value, OneOrMore& out) {
  if (value.is_array()) return Decode(decoder, value, static_cast<std::vector<std::string>&>(out));
  Decode(decoder, value, out.emplace_back());
}
json::value OneOrMore::EncodeJson() const {
  if (size() == 1) return Encode(front());
  return Encode(static_cast<const std::vector<std::string>&>(*this));
}
json::value OneOrMore::JsonSchema(SchemaBuilder& builder) {
  return json::object{{"anyOf", json::array{SchemaOf<std::string>(builder),
                                            SchemaOf<std::vector<std::string>>(builder)}}};
}

void Comparison::DecodeJson(Decoder& decoder, const json::value& value, Comparison& out) {
  WrittenComparison written;
  const std::size_t before = decoder.failures();
  Decode(decoder, value, written);
  if (decoder.failures() == before)
    CheckValue(decoder, value.get_object().if_contains("value"), written.op);
  if (decoder.failures() != before) return;
  out.column = std::move(written.column);
  out.op = written.op;
  out.case_sensitive = written.case_sensitive;
  if (TakesNoValue(out.op)) return;
  auto& node = written.value.node;
  if (auto* one = std::get_if<Value>(&node)) out.values = {std::move(*one)};
  if (auto* list = std::get_if<std::vector<Value>>(&node)) out.values = std::move(*list);
  if (auto* other = std::get_if<Operand::Name>(&node)) out.other = std::move(other->name);
  if (auto* span = std::get_if<Span>(&node)) out.span = *span;
  if (auto* inner = std::get_if<Operand::OfPlan>(&node)) out.plan = std::move(inner->plan);
}

json::value Comparison::EncodeJson() const {
  json::object object{{"column", column}, {"op", WireName(op)}};
  if (op == ConditionOp::last) {
    object["value"] = Encode(span.value_or(Span{}));
  } else if (plan) {
    object["value"] = Encode(Operand::OfPlan{*plan});
  } else if (other) {
    object["value"] = Encode(Operand::Name{*other});
  } else if (TakesList(op)) {
    object["value"] = Encode(values);
  } else if (!TakesNoValue(op)) {
    object["value"] = values.empty() ? json::value() : Encode(values.front());
  }
  if (case_sensitive) object["case_sensitive"] = true;
  return object;
}

json::value Comparison::JsonSchema(SchemaBuilder& builder) {
  return base::codec::ObjectSchema<WrittenComparison>(builder);
}

void CalcFunction::DecodeJson(Decoder& decoder, const json::value& value, CalcFunction& out) {
  Decode(decoder, value, static_cast<std::string&>(out));
}
json::value CalcFunction::EncodeJson() const { return json::value(std::string_view(*this)); }
json::value CalcFunction::JsonSchema(SchemaBuilder&) {
  json::array names;
  for (std::string_view name : kCalcFunctions) names.emplace_back(name);
  return json::object{{"type", "string"}, {"enum", std::move(names)}};
}

void Operand::DecodeJson(Decoder& decoder, const json::value& value, Operand& out) {
  DecodeOperand(decoder, value, BareText::name, out);
}
json::value Operand::EncodeJson() const { return EncodeOperand(*this, BareText::name); }
json::value Operand::JsonSchema(SchemaBuilder& builder) {
  return builder.Define("Operand", [&]() -> json::value {
    const json::value objects =
        base::codec::UnionSchema<WrittenOperand, decltype(WrittenOperand::node)>(builder);
    json::array any{SchemaOf<Value>(builder), base::codec::ObjectSchema<WrittenLiteral>(builder)};
    for (const json::value& one : objects.at("anyOf").as_array()) any.push_back(one);
    return json::object{{"anyOf", std::move(any)}};
  });
}

void Outcome::DecodeJson(Decoder& decoder, const json::value& value, Outcome& out) {
  DecodeOperand(decoder, value, BareText::literal, out);
}
json::value Outcome::EncodeJson() const { return EncodeOperand(*this, BareText::literal); }
json::value Outcome::JsonSchema(SchemaBuilder& builder) { return SchemaOf<Operand>(builder); }

void Bin::DecodeJson(Decoder& decoder, const json::value& value, Bin& out) {
  if (value.is_number()) return Decode(decoder, value, out.width);
  if (!value.is_object()) return decoder.FailType("a width or {\"count\": n}", value);
  WrittenBin written;
  Decode(decoder, value, written);
  if (written.width.has_value() == written.count.has_value())
    decoder.Fail("must have exactly one of the fields width and count");
  out.width = written.width;
  out.count = written.count;
}
json::value Bin::EncodeJson() const {
  if (count) return Encode(WrittenBin{std::nullopt, count});
  return width ? json::value(*width) : json::value();
}
json::value Bin::JsonSchema(SchemaBuilder& builder) {
  return json::object{{"anyOf", json::array{SchemaOf<double>(builder),
                                            base::codec::ObjectSchema<WrittenBin>(builder)}}};
}

void AggregateItem::CheckJson(Decoder& decoder, AggregateItem& out) {
  if (!out.columns.empty()) return;
  if (out.aggregate == Aggregate::count) {
    out.columns = {"*"};
  } else {
    const auto scope = decoder.Field("column");
    decoder.Fail("is missing");
  }
}

void Join::CheckJson(Decoder& decoder, Join& out) {
  if (out.table.empty() == !out.plan)
    decoder.Fail("must have exactly one of the fields table and plan");
  if (out.plan && !out.as) decoder.Fail("must say what the plan is called: \"as\": \"t\"");
}

}  // namespace tabletalk::wire
