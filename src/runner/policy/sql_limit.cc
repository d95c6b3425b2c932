#include "runner/policy/sql_limit.h"

#include <algorithm>
#include <cctype>

#include "runner/sql/engine.h"
#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace json = base::json;

namespace {

json::value Constant(std::uint64_t number) {
  return json::object{
      {"class", "CONSTANT"},
      {"type", "VALUE_CONSTANT"},
      {"alias", ""},
      {"query_location", 0},
      {"value", json::object{{"type", json::object{{"id", "INTEGER"}, {"type_info", nullptr}}},
                             {"is_null", false},
                             {"value", static_cast<std::int64_t>(number)}}}};
}

/// least(CAST(limit AS BIGINT), max): the smaller one, and max where the limit is null.
json::value Least(const json::value& limit, std::uint64_t max_limit) {
  const json::value cast = json::object{
      {"class", "CAST"},  {"type", "OPERATOR_CAST"},
      {"alias", ""},      {"query_location", 0},
      {"child", limit},   {"cast_type", json::object{{"id", "BIGINT"}, {"type_info", nullptr}}},
      {"try_cast", false}};
  return json::object{
      {"class", "FUNCTION"},
      {"type", "FUNCTION"},
      {"alias", ""},
      {"query_location", 0},
      {"function_name", "least"},
      {"schema", ""},
      {"children", json::array{cast, Constant(max_limit)}},
      {"filter", nullptr},
      {"order_bys", json::object{{"type", "ORDER_MODIFIER"}, {"orders", json::array{}}}},
      {"distinct", false},
      {"is_operator", false},
      {"export_state", false},
      {"catalog", ""}};
}

json::array& ModifiersOf(json::value& root) {
  const json::value* node = OutermostNode(root);
  return const_cast<json::value*>(node)->as_object().at("modifiers").as_array();
}

/// The LIMIT modifier of the outermost query, made where there is none.
json::object& LimitOf(json::value& root) {
  json::array& modifiers = ModifiersOf(root);
  for (json::value& modifier : modifiers)
    if (TextOf(modifier, "type") == "LIMIT_MODIFIER") return modifier.get_object();
  modifiers.emplace_back(
      json::object{{"type", "LIMIT_MODIFIER"}, {"limit", nullptr}, {"offset", nullptr}});
  return modifiers.back().get_object();
}

std::optional<std::uint64_t> ConstantLimit(const json::value& limit) {
  if (TextOf(limit, "class") != "CONSTANT") return std::nullopt;
  const json::value* value = Find(limit, "value");
  const json::value* number = value != nullptr ? Find(*value, "value") : nullptr;
  if (number == nullptr) return std::nullopt;
  if (number->is_uint64()) return number->get_uint64();
  if (number->is_int64() && number->get_int64() >= 0)
    return static_cast<std::uint64_t>(number->get_int64());
  return std::nullopt;
}

std::string WithoutTail(const std::string& sql) {
  const std::size_t last = sql.find_last_not_of(" \t\r\n\f\v;");
  return sql.substr(0, last == std::string::npos ? 0 : last + 1);
}

/// `sql` with the number at `place` replaced; "" if there is none.
std::string ReplaceNumber(const std::string& sql, const json::value& limit, std::uint64_t number) {
  const json::value* location = Find(limit, "query_location");
  if (location == nullptr || !(location->is_int64() || location->is_uint64())) return {};
  const std::uint64_t start = location->to_number<std::uint64_t>();
  if (start >= sql.size()) return {};
  std::uint64_t end = start;
  while (end < sql.size() &&
         (std::isdigit(static_cast<unsigned char>(sql[end])) || sql[end] == '_'))
    ++end;
  if (end == start) return {};
  return sql.substr(0, start) + std::to_string(number) + sql.substr(end);
}

class Limiter {
 public:
  Limiter(const Engine& engine, std::string sql, json::value wanted)
      : engine_(engine), wanted_(std::move(wanted)) {
    limited_.sql = std::move(sql);
  }

  /// Takes `candidate` if it is the wanted statement.
  bool Try(const std::string& candidate) {
    if (candidate.empty()) return false;
    SqlTree tree = ParseSql(engine_, candidate);
    if (!tree.ok() || !SameTree(tree.root, wanted_)) return false;
    limited_.sql = candidate;
    limited_.root = std::move(tree.root);
    return true;
  }

  LimitedSql Finish(std::string candidate, std::string_view rule, std::string message) {
    wire::Issue issue;
    issue.rule = rule;
    issue.message = std::move(message);
    issue.severity = wire::Severity::info;
    if (!Try(candidate)) {
      limited_.kept_places = false;
      if (!Try(WriteSql(engine_, wanted_))) {
        issue.rule = "limit_not_supported";
        issue.message = "No LIMIT can be written into this statement; give it a plain LIMIT.";
        issue.severity = wire::Severity::error;
      }
    }
    limited_.issue = std::move(issue);
    return std::move(limited_);
  }

 private:
  const Engine& engine_;
  json::value wanted_;
  LimitedSql limited_;
};

}  // namespace

LimitedSql LimitSql(const Engine& engine, const std::string& sql, const json::value& root,
                    std::uint64_t default_limit, std::uint64_t max_limit) {
  json::value wanted = root;
  for (const json::value& modifier : ModifiersOf(wanted)) {
    if (TextOf(modifier, "type") == "LIMIT_PERCENT_MODIFIER") {
      LimitedSql refused{sql, root, true, wire::Issue{}};
      refused.issue->rule = "limit_not_supported";
      refused.issue->message = "LIMIT takes a number of rows here, not a percentage.";
      return refused;
    }
  }
  json::object& modifier = LimitOf(wanted);
  const json::value limit = modifier.at("limit");
  const std::string most = std::to_string(max_limit);
  if (limit.is_null()) {
    const std::uint64_t added = std::min(default_limit, max_limit);
    modifier["limit"] = Constant(added);
    return Limiter(engine, sql, std::move(wanted))
        .Finish(WithoutTail(sql) + "\nLIMIT " + std::to_string(added), "limit_added",
                "No LIMIT was given; the first " + std::to_string(added) + " rows are returned.");
  }
  if (const auto number = ConstantLimit(limit)) {
    if (*number <= max_limit) return {sql, root, true, std::nullopt};
    modifier["limit"] = Constant(max_limit);
    return Limiter(engine, sql, std::move(wanted))
        .Finish(ReplaceNumber(sql, limit, max_limit), "limit_lowered",
                "LIMIT " + std::to_string(*number) + " was lowered to " + most + ".");
  }
  modifier["limit"] = Least(limit, max_limit);
  return Limiter(engine, sql, std::move(wanted))
      .Finish("", "limit_lowered", "The LIMIT is capped at " + most + " rows.");
}

}  // namespace tabletalk::runner
