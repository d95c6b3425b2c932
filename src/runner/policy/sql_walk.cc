#include "runner/policy/sql_walk.h"

#include <algorithm>
#include <set>

#include "base/spelling.h"
#include "runner/policy/sql_functions.h"
#include "runner/policy/sql_syntax.h"
#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace json = base::json;

namespace {

constexpr std::size_t kMaxIssues = 50;
const json::value kNull;

class Walk {
 public:
  Walk(std::string_view sql, const std::vector<wire::MountedTable>& tables) : sql_(sql) {
    for (const wire::MountedTable& table : tables) {
      table_names_.emplace_back(table.name);
      known_tables_.insert(LowerName(table.name));
      for (const wire::Column& column : table.columns)
        known_columns_.insert(LowerName(column.name));
    }
  }

  void Query(const json::value& query);  // {"node": ..., "named_param_map": ...}
  SqlFindings Take() { return std::move(findings_); }

 private:
  void Fields(const json::value& node, const Shape* shape, std::string_view kind);
  void Visit(const json::value& value, Part part);
  void Plain(const json::value& value);
  void Node(const json::value& node);
  void Ctes(const json::value& map);
  void CteCopy(const json::value& node);
  void Expression(const json::value& expression);
  void Call(const json::value& call, bool in_from);
  void Table(const json::value& table);
  void BaseTable(const json::value& table);
  void Orders(const json::value& orders);
  void Modifiers(const json::value& modifiers);
  void DataType(const json::value& type);
  void Pivots(const json::value& pivots);
  void Unknown(std::string_view what);
  void Each(const json::value& list, void (Walk::*visit)(const json::value&));
  void Add(std::string_view rule, std::string message);

  std::string_view sql_;
  std::vector<std::string_view> table_names_;
  std::set<std::string> known_tables_;
  std::set<std::string> known_columns_;
  std::vector<std::string> scope_;     // CTE names that can be seen here, lower case
  const json::value* place_ = &kNull;  // the innermost node that knows where it stands
  SqlFindings findings_;
};

/// Moves the place findings are reported at, for as long as a node is visited.
class Here {
 public:
  Here(const json::value*& place, const json::value& node) : place_(place), before_(place) {
    const json::value* location = Find(node, "query_location");
    if (location != nullptr && (location->is_int64() || location->is_uint64()) &&
        location->to_number<double>() < 1e9)
      place_ = location;
  }
  Here(const Here&) = delete;
  ~Here() { place_ = before_; }

 private:
  const json::value*& place_;
  const json::value* before_;
};

void Walk::Add(std::string_view rule, std::string message) {
  if (findings_.issues.size() >= kMaxIssues) return;
  wire::Issue issue;
  issue.rule = rule;
  issue.message = std::move(message);
  if (!place_->is_null()) {
    const TextPlace place = PlaceOf(sql_, place_->to_number<std::uint64_t>());
    issue.line = place.line;
    issue.column = place.column;
  }
  // A materialized CTE comes more than once in the tree.
  for (const wire::Issue& known : findings_.issues)
    if (known.rule == issue.rule && known.message == issue.message && known.line == issue.line &&
        known.column == issue.column)
      return;
  findings_.issues.push_back(std::move(issue));
}

void Walk::Unknown(std::string_view what) {
  Add("unknown_syntax", "\"" + std::string(what) + "\" is not allowed in a query.");
}

void Walk::Each(const json::value& list, void (Walk::*visit)(const json::value&)) {
  if (list.is_null()) return;
  if (const json::array* items = list.if_array()) {
    for (const json::value& item : *items) (this->*visit)(item);
  } else {
    Unknown("list");
  }
}

/// Visits every field of `node` as the shape says, WITH first: what it defines is seen by the rest.
void Walk::Fields(const json::value& node, const Shape* shape, std::string_view kind) {
  if (shape == nullptr || !node.is_object()) return Unknown(kind.empty() ? "node" : kind);
  const json::object& object = node.get_object();
  const std::size_t scope_before = scope_.size();
  if (const json::value* ctes = object.if_contains("cte_map")) Ctes(*ctes);
  for (const auto& member : object) {
    const Part* part = PartOf(*shape, member.key());
    if (part == nullptr) {
      Unknown(std::string(kind) + "." + std::string(member.key()));
    } else if (*part == Part::recursive_node) {
      scope_.push_back(LowerName(TextOf(node, "cte_name")));
      Node(member.value());
      scope_.pop_back();
    } else if (*part == Part::cte_copy) {
      CteCopy(node);
    } else if (*part != Part::ctes) {
      Visit(member.value(), *part);
    }
  }
  scope_.resize(scope_before);
}

void Walk::Visit(const json::value& value, Part part) {
  switch (part) {
    case Part::plain: return Plain(value);
    case Part::expression:
      if (!value.is_null()) Expression(value);
      return;
    case Part::expressions: return Each(value, &Walk::Expression);
    case Part::expression_rows:
      for (const json::value& row : value.is_array() ? value.get_array() : json::array{value})
        Each(row, &Walk::Expression);
      return;
    case Part::named_expressions:
      for (const json::value& one : value.is_array() ? value.get_array() : json::array{value})
        Expression(Find(one, "value") != nullptr ? *Find(one, "value") : kNull);
      return;
    case Part::case_checks:
      for (const json::value& check : value.is_array() ? value.get_array() : json::array{value})
        for (std::string_view arm : {"when_expr", "then_expr"})
          Expression(Find(check, arm) != nullptr ? *Find(check, arm) : kNull);
      return;
    case Part::function: return Call(value, true);
    case Part::query:
      if (!value.is_null()) Query(value);
      return;
    case Part::node:
    case Part::recursive_node: return Node(value);
    case Part::cte_copy: return Unknown("WITH");
    case Part::table:
      if (!value.is_null()) Table(value);
      return;
    case Part::order: return value.is_null() ? void() : Modifiers(json::array{value});
    case Part::orders: return Orders(value);
    case Part::modifiers: return Modifiers(value);
    case Part::ctes: return Ctes(value);
    case Part::data_type: return DataType(value);
    case Part::pivots: return Pivots(value);
    case Part::must_be_null:
      if (!value.is_null() && value != false) Unknown("clause");
      return;
  }
}

/// Names and constants: nothing in there may be something that is evaluated.
void Walk::Plain(const json::value& value) {
  if (const json::array* list = value.if_array()) {
    for (const json::value& one : *list) Plain(one);
  } else if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) {
      for (std::string_view evaluated : {"class", "node", "function_name", "table_name"})
        if (member.key() == evaluated) return Unknown(evaluated);
      Plain(member.value());
    }
  }
}

