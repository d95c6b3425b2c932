// The JSON form of plans. A plan is written by people and by models, so unlike other bodies it does
// not pass over a field that it does not know: a misspelled "wehre" would change the answer.
#include "wire/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/spelling.h"

namespace tabletalk::wire {

namespace json = base::json;
using base::Decode;
using base::Decoder;
using base::Encode;
using base::SchemaBuilder;
using base::SchemaOf;

namespace {

struct OpName {
  ConditionOp op;
  std::string_view name;
};
constexpr std::array<OpName, 16> kOps{{{ConditionOp::equal, "="},
                                       {ConditionOp::not_equal, "!="},
                                       {ConditionOp::less, "<"},
                                       {ConditionOp::less_equal, "<="},
                                       {ConditionOp::greater, ">"},
                                       {ConditionOp::greater_equal, ">="},
                                       {ConditionOp::in, "in"},
                                       {ConditionOp::not_in, "not_in"},
                                       {ConditionOp::between, "between"},
                                       {ConditionOp::contains, "contains"},
                                       {ConditionOp::starts_with, "starts_with"},
                                       {ConditionOp::ends_with, "ends_with"},
                                       {ConditionOp::matches, "matches"},
                                       {ConditionOp::is_null, "is_null"},
                                       {ConditionOp::is_not_null, "is_not_null"},
                                       {ConditionOp::last, "last"}}};

/// How a bare JSON string among operands is read.
enum class BareText { name, literal };

using Names = std::initializer_list<std::string_view>;

void RefuseOthers(Decoder& decoder, const json::object& object, Names known) {
  for (const auto& member : object) {
    const std::string_view key = member.key();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto scope = decoder.Field(key);
    std::string message = "is not known here.";
    if (const auto nearest = base::NearestName(key, known))
      message = fmt::format("is not known here; did you mean \"{}\"?", *nearest);
    decoder.Fail(message + fmt::format(" The fields are: {}", fmt::join(known, ", ")));
  }
}

template <class T>
void DecodeField(Decoder& decoder, const json::object& object, std::string_view name, T& out,
                 bool required = false) {
  const json::value* found = object.if_contains(name);
  const auto scope = decoder.Field(name);
  if (found == nullptr || (!required && found->is_null())) {
    if (required) decoder.Fail("is missing");
    return;
  }
  Decode(decoder, *found, out);
}

bool Has(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && !found->is_null();
}

// ---- operands and calculations ----

void DecodeCalc(Decoder& decoder, const json::object& object, Calc& out);

void DecodeOperand(Decoder& decoder, const json::value& value, BareText bare, Operand& out) {
  if (const auto* object = value.if_object()) {
    if (object->contains("literal")) {
      RefuseOthers(decoder, *object, {"literal"});
      return DecodeField(decoder, *object, "literal", out.node.emplace<Value>(), true);
    }
    if (object->contains("column")) {
      RefuseOthers(decoder, *object, {"column"});
      return DecodeField(decoder, *object, "column", out.node.emplace<Operand::Name>().name, true);
    }
    if (object->contains("calc")) {
      RefuseOthers(decoder, *object, {"calc", "args"});
      Calc calc;
      DecodeCalc(decoder, *object, calc);
      out.node = Boxed<Calc>(std::move(calc));
      return;
    }
    return decoder.Fail("must have one of the fields literal, column and calc");
  }
  if (const auto* text = value.if_string(); text != nullptr && bare == BareText::name) {
    out.node = Operand::Name{std::string(*text)};
    return;
  }
  if (value.is_array()) return decoder.FailType("a name, a literal or a calculation", value);
  Decode(decoder, value, out.node.emplace<Value>());
}

void DecodeCalc(Decoder& decoder, const json::object& object, Calc& out) {
  DecodeField(decoder, object, "calc", out.function, true);
  const auto scope = decoder.Field("args");
  const json::value* found = object.if_contains("args");
  if (found == nullptr) return decoder.Fail("is missing");
  const json::array* args = found->if_array();
  if (args == nullptr) return decoder.FailType("an array", *found);
  for (std::size_t i = 0; i < args->size(); ++i) {
    const auto element = decoder.Element(i);
    DecodeOperand(decoder, (*args)[i], BareText::name, out.args.emplace_back());
  }
}

json::object EncodeCalc(const Calc& calc);

json::value EncodeOperand(const Operand& operand, BareText bare) {
  if (const auto* name = std::get_if<Operand::Name>(&operand.node)) {
    if (bare == BareText::name) return json::value(name->name);
    return json::object{{"column", name->name}};
  }
  if (const auto* calc = std::get_if<Boxed<Calc>>(&operand.node)) return EncodeCalc(**calc);
  const Value& value = std::get<Value>(operand.node);
  json::value encoded = Encode(value);
  if (encoded.is_string() && bare == BareText::name)
    return json::object{{"literal", std::move(encoded)}};
  return encoded;
}

json::object EncodeCalc(const Calc& calc) {
  json::array args;
  for (const Operand& arg : calc.args) args.push_back(EncodeOperand(arg, BareText::name));
  return {{"calc", calc.function}, {"args", std::move(args)}};
}

// ---- comparisons ----

bool TakesNoValue(ConditionOp op) {
  return op == ConditionOp::is_null || op == ConditionOp::is_not_null;
}
bool TakesList(ConditionOp op) { return op == ConditionOp::in || op == ConditionOp::not_in; }

void DecodeComparisonValue(Decoder& decoder, const json::object& object, Comparison& out) {
  const auto scope = decoder.Field("value");
  const json::value* value = object.if_contains("value");
  if (TakesNoValue(out.op)) {
    if (value != nullptr && !value->is_null())
      decoder.Fail(fmt::format("has no place beside {}", WireName(out.op)));
    return;
  }
  if (value == nullptr) return decoder.Fail("is missing");
  if (out.op == ConditionOp::last) {
    if (const auto* span = value->if_object()) RefuseOthers(decoder, *span, {"n", "unit"});
    return Decode(decoder, *value, out.span.emplace());
  }
  if (TakesList(out.op) || out.op == ConditionOp::between) {
    if (!value->is_array())
      return decoder.FailType(
          out.op == ConditionOp::between ? "an array of two values" : "an array of values", *value);
    Decode(decoder, *value, out.values);
    if (out.op == ConditionOp::between && out.values.size() != 2)
      decoder.Fail("must be an array of two values, the lower one first");
    return;
  }
  if (const auto* other = value->if_object(); other != nullptr && other->contains("column")) {
    RefuseOthers(decoder, *other, {"column"});
    return DecodeField(decoder, *other, "column", out.other.emplace(), true);
  }
  Decode(decoder, *value, out.values.emplace_back());
}

void DecodeOp(Decoder& decoder, const json::object& object, ConditionOp& out) {
  const auto scope = decoder.Field("op");
  const json::value* value = object.if_contains("op");
  if (value == nullptr) return decoder.Fail("is missing");
  const json::string* text = value->if_string();
  const auto op = text ? ConditionOpFromWire(*text) : std::nullopt;
  if (op) {
    out = *op;
    return;
  }
  std::vector<std::string_view> names;
  for (const OpName& known : kOps) names.push_back(known.name);
  base::codec::FailEnum(decoder, *value, names);
}

void DecodeComparison(Decoder& decoder, const json::object& object, Comparison& out) {
  RefuseOthers(decoder, object, {"column", "op", "value", "case_sensitive"});
  DecodeField(decoder, object, "column", out.column, true);
  const std::size_t before = decoder.failures();
  DecodeOp(decoder, object, out.op);
  if (decoder.failures() == before) DecodeComparisonValue(decoder, object, out);
  DecodeField(decoder, object, "case_sensitive", out.case_sensitive);
}

json::object EncodeComparison(const Comparison& comparison) {
  json::object object{{"column", comparison.column}, {"op", WireName(comparison.op)}};
  if (comparison.op == ConditionOp::last) {
    object["value"] = Encode(comparison.span.value_or(Span{}));
  } else if (comparison.other) {
    object["value"] = json::object{{"column", *comparison.other}};
  } else if (TakesList(comparison.op) || comparison.op == ConditionOp::between) {
    object["value"] = Encode(comparison.values);
  } else if (!TakesNoValue(comparison.op)) {
    object["value"] = comparison.values.empty() ? json::value() : Encode(comparison.values.front());
  }
  if (comparison.case_sensitive) object["case_sensitive"] = true;
  return object;
}

// ---- select items ----

void DecodeBin(Decoder& decoder, const json::value& value, Bin& out) {
  if (const auto* object = value.if_object()) {
    RefuseOthers(decoder, *object, {"width", "count"});
    DecodeField(decoder, *object, "width", out.width);
    DecodeField(decoder, *object, "count", out.count);
    if (out.width.has_value() == out.count.has_value())
      decoder.Fail("must have exactly one of the fields width and count");
    return;
  }
  if (!value.is_number()) return decoder.FailType("a width or {\"count\": n}", value);
  Decode(decoder, value, out.width.emplace());
}

void DecodeColumnItem(Decoder& decoder, const json::object& object, ColumnItem& out) {
  RefuseOthers(decoder, object, {"column", "grain", "bin", "as"});
  DecodeField(decoder, object, "column", out.column, true);
  DecodeField(decoder, object, "grain", out.grain);
  if (Has(object, "bin")) {
    const auto scope = decoder.Field("bin");
    DecodeBin(decoder, object.at("bin"), out.bin.emplace());
  }
}

void DecodeAggregateItem(Decoder& decoder, const json::object& object, AggregateItem& out) {
  RefuseOthers(decoder, object, {"agg", "column", "p", "where", "as"});
  DecodeField(decoder, object, "agg", out.aggregate, true);
  DecodeField(decoder, object, "p", out.p);
  DecodeField(decoder, object, "where", out.where);
  const auto scope = decoder.Field("column");
  const json::value* column = object.if_contains("column");
  if (column == nullptr) {
    if (out.aggregate == Aggregate::count) {
      out.columns = {"*"};
    } else {
      decoder.Fail("is missing");
    }
  } else if (column->is_array()) {
    Decode(decoder, *column, out.columns);
  } else {
    Decode(decoder, *column, out.columns.emplace_back());
  }
}

void DecodeWindowItem(Decoder& decoder, const json::object& object, WindowItem& out) {
  RefuseOthers(decoder, object, {"window", "of", "per", "order_by", "size", "as"});
  DecodeField(decoder, object, "window", out.window, true);
  DecodeField(decoder, object, "of", out.of);
  DecodeField(decoder, object, "per", out.per);
  DecodeField(decoder, object, "order_by", out.order_by);
  DecodeField(decoder, object, "size", out.size);
}

void DecodeCaseItem(Decoder& decoder, const json::object& object, CaseItem& out) {
  RefuseOthers(decoder, object, {"case", "else", "as"});
  {
    const auto scope = decoder.Field("case");
    const json::array* branches = object.at("case").if_array();
    if (branches == nullptr) return decoder.FailType("an array", object.at("case"));
    for (std::size_t i = 0; i < branches->size(); ++i) {
      const auto element = decoder.Element(i);
      const json::object* branch = decoder.Object((*branches)[i]);
      if (branch == nullptr) continue;
      RefuseOthers(decoder, *branch, {"when", "then"});
      CaseBranch& made = out.branches.emplace_back();
      DecodeField(decoder, *branch, "when", made.when, true);
      const auto then = decoder.Field("then");
      if (!branch->contains("then")) {
        decoder.Fail("is missing");
      } else {
        DecodeOperand(decoder, branch->at("then"), BareText::literal, made.then);
      }
    }
  }
  if (Has(object, "else")) {
    const auto scope = decoder.Field("else");
    DecodeOperand(decoder, object.at("else"), BareText::literal, out.otherwise.emplace());
  }
}

json::object EncodeItem(const ColumnItem& item) {
  json::object object{{"column", item.column}};
  if (item.grain) object["grain"] = Encode(*item.grain);
  if (item.bin && item.bin->width) object["bin"] = *item.bin->width;
  if (item.bin && item.bin->count) object["bin"] = json::object{{"count", *item.bin->count}};
  return object;
}
json::object EncodeItem(const AggregateItem& item) {
  json::object object{{"agg", Encode(item.aggregate)}};
  object["column"] = item.columns.size() == 1 ? json::value(item.columns[0]) : Encode(item.columns);
  if (item.p) object["p"] = *item.p;
  if (item.where) object["where"] = Encode(*item.where);
  return object;
}
json::object EncodeItem(const CalcItem& item) { return EncodeCalc(item.calc); }

json::value EncodeKeys(const std::vector<OrderKey>& keys) {
  json::array array;
  for (const OrderKey& key : keys) {
    json::object object{{"by", key.by}, {"direction", Encode(key.direction)}};
    if (key.nulls) object["nulls"] = Encode(*key.nulls);
    array.push_back(std::move(object));
  }
  return array;
}

json::object EncodeItem(const WindowItem& item) {
  json::object object{{"window", Encode(item.window)}};
  if (!item.of.empty()) object["of"] = item.of;
  if (!item.per.empty()) object["per"] = Encode(item.per);
  if (!item.order_by.empty()) object["order_by"] = EncodeKeys(item.order_by);
  if (item.size) object["size"] = *item.size;
  return object;
}
json::object EncodeItem(const CaseItem& item) {
  json::array branches;
  for (const CaseBranch& branch : item.branches)
    branches.push_back(json::object{{"when", Encode(branch.when)},
                                    {"then", EncodeOperand(branch.then, BareText::literal)}});
  json::object object{{"case", std::move(branches)}};
  if (item.otherwise) object["else"] = EncodeOperand(*item.otherwise, BareText::literal);
  return object;
}

// ---- sources and joins ----

void DecodeSource(Decoder& decoder, const json::value& value, Source& out) {
  const auto* object = value.if_object();
  if (object == nullptr) {
    if (!value.is_string())
      return decoder.FailType("a table's name or {\"plan\": {...}, \"as\": \"name\"}", value);
    return Decode(decoder, value, out.node.emplace<std::string>());
  }
  RefuseOthers(decoder, *object, {"plan", "as"});
  auto& nested = out.node.emplace<Source::Nested>();
  DecodeField(decoder, *object, "plan", *nested.plan, true);
  DecodeField(decoder, *object, "as", nested.as, true);
}

void DecodeJoin(Decoder& decoder, const json::value& value, Join& out) {
  const json::object* object = decoder.Object(value);
  if (object == nullptr) return;
  RefuseOthers(decoder, *object, {"table", "kind", "on"});
  DecodeField(decoder, *object, "table", out.table, true);
  DecodeField(decoder, *object, "kind", out.kind);
  std::vector<std::vector<std::string>> pairs;
  DecodeField(decoder, *object, "on", pairs);
  const auto scope = decoder.Field("on");
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto element = decoder.Element(i);
    if (pairs[i].size() == 2) {
      out.on.emplace_back(pairs[i][0], pairs[i][1]);
    } else {
      decoder.Fail("must be a pair of two columns");
    }
  }
}

json::value EncodeJoin(const Join& join) {
  json::object object{{"table", join.table}, {"kind", Encode(join.kind)}};
  if (!join.on.empty()) {
    json::array on;
    for (const auto& [left, right] : join.on) on.push_back(json::array{left, right});
    object["on"] = std::move(on);
  }
  return object;
}

}  // namespace

