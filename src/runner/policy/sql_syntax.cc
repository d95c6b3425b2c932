#include "runner/policy/sql_syntax.h"

#include <algorithm>
#include <iterator>

#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace json = base::json;

namespace {

// Fields every node of a family has.
constexpr Field kEvery[] = {{"class", Part::plain},  {"type", Part::plain},
                            {"alias", Part::plain},  {"query_location", Part::plain},
                            {"sample", Part::plain}, {"column_name_alias", Part::plain}};

// --- expressions
constexpr Field kColumnRef[] = {{"column_names", Part::plain}};
constexpr Field kConstant[] = {{"value", Part::plain}};
constexpr Field kParameter[] = {{"identifier", Part::plain}};
constexpr Field kPositional[] = {{"index", Part::plain}};
constexpr Field kFunction[] = {{"function_name", Part::plain},
                               {"schema", Part::plain},
                               {"catalog", Part::plain},
                               {"children", Part::expressions},
                               {"filter", Part::expression},
                               {"order_bys", Part::order},
                               {"distinct", Part::plain},
                               {"is_operator", Part::plain},
                               {"export_state", Part::must_be_null}};
constexpr Field kWindow[] = {{"function_name", Part::plain},
                             {"schema", Part::plain},
                             {"catalog", Part::plain},
                             {"children", Part::expressions},
                             {"partitions", Part::expressions},
                             {"orders", Part::orders},
                             {"start", Part::plain},
                             {"end", Part::plain},
                             {"start_expr", Part::expression},
                             {"end_expr", Part::expression},
                             {"offset_expr", Part::expression},
                             {"default_expr", Part::expression},
                             {"ignore_nulls", Part::plain},
                             {"filter_expr", Part::expression},
                             {"exclude_clause", Part::plain},
                             {"distinct", Part::plain},
                             {"arg_orders", Part::orders}};
constexpr Field kCast[] = {
    {"child", Part::expression}, {"cast_type", Part::data_type}, {"try_cast", Part::plain}};
constexpr Field kCollate[] = {{"child", Part::expression}, {"collation", Part::plain}};
constexpr Field kCase[] = {{"case_checks", Part::case_checks}, {"else_expr", Part::expression}};
constexpr Field kComparison[] = {{"left", Part::expression}, {"right", Part::expression}};
constexpr Field kChildren[] = {{"children", Part::expressions}};
constexpr Field kBetween[] = {
    {"input", Part::expression}, {"lower", Part::expression}, {"upper", Part::expression}};
constexpr Field kLambda[] = {{"lhs", Part::expression}, {"expr", Part::expression}};
constexpr Field kSubquery[] = {{"subquery_type", Part::plain},
                               {"subquery", Part::query},
                               {"child", Part::expression},
                               {"comparison_type", Part::plain}};
constexpr Field kStar[] = {{"relation_name", Part::plain},
                           {"exclude_list", Part::plain},
                           {"replace_list", Part::named_expressions},
                           {"columns", Part::plain},
                           {"expr", Part::expression},
                           {"qualified_exclude_list", Part::plain},
                           {"rename_list", Part::plain}};

constexpr Shape kExpressions[] = {
    {"COLUMN_REF", "COLUMN_REF", kColumnRef},
    {"CONSTANT", "VALUE_CONSTANT", kConstant},
    {"PARAMETER", "VALUE_PARAMETER", kParameter},
    {"POSITIONAL_REFERENCE", "POSITIONAL_REFERENCE", kPositional},
    {"FUNCTION", "FUNCTION", kFunction},
    {"WINDOW", "WINDOW_*", kWindow},
    {"CAST", "OPERATOR_CAST", kCast},
    {"COLLATE", "COLLATE", kCollate},
    {"CASE", "CASE_EXPR", kCase},
    {"COMPARISON", "COMPARE_*", kComparison},
    {"CONJUNCTION", "CONJUNCTION_*", kChildren},
    {"OPERATOR",
     "OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE OPERATOR_TRY "
     "OPERATOR_NULLIF OPERATOR_UNPACK COMPARE_IN COMPARE_NOT_IN GROUPING_FUNCTION ARRAY_EXTRACT "
     "ARRAY_SLICE ARRAY_CONSTRUCTOR STRUCT_EXTRACT ARROW",
     kChildren},
    {"BETWEEN", "COMPARE_BETWEEN", kBetween},
    {"LAMBDA", "LAMBDA", kLambda},
    {"SUBQUERY", "SUBQUERY", kSubquery},
    {"STAR", "STAR", kStar},
};

// --- table references
constexpr Field kBaseTable[] = {{"schema_name", Part::plain},
                                {"table_name", Part::plain},
                                {"catalog_name", Part::plain},
                                {"at_clause", Part::must_be_null}};
constexpr Field kTableSubquery[] = {{"subquery", Part::query}};
constexpr Field kJoin[] = {
    {"left", Part::table},           {"right", Part::table},
    {"condition", Part::expression}, {"join_type", Part::plain},
    {"ref_type", Part::plain},       {"using_columns", Part::plain},
    {"delim_flipped", Part::plain},  {"duplicate_eliminated_columns", Part::expressions}};
constexpr Field kTableFunction[] = {{"function", Part::function}, {"with_ordinality", Part::plain}};
constexpr Field kExpressionList[] = {{"expected_names", Part::plain},
                                     {"expected_types", Part::plain},
                                     {"values", Part::expression_rows}};
constexpr Field kPivot[] = {{"source", Part::table},        {"aggregates", Part::expressions},
                            {"unpivot_names", Part::plain}, {"pivots", Part::pivots},
                            {"groups", Part::plain},        {"include_nulls", Part::plain}};

constexpr Shape kTables[] = {
    {"BASE_TABLE", "", kBaseTable},
    {"SUBQUERY", "", kTableSubquery},
    {"JOIN", "", kJoin},
    {"TABLE_FUNCTION", "", kTableFunction},
    {"EXPRESSION_LIST", "", kExpressionList},
    {"PIVOT", "", kPivot},
    {"EMPTY", "", {}},
};

// --- query nodes
constexpr Field kSelectNode[] = {
    {"modifiers", Part::modifiers},     {"cte_map", Part::ctes},
    {"select_list", Part::expressions}, {"from_table", Part::table},
    {"where_clause", Part::expression}, {"group_expressions", Part::expressions},
    {"group_sets", Part::plain},        {"aggregate_handling", Part::plain},
    {"having", Part::expression},       {"qualify", Part::expression}};
constexpr Field kSetOperation[] = {{"modifiers", Part::modifiers}, {"cte_map", Part::ctes},
                                   {"setop_type", Part::plain},    {"setop_all", Part::plain},
                                   {"left", Part::node},           {"right", Part::node},
                                   {"children", Part::plain}};
constexpr Field kRecursive[] = {{"modifiers", Part::modifiers}, {"cte_map", Part::ctes},
                                {"cte_name", Part::plain},      {"union_all", Part::plain},
                                {"left", Part::node},           {"right", Part::recursive_node},
                                {"aliases", Part::plain},       {"key_targets", Part::expressions}};
// WITH x AS MATERIALIZED: the CTE's query once more, and the query that may use it.
constexpr Field kCteNode[] = {{"modifiers", Part::modifiers}, {"cte_map", Part::ctes},
                              {"cte_name", Part::plain},      {"query", Part::cte_copy},
                              {"child", Part::node},          {"aliases", Part::plain}};
constexpr Shape kNodes[] = {{"CTE_NODE", "", kCteNode},
                            {"SELECT_NODE", "", kSelectNode},
                            {"SET_OPERATION_NODE", "", kSetOperation},
                            {"RECURSIVE_CTE_NODE", "", kRecursive}};

// --- modifiers
constexpr Field kLimit[] = {{"limit", Part::expression}, {"offset", Part::expression}};
constexpr Field kOrder[] = {{"orders", Part::orders}};
constexpr Field kDistinct[] = {{"distinct_on_targets", Part::expressions}};
constexpr Shape kModifiers[] = {{"LIMIT_MODIFIER", "", kLimit},
                                {"LIMIT_PERCENT_MODIFIER", "", kLimit},
                                {"ORDER_MODIFIER", "", kOrder},
                                {"DISTINCT_MODIFIER", "", kDistinct}};

constexpr std::string_view kDataTypes[] = {"BOOLEAN",
                                           "TINYINT",
                                           "SMALLINT",
                                           "INTEGER",
                                           "BIGINT",
                                           "HUGEINT",
                                           "UTINYINT",
                                           "USMALLINT",
                                           "UINTEGER",
                                           "UBIGINT",
                                           "UHUGEINT",
                                           "FLOAT",
                                           "DOUBLE",
                                           "DECIMAL",
                                           "VARCHAR",
                                           "CHAR",
                                           "BLOB",
                                           "BIT",
                                           "UUID",
                                           "DATE",
                                           "TIME",
                                           "TIME WITH TIME ZONE",
                                           "TIMESTAMP",
                                           "TIMESTAMP_S",
                                           "TIMESTAMP_MS",
                                           "TIMESTAMP_NS",
                                           "TIMESTAMP WITH TIME ZONE",
                                           "INTERVAL",
                                           "ENUM",
                                           "LIST",
                                           "ARRAY",
                                           "STRUCT",
                                           "MAP",
                                           "UNION",
                                           "NULL",
                                           "BIGNUM",
                                           "TIME_NS"};

template <std::size_t N>
const Shape* Look(const Shape (&shapes)[N], std::string_view kind) {
  for (const Shape& shape : shapes)
    if (shape.kind == kind) return &shape;
  return nullptr;
}

/// Every data type named anywhere inside.
bool AllKnown(const json::value& inside) {
  if (const json::array* list = inside.if_array())
    return std::all_of(list->begin(), list->end(), AllKnown);
  const json::object* object = inside.if_object();
  if (object == nullptr) return true;
  if (object->contains("id") && !IsKnownDataType(inside)) return false;
  return std::all_of(object->begin(), object->end(), [](const auto& member) {
    return member.key() == "type_info" || AllKnown(member.value());
  });
}

}  // namespace