void Walk::Query(const json::value& query) {
  const json::object* object = query.if_object();
  if (object == nullptr || !object->contains("node")) return Unknown("query");
  for (const auto& member : *object) {
    if (member.key() == "node") {
      Node(member.value());
    } else if (member.key() != "named_param_map") {
      Unknown(member.key());
    }
  }
}

void Walk::Node(const json::value& node) {
  Fields(node, NodeShape(TextOf(node, "type")), TextOf(node, "type"));
}

/// A CTE sees those before it, never itself (a recursive one does in its second arm) nor those
/// after it; DuckDB resolves a name in its own body to the dataset's table of that name.
void Walk::Ctes(const json::value& ctes) {
  const json::value* map = Find(ctes, "map");
  if (map == nullptr || !map->is_array()) return Unknown("WITH");
  for (const json::value& entry : map->get_array()) {
    const json::value* cte = Find(entry, "value");
    const json::object* fields = cte != nullptr ? cte->if_object() : nullptr;
    if (fields == nullptr) return Unknown("WITH");
    for (const auto& field : *fields) {
      if (field.key() == "query") {
        Query(field.value());
      } else if (field.key() == "key_targets") {
        Each(field.value(), &Walk::Expression);
      } else if (field.key() == "aliases" || field.key() == "materialized") {
        Plain(field.value());
      } else {
        Unknown(field.key());
      }
    }
    scope_.push_back(LowerName(TextOf(entry, "key")));
  }
}

/// The copy needs no walk of its own, which would be in the wrong scope, if it is a copy.
void Walk::CteCopy(const json::value& node) {
  const json::value* copy = Find(node, "query");
  const json::value* ctes = Find(node, "cte_map");
  const json::value* map = ctes != nullptr ? Find(*ctes, "map") : nullptr;
  if (copy == nullptr || map == nullptr || !map->is_array()) return Unknown("WITH");
  for (const json::value& entry : map->get_array()) {
    if (TextOf(entry, "key") != TextOf(node, "cte_name")) continue;
    const json::value* cte = Find(entry, "value");
    const json::value* query = cte != nullptr ? Find(*cte, "query") : nullptr;
    const json::value* original = query != nullptr ? Find(*query, "node") : nullptr;
    if (original != nullptr && SameTree(*original, *copy)) return;
  }
  Unknown("WITH");
}

void Walk::Expression(const json::value& expression) {
  const Here here(place_, expression);
  const std::string_view kind = TextOf(expression, "class");
  const Shape* shape = ExpressionShape(kind);
  if (shape != nullptr && !AllowsType(*shape, TextOf(expression, "type")))
    return Unknown(TextOf(expression, "type"));
  if (kind == "FUNCTION" || kind == "WINDOW") return Call(expression, false);
  if (kind == "COLUMN_REF") {
    const json::value* names = Find(expression, "column_names");
    if (names != nullptr && names->is_array() && names->get_array().size() == 1 &&
        names->get_array().front().is_string()) {
      const std::string name = LowerName(names->get_array().front().get_string());
      if (IsClockName(name) && !known_columns_.contains(name)) findings_.changing = true;
    }
  }
  Fields(expression, shape, kind);
}