std::string_view WireName(ConditionOp op) {
  for (const OpName& known : kOps)
    if (known.op == op) return known.name;
  return "?";
}

std::optional<ConditionOp> ConditionOpFromWire(std::string_view name) {
  for (const OpName& known : kOps)
    if (known.name == name) return known.op;
  return std::nullopt;
}

void Condition::DecodeJson(Decoder& decoder, const json::value& value, Condition& out) {
  const json::object* object = decoder.Object(value);
  if (object == nullptr) return;
  if (object->contains("all")) {
    RefuseOthers(decoder, *object, {"all"});
    DecodeField(decoder, *object, "all", out.node.emplace<AllOf>().conditions, true);
  } else if (object->contains("any")) {
    RefuseOthers(decoder, *object, {"any"});
    DecodeField(decoder, *object, "any", out.node.emplace<AnyOf>().conditions, true);
  } else if (object->contains("not")) {
    RefuseOthers(decoder, *object, {"not"});
    DecodeField(decoder, *object, "not", *out.node.emplace<NotOf>().condition, true);
  } else {
    DecodeComparison(decoder, *object, out.node.emplace<Comparison>());
  }
}

json::value Condition::EncodeJson() const {
  if (const auto* all = std::get_if<AllOf>(&node))
    return json::object{{"all", Encode(all->conditions)}};
  if (const auto* any = std::get_if<AnyOf>(&node))
    return json::object{{"any", Encode(any->conditions)}};
  if (const auto* negated = std::get_if<NotOf>(&node))
    return json::object{{"not", Encode(*negated->condition)}};
  return EncodeComparison(std::get<Comparison>(node));
}