const Shape* ExpressionShape(std::string_view kind) { return Look(kExpressions, kind); }
const Shape* TableShape(std::string_view kind) { return Look(kTables, kind); }
const Shape* NodeShape(std::string_view kind) { return Look(kNodes, kind); }
const Shape* ModifierShape(std::string_view kind) { return Look(kModifiers, kind); }

const Part* PartOf(const Shape& shape, std::string_view field) {
  for (const Field& one : shape.fields)
    if (one.name == field) return &one.part;
  for (const Field& one : kEvery)
    if (one.name == field) return &one.part;
  return nullptr;
}

bool AllowsType(const Shape& shape, std::string_view type) {
  std::string_view rest = shape.types;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view one = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    if (one == type) return true;
    if (one.ends_with('*') && type.starts_with(one.substr(0, one.size() - 1))) return true;
  }
  return false;
}

bool IsKnownDataType(const json::value& type) {
  const std::string_view id = TextOf(type, "id");
  const json::value* info = Find(type, "type_info");
  if (id == "USER") {
    return info != nullptr && LowerName(TextOf(*info, "user_type_name")) == "json" &&
           TextOf(*info, "catalog").empty() && TextOf(*info, "schema").empty();
  }
  if (std::find(std::begin(kDataTypes), std::end(kDataTypes), id) == std::end(kDataTypes))
    return false;
  if (info == nullptr || info->is_null()) return true;
  const json::object* fields = info->if_object();
  return fields != nullptr && std::all_of(fields->begin(), fields->end(), [](const auto& field) {
           return AllKnown(field.value());
         });
}

bool IsPlainCast(const json::value& root) {
  const json::value* node = Find(root, "node");
  const json::value* list = node != nullptr ? Find(*node, "select_list") : nullptr;
  const json::value* from = node != nullptr ? Find(*node, "from_table") : nullptr;
  const json::value* where = node != nullptr ? Find(*node, "where_clause") : nullptr;
  const json::value* modifiers = node != nullptr ? Find(*node, "modifiers") : nullptr;
  if (list == nullptr || from == nullptr || where == nullptr || modifiers == nullptr) return false;
  if (TextOf(*from, "type") != "EMPTY" || !where->is_null()) return false;
  if (!modifiers->is_array() || !modifiers->get_array().empty()) return false;
  if (!list->is_array() || list->get_array().size() != 1) return false;
  const json::value& cast = list->get_array().front();
  const json::value* child = Find(cast, "child");
  const json::value* type = Find(cast, "cast_type");
  return TextOf(cast, "class") == "CAST" && TextOf(cast, "alias").empty() && child != nullptr &&
         TextOf(*child, "class") == "CONSTANT" && type != nullptr && IsKnownDataType(*type);
}

}  // namespace tabletalk::runner