/// A function's schema may also be a column, as in name.upper(); what counts is the name. Only
/// the schemas that hold DuckDB's catalogue functions are refused.
void Walk::Call(const json::value& call, bool in_from) {
  const Here here(place_, call);
  const std::string name(TextOf(call, "function_name"));
  const std::string schema = LowerName(TextOf(call, "schema"));
  const std::string catalog = LowerName(TextOf(call, "catalog"));
  const bool foreign = schema == "pg_catalog" || schema == "information_schema" ||
                       catalog == "system" || catalog == "temp" || catalog == "memory";
  if (foreign || (in_from && (!catalog.empty() || (!schema.empty() && schema != "main"))))
    Add("qualified_name", "\"" + name + "\" is called in a schema that is not the dataset's.");
  if (in_from) {
    if (!IsTableFunction(name))
      Add("table_function_not_allowed",
          "\"" + name + "\" cannot be used in FROM; range, generate_series and unnest can.");
  } else {
    switch (ScalarFunction(name)) {
      case FunctionKind::none:
        Add("function_not_allowed", "The function \"" + name + "\" is not allowed.");
        break;
      case FunctionKind::changing: findings_.changing = true; break;
      case FunctionKind::pure: break;
    }
  }
  const std::string_view kind = TextOf(call, "class");
  Fields(call, kind == "FUNCTION" || kind == "WINDOW" ? ExpressionShape(kind) : nullptr, kind);
}

void Walk::Table(const json::value& table) {
  const Here here(place_, table);
  const std::string_view kind = TextOf(table, "type");
  if (kind == "SHOW_REF")
    return Add("catalogue_access", "DESCRIBE, SHOW and SUMMARIZE are not allowed in a query.");
  if (kind == "BASE_TABLE") BaseTable(table);
  Fields(table, TableShape(kind), kind);
}

void Walk::BaseTable(const json::value& table) {
  const std::string_view name = TextOf(table, "table_name");
  const std::string schema = LowerName(TextOf(table, "schema_name"));
  const std::string lower = LowerName(name);
  if (!TextOf(table, "catalog_name").empty() || (!schema.empty() && schema != "main"))
    return Add("qualified_name",
               "Tables are named without a schema or catalogue: \"" + std::string(name) + "\".");
  const bool is_cte =
      schema.empty() && std::find(scope_.begin(), scope_.end(), lower) != scope_.end();
  if (is_cte || known_tables_.contains(lower)) return;
  std::string message = "There is no table \"" + std::string(name) + "\" in this dataset.";
  if (const auto nearest = base::NearestName(name, table_names_))
    message += " Did you mean \"" + *nearest + "\"?";
  Add("unknown_table", std::move(message));
}

void Walk::Orders(const json::value& orders) {
  for (const json::value& order : orders.is_array() ? orders.get_array() : json::array{orders}) {
    if (!order.is_object()) return Unknown("ORDER BY");
    for (const auto& field : order.get_object()) {
      if (field.key() == "expression") {
        Expression(field.value());
      } else if (field.key() == "type" || field.key() == "null_order") {
        Plain(field.value());
      } else {
        Unknown(field.key());
      }
    }
  }
}

void Walk::Modifiers(const json::value& modifiers) {
  if (!modifiers.is_array()) return Unknown("modifiers");
  for (const json::value& modifier : modifiers.get_array())
    Fields(modifier, ModifierShape(TextOf(modifier, "type")), TextOf(modifier, "type"));
}

void Walk::DataType(const json::value& type) {
  if (IsKnownDataType(type)) return;
  const json::value* info = Find(type, "type_info");
  std::string name(info != nullptr ? TextOf(*info, "user_type_name") : "");
  if (name.empty()) name = TextOf(type, "id");
  Add("type_not_allowed", "There is no built-in type \"" + name + "\".");
}

void Walk::Pivots(const json::value& pivots) {
  if (!pivots.is_array()) return Unknown("PIVOT");
  for (const json::value& pivot : pivots.get_array()) {
    if (!pivot.is_object()) return Unknown("PIVOT");
    for (const auto& field : pivot.get_object()) {
      if (field.key() == "pivot_expressions") {
        Each(field.value(), &Walk::Expression);
      } else if (field.key() == "entries") {
        for (const json::value& entry : field.value().as_array()) {
          for (const auto& part : entry.as_object()) {
            if (part.key() == "star_expr") {
              Visit(part.value(), Part::expression);
            } else {
              Plain(part.value());
            }
          }
        }
      } else if (field.key() == "pivot_enum") {
        if (field.value() != "") Unknown("PIVOT over an enum");
      } else {
        Plain(field.value());
      }
    }
  }
}

}  // namespace

SqlFindings WalkSql(std::string_view sql, const json::value& root,
                    const std::vector<wire::MountedTable>& tables) {
  Walk walk(sql, tables);
  walk.Query(root);
  return walk.Take();
}

}  // namespace tabletalk::runner