void SelectItem::DecodeJson(Decoder& decoder, const json::value& value, SelectItem& out) {
  const json::object* object = decoder.Object(value);
  if (object == nullptr) return;
  std::size_t kinds = 0;
  for (std::string_view kind : {"agg", "calc", "window", "case"})
    kinds += object->contains(kind) ? 1 : 0;
  if (kinds > 1) return decoder.Fail("must have only one of the fields agg, calc, window and case");
  if (kinds == 0 && !object->contains("column"))
    return decoder.Fail("must have one of the fields column, agg, calc, window and case");
  DecodeField(decoder, *object, "as", out.as);
  if (object->contains("agg")) {
    DecodeAggregateItem(decoder, *object, out.node.emplace<AggregateItem>());
  } else if (object->contains("calc")) {
    RefuseOthers(decoder, *object, {"calc", "args", "as"});
    DecodeCalc(decoder, *object, out.node.emplace<CalcItem>().calc);
  } else if (object->contains("window")) {
    DecodeWindowItem(decoder, *object, out.node.emplace<WindowItem>());
  } else if (object->contains("case")) {
    DecodeCaseItem(decoder, *object, out.node.emplace<CaseItem>());
  } else {
    DecodeColumnItem(decoder, *object, out.node.emplace<ColumnItem>());
  }
}

