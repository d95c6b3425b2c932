#include "plan/testing/plan_generator.h"

#include <fmt/format.h>

#include <algorithm>

#include "wire/plan.h"

namespace tabletalk::plan::testing {

namespace json = base::json;
using wire::ColumnType;

namespace {

bool AnyType(ColumnType) { return true; }
bool Numeric(ColumnType type) { return wire::IsNumeric(type); }
bool Temporal(ColumnType type) { return wire::IsTemporal(type); }
bool IsText(ColumnType type) { return type == ColumnType::text; }

const std::vector<std::string> kTexts{"completed", "Norway", "g1",  "100%", "_",
                                      "note 3",    "Ж1",     "o'x", ""};
const std::vector<std::string> kGrains{"minute",        "hour",       "day",  "week",
                                       "month",         "quarter",    "year", "day_of_week",
                                       "month_of_year", "hour_of_day"};

}  // namespace

std::vector<PlanGenerator::Field> PlanGenerator::Tame(const std::vector<Field>& fields) {
  std::vector<Field> tame;
  for (const Field& field : fields)
    if (!field.wild) tame.push_back(field);
  return tame;
}

const PlanGenerator::Field* PlanGenerator::Some(const std::vector<Field>& fields,
                                                bool (*fits)(ColumnType)) {
  std::vector<const Field*> good;
  for (const Field& field : fields)
    if (fits(field.type)) good.push_back(&field);
  return good.empty() ? nullptr : Pick(good);
}

json::value PlanGenerator::Literal(ColumnType type) {
  switch (type) {
    case ColumnType::boolean: return Chance(50);
    case ColumnType::integer: return static_cast<std::int64_t>(Below(60)) - 5;
    case ColumnType::number: return static_cast<double>(Below(900)) / 8 - 3;
    case ColumnType::date: return json::value(fmt::format("2024-0{}-1{}", 1 + Below(9), Below(10)));
    case ColumnType::timestamp:
      return json::value(Chance(50) ? fmt::format("2024-0{}-02 1{}:30:00", 1 + Below(9), Below(10))
                                    : fmt::format("2024-0{}-02", 1 + Below(9)));
    case ColumnType::time: return json::value(fmt::format("08:{}:00", 10 + Below(40)));
    case ColumnType::text:
    case ColumnType::interval:
    case ColumnType::other: break;
  }
  return json::value(Pick(kTexts));
}

json::object PlanGenerator::Scalar() {
  const bool items = Chance(50);
  return {{"from", items ? "order_items" : "orders"},
          {"select", json::array{json::object{{"agg", Chance(50) ? "avg" : "max"},
                                              {"column", items ? "price" : "total"}}}}};
}

json::object PlanGenerator::Exists() {
  json::object related;
  switch (Below(3)) {
    case 0: related["table"] = "products"; break;
    case 1: related["table"] = "order_items"; break;
    default:
      related = {{"table", "orders"},
                 {"as", "other"},
                 {"on", json::array{json::array{"customer_id", "other.customer_id"}}}};
  }
  if (related.at("table") != json::value("orders") && Chance(60))
    related["where"] = {{"column", "product_id"}, {"op", "<"}, {"value", 4}};
  json::object exists{{"exists", std::move(related)}};
  if (Chance(50)) return {{"not", std::move(exists)}};
  return exists;
}

json::object PlanGenerator::Condition(const std::vector<Field>& fields, int depth) {
  if (Chance(6)) return Exists();
  if (depth < 2 && Chance(30)) {
    if (Chance(25)) return {{"not", Condition(fields, depth + 1)}};
    json::array parts;
    for (std::size_t i = 0; i <= Below(3); ++i) parts.push_back(Condition(fields, depth + 1));
    return {{Chance(50) ? "all" : "any", std::move(parts)}};
  }
  const Field& field = Pick(fields);
  json::object made{{"column", field.name}};
  std::vector<std::string> ops{
      "=", "!=", "<", "<=", ">", ">=", "in", "not_in", "between", "is_null", "is_not_null"};
  if (field.type == ColumnType::boolean) ops = {"=", "!=", "in", "is_null"};
  if (IsText(field.type))
    ops.insert(ops.end(), {"contains", "starts_with", "ends_with", "matches"});
  if (Temporal(field.type)) ops.insert(ops.end(), {"last", "last"});
  if (field.type == ColumnType::other) ops = {"is_null", "is_not_null"};
  const std::string op = Pick(ops);
  made["op"] = op;
  if (op == "in" || op == "not_in") {
    json::array list;
    for (std::size_t i = 0; i <= Below(3); ++i) list.push_back(Literal(field.type));
    made["value"] = std::move(list);
  } else if (op == "between") {
    made["value"] = json::array{Literal(field.type), Literal(field.type)};
  } else if (op == "last") {
    made["value"] = {{"n", 1 + static_cast<std::int64_t>(Below(40))},
                     {"unit", Chance(50) ? "day" : "month"}};
  } else if (op == "matches") {
    made["value"] = Pick(std::vector<std::string>{"^c", "[a-n]+\\d?$", "(x|note) [0-3]", "."});
  } else if (op != "is_null" && op != "is_not_null") {
    made["value"] = Literal(field.type);
    if (Chance(10)) made["value"] = {{"column", Pick(fields).name}};
    if (Chance(5) && Numeric(field.type)) made["value"] = {{"plan", Scalar()}};
  }
  if (IsText(field.type) && Chance(30)) made["case_sensitive"] = true;
  return made;
}

json::object PlanGenerator::ColumnItem(const std::vector<Field>& fields) {
  const Field& field = Pick(fields);
  json::object made{{"column", field.name}};
  if (Temporal(field.type) && Chance(80)) {
    made["grain"] = Pick(kGrains);
  } else if (Numeric(field.type) && Chance(50)) {
    // DuckDB 1.4 fails with an internal error where the bounds of a joined plan's column are looked
    // up under a condition with "any".
    made["bin"] = field.wild || Chance(50)
                      ? json::value(Pick(std::vector<double>{0.1, 5, 2.5, 10}))
                      : json::value{{"count", 1 + static_cast<std::int64_t>(Below(8))}};
  }
  return made;
}

json::object PlanGenerator::AggregateItem(const std::vector<Field>& fields) {
  static const auto kNames = base::codec::EnumNames<wire::Aggregate>();
  const std::string name(kNames[Below(kNames.size())]);
  json::object made{{"agg", name}};
  if (name == "count" && Chance(50)) {
    made["column"] = "*";
  } else {
    const bool pair =
        name == "corr" || name == "covar" || name.starts_with("arg") || name.starts_with("regr");
    const bool loose = name == "count" || name == "count_distinct" || name == "min" ||
                       name == "max" || name == "mode" || name == "first" || name == "last" ||
                       name.starts_with("arg");
    const std::vector<Field> measured = loose ? fields : Tame(fields);
    const Field* one = Some(measured, loose ? AnyType : Numeric);
    const Field* two = Some(measured, loose ? AnyType : Numeric);
    if (one == nullptr || two == nullptr) return {{"agg", "count"}};
    if (pair)
      made["column"] = json::array{one->name, two->name};
    else
      made["column"] = one->name;
  }
  if (name == "quantile") made["p"] = Pick(std::vector<double>{0, 0.25, 0.9, 1});
  if (Chance(20)) made["where"] = Condition(fields, 1);
  return made;
}

json::object PlanGenerator::CalcItem(const std::vector<Field>& fields, int depth) {
  const std::string function(wire::kCalcFunctions[Below(std::size(wire::kCalcFunctions))]);
  bool (*fits)(ColumnType) = Numeric;
  std::size_t args = 2;
  ColumnType literal = ColumnType::number;
  if (function == "year" || function == "month" || function == "day" || function == "date_diff")
    fits = Temporal;
  if (function == "hour")
    fits = [](ColumnType type) {
      return type == ColumnType::timestamp || type == ColumnType::time;
    };
  if (function == "length" || function == "lower" || function == "upper" || function == "to_number")
    fits = IsText;
  const bool alike = function == "coalesce" || function == "greatest" || function == "least";
  if (alike && Chance(50)) fits = Chance(50) ? IsText : Temporal;
  if (function == "concat") fits = AnyType;
  constexpr std::string_view kUnary[] = {"abs",   "floor", "ceil",  "sqrt",     "ln",   "log10",
                                         "exp",   "year",  "month", "day",      "hour", "length",
                                         "lower", "upper", "round", "to_number"};
  for (std::string_view unary : kUnary)
    if (unary == function) args = 1;
  json::array list;
  for (std::size_t i = 0; i < args; ++i) {
    const Field* field = Some(fields, fits);
    if (fits == Numeric && Chance(8)) {
      list.push_back(Chance(50) ? AggregateItem(fields) : json::object{{"plan", Scalar()}});
    } else if (fits == Numeric && depth < 2 && Chance(20)) {
      json::object inner = CalcItem(fields, depth + 1);
      list.push_back(std::move(inner));
    } else if (field == nullptr || (i > 0 && Chance(30))) {
      if (fits == IsText || fits == AnyType) literal = ColumnType::text;
      if (fits == Temporal) literal = ColumnType::date;
      json::value value = Literal(literal);
      list.push_back(value.is_string() ? json::value{{"literal", value}} : value);
    } else {
      list.push_back(json::value(field->name));
    }
  }
  if (function == "round" && Chance(60)) list.push_back(static_cast<std::int64_t>(Below(6)) - 2);
  if (function == "date_diff" && Chance(50))
    list.push_back(Pick(std::vector<std::string>{"month", "hour", "week"}).c_str());
  return {{"calc", function}, {"args", std::move(list)}};
}

json::object PlanGenerator::CaseItem(const std::vector<Field>& fields) {
  json::array branches;
  const Field* field = Some(fields, Numeric);
  for (std::size_t i = 0; i <= Below(2); ++i) {
    json::value then =
        field && Chance(40) ? json::value{{"column", field->name}} : Literal(ColumnType::integer);
    branches.push_back(json::object{{"when", Condition(fields, 1)}, {"then", std::move(then)}});
  }
  json::object made{{"case", std::move(branches)}};
  if (Chance(60)) made["else"] = Literal(ColumnType::number);
  return made;
}

json::array PlanGenerator::Keys(const std::vector<Field>& items) {
  json::array keys;
  for (std::size_t i = 0; i <= Below(2); ++i) {
    json::object key{{"by", Pick(items).name}};
    if (Chance(60)) key["direction"] = Chance(50) ? "desc" : "asc";
    if (Chance(30)) key["nulls"] = Chance(50) ? "first" : "last";
    keys.push_back(std::move(key));
  }
  return keys;
}

json::object PlanGenerator::WindowItem(const std::vector<Field>& items) {
  static const auto kNames = base::codec::EnumNames<wire::WindowFunction>();
  const std::string name(kNames[Below(kNames.size())]);
  json::object made{{"window", name}};
  const std::vector<Field> tame = Tame(items);
  const bool deviates = name.find("stddev") != name.npos || name == "zscore";
  const Field* of = Some(deviates ? tame : items, Numeric);
  if (of) made["of"] = of->name;
  if (Chance(40)) made["per"] = json::array{Pick(items).name};
  const bool ranks = name == "rank" || name == "dense_rank" || name == "row_number";
  const bool whole = name == "share" || name == "avg" || name == "stddev" || name == "zscore";
  if (!whole && (!ranks || Chance(50))) made["order_by"] = Keys(items);
  if (name.starts_with("moving")) made["size"] = 1 + static_cast<std::int64_t>(Below(5));
  return made;
}

std::vector<PlanGenerator::Field> PlanGenerator::SourceFields(json::object& plan, int depth) {
  std::vector<Field> fields;
  if (depth < 3 && Chance(25)) {
    json::object inner = Plan(depth + 1);
    for (const json::value& item : inner["select"].as_array()) {
      const auto& object = item.as_object();
      const bool number =
          object.contains("agg") || object.contains("window") || object.contains("calc");
      fields.push_back({"t." + std::string(object.at("as").as_string()),
                        number ? ColumnType::number : ColumnType::text, number});
    }
    plan["from"] = {{"plan", std::move(inner)}, {"as", "t"}};
    return fields;
  }
  const auto add = [&](const std::string& name, bool qualified) {
    for (const wire::ColumnSchema& column : dataset_.Find(name)->columns)
      fields.push_back({qualified ? name + "." + column.name : column.name, column.type});
  };
  static const std::vector<std::vector<std::string>> kJoined{
      {"orders", "customers"}, {"order_items", "products"},  {"order_items", "orders", "customers"},
      {"customers", "orders"}, {"order_items", "customers"}, {"orders", "products"}};
  if (Chance(40)) {
    const auto& tables = Pick(kJoined);
    plan["from"] = tables[0];
    json::array joins;
    if (tables[0] == "orders" && Chance(30)) {
      joins.push_back(json::object{
          {"plan", json::object{{"from", "order_items"},
                                {"select", json::array{json::object{{"column", "order_id"}},
                                                       json::object{{"agg", "sum"},
                                                                    {"column", "quantity"},
                                                                    {"as", "pieces"}}}}}},
          {"as", "per_order"},
          {"on", json::array{json::array{"orders.order_id", "per_order.order_id"}}}});
      fields.push_back({"per_order.pieces", ColumnType::integer, true});
    }
    for (std::size_t i = 1; i < tables.size(); ++i) {
      json::object join{{"table", tables[i]}};
      if (Chance(40)) join["kind"] = "left";
      if (tables[i] == "customers" && tables[i - 1] == "orders" && Chance(50))
        join["on"] = json::array{json::array{"orders.customer_id", "customers.id"}};
      joins.push_back(std::move(join));
    }
    plan["joins"] = std::move(joins);
    for (const std::string& table : tables) add(table, true);
    return fields;
  }
  const std::string& table = Pick(dataset_.tables).name;
  plan["from"] = table;
  add(table, Chance(20));
  return fields;
}

json::object PlanGenerator::Plan(int depth) {
  json::object plan{{"version", 1}};
  const std::vector<Field> fields = SourceFields(plan, depth);
  if (Chance(50)) plan["where"] = Condition(fields);
  json::array select;
  std::vector<Field> items;
  const auto push = [&](json::object item, ColumnType type, bool wild = false) {
    const std::string name = fmt::format("c{}", select.size());
    item["as"] = name;
    select.push_back(std::move(item));
    items.push_back({name, type, wild});
  };
  const auto type_of = [&](const json::object& item) {
    if (item.contains("grain"))
      return item.at("grain").as_string().find("_of_") == std::string::npos ? ColumnType::date
                                                                            : ColumnType::integer;
    if (item.contains("bin")) return ColumnType::number;
    for (const Field& field : fields)
      if (field.name == std::string_view(item.at("column").as_string())) return field.type;
    return ColumnType::other;
  };
  const bool aggregated = Chance(65);
  for (std::size_t i = 0; i < Below(3) + (aggregated ? 0 : 1); ++i) {
    json::object item = ColumnItem(fields);
    const ColumnType type = type_of(item);
    push(std::move(item), type);
  }
  if (Chance(15)) push(CalcItem(fields), ColumnType::number, true);
  if (Chance(10)) push(CaseItem(fields), ColumnType::number, true);
  for (std::size_t i = 0; aggregated && i <= Below(3); ++i) {
    json::object item = AggregateItem(fields);
    const bool of_calc =
        Chance(10) && select.size() > 0 && select.back().as_object().contains("calc");
    if (of_calc) item = {{"agg", "sum"}, {"column", items.back().name}};
    const bool wild = of_calc || std::any_of(fields.begin(), fields.end(),
                                             [](const Field& field) { return field.wild; });
    push(std::move(item), ColumnType::number, wild);
  }
  if (items.empty()) push({{"agg", "count"}, {"column", "*"}}, ColumnType::integer);
  if (Chance(20)) push(CalcItem(items), ColumnType::number, true);
  if (Chance(10)) push(CaseItem(items), ColumnType::number, true);
  if (Chance(30)) push(WindowItem(items), ColumnType::number, true);
  if (Chance(10)) push(WindowItem(items), ColumnType::number, true);
  plan["select"] = std::move(select);
  if (Chance(25)) plan["having"] = Condition(items);
  if (Chance(15))
    plan["top"] = {{"n", 1 + static_cast<std::int64_t>(Below(4))},
                   {"by", Pick(items).name},
                   {"per", Chance(60) ? json::array{Pick(items).name} : json::array{}}};
  if (Chance(10)) plan["distinct"] = true;
  if (Chance(50)) plan["order_by"] = Keys(Chance(80) ? items : fields);
  if (plan.contains("top") && Chance(30)) plan["top"].as_object()["ties"] = true;
  if (Chance(10)) plan["ties"] = true;
  if (plan.contains("ties") || Chance(50)) plan["limit"] = 1 + static_cast<std::int64_t>(Below(50));
  if (Chance(10)) plan["offset"] = static_cast<std::int64_t>(Below(5));
  if (Chance(10))
    plan["chart"] = {{"kind", "bar"}, {"x", items[0].name}, {"y", json::array{items.back().name}}};
  return plan;
}

json::value PlanGenerator::Mutate(json::value plan) {
  for (std::size_t round = 0; round <= Below(3); ++round) {
    json::value* at = &plan;
    while (Chance(85)) {
      if (auto* object = at->if_object(); object && !object->empty()) {
        at = &(object->begin() + static_cast<std::ptrdiff_t>(Below(object->size())))->value();
      } else if (auto* array = at->if_array(); array && !array->empty()) {
        at = &(*array)[Below(array->size())];
      } else {
        break;
      }
    }
    switch (Below(9)) {
      case 0: *at = nullptr; break;
      case 1: *at = -1; break;
      case 2: *at = json::object{{"column", "c0"}}; break;
      case 3: *at = json::array{*at, *at}; break;
      case 4: *at = "c1"; break;
      case 5: *at = 1e300; break;
      case 6:
        if (auto* object = at->if_object(); object && !object->empty())
          object->erase(object->begin());
        break;
      case 7:
        if (auto* text = at->if_string(); text && !text->empty()) (*text)[0] = 'q';
        break;
      default: *at = json::object{{"calc", "+"}, {"args", json::array{*at, 1}}}; break;
    }
  }
  return plan;
}

}  // namespace tabletalk::plan::testing