json::value SelectItem::EncodeJson() const {
  json::object object = std::visit([](const auto& item) { return EncodeItem(item); }, node);
  if (as) object["as"] = *as;
  return object;
}

void QueryPlan::DecodeJson(Decoder& decoder, const json::value& value, QueryPlan& out) {
  const json::object* object = decoder.Object(value);
  if (object == nullptr) return;
  RefuseOthers(decoder, *object,
               {"version", "from", "joins", "where", "select", "having", "top", "distinct",
                "order_by", "limit", "offset", "chart"});
  DecodeField(decoder, *object, "version", out.version);
  {
    const auto scope = decoder.Field("from");
    if (!object->contains("from")) {
      decoder.Fail("is missing");
    } else {
      DecodeSource(decoder, object->at("from"), out.from);
    }
  }
  if (Has(*object, "joins")) {
    const auto scope = decoder.Field("joins");
    const json::array* joins = object->at("joins").if_array();
    if (joins == nullptr) decoder.FailType("an array", object->at("joins"));
    for (std::size_t i = 0; joins != nullptr && i < joins->size(); ++i) {
      const auto element = decoder.Element(i);
      DecodeJoin(decoder, (*joins)[i], out.joins.emplace_back());
    }
  }
  DecodeField(decoder, *object, "where", out.where);
  DecodeField(decoder, *object, "select", out.select, true);
  DecodeField(decoder, *object, "having", out.having);
  DecodeField(decoder, *object, "top", out.top);
  DecodeField(decoder, *object, "distinct", out.distinct);
  DecodeField(decoder, *object, "order_by", out.order_by);
  DecodeField(decoder, *object, "limit", out.limit);
  DecodeField(decoder, *object, "offset", out.offset);
  DecodeField(decoder, *object, "chart", out.chart);
}

json::value QueryPlan::EncodeJson() const {
  json::object object{{"version", version}};
  if (const auto* nested = std::get_if<Source::Nested>(&from.node)) {
    object["from"] = json::object{{"plan", Encode(*nested->plan)}, {"as", nested->as}};
  } else {
    object["from"] = std::get<std::string>(from.node);
  }
  if (!joins.empty()) {
    json::array array;
    for (const Join& join : joins) array.push_back(EncodeJoin(join));
    object["joins"] = std::move(array);
  }
  if (where) object["where"] = Encode(*where);
  object["select"] = Encode(select);
  if (having) object["having"] = Encode(*having);
  if (top) object["top"] = Encode(*top);
  if (distinct) object["distinct"] = true;
  if (!order_by.empty()) object["order_by"] = EncodeKeys(order_by);
  if (limit) object["limit"] = *limit;
  if (offset) object["offset"] = *offset;
  if (chart) {
    json::object wish{{"kind", Encode(chart->kind)}};
    if (!chart->x.empty()) wish["x"] = chart->x;
    if (!chart->y.empty()) wish["y"] = Encode(chart->y);
    if (chart->series) wish["series"] = *chart->series;
    if (chart->title) wish["title"] = *chart->title;
    object["chart"] = std::move(wish);
  }
  return object;
}

}  // namespace tabletalk::wire
