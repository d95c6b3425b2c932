// Plans as models write them.
//
// The decoder of plans is strict, for good reason: a field that is passed over in silence changes
// the answer. But each refusal costs a small model one of its few attempts, and most of what it
// gets wrong is form, not meaning: SQL's words for the plan's ("group_by", "==", "DESC", "mean"), a
// single thing where a list is wanted, a name where an object is wanted, empty parts written out.
//
// So a plan is mended before it is decoded, under one rule: only where the writer can have meant
// nothing else. A list of conditions is "all" of them; a bare text in "select" is a column; a
// "group_by" whose columns are selected says what the plan means anyway, and one whose columns are
// not puts them in front. Names of columns and tables, values and numbers are never touched: what
// is wrong with those is the type check's to say, with candidates. What was run is shown as the
// plan that it became.
#include "analyst/tools/plan_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "wire/policy.h"

namespace tabletalk::analyst {

namespace json = base::json;

namespace {

using Word = std::pair<std::string_view, std::string_view>;

constexpr std::array<Word, 17> kOps{{{"==", "="},
                                     {"<>", "!="},
                                     {"eq", "="},
                                     {"equals", "="},
                                     {"ne", "!="},
                                     {"neq", "!="},
                                     {"gt", ">"},
                                     {"gte", ">="},
                                     {"ge", ">="},
                                     {"lt", "<"},
                                     {"lte", "<="},
                                     {"le", "<="},
                                     {"not in", "not_in"},
                                     {"is null", "is_null"},
                                     {"is not null", "is_not_null"},
                                     {"startswith", "starts_with"},
                                     {"endswith", "ends_with"}}};
constexpr std::array<Word, 7> kAggregates{{{"average", "avg"},
                                           {"mean", "avg"},
                                           {"minimum", "min"},
                                           {"maximum", "max"},
                                           {"nunique", "count_distinct"},
                                           {"distinct_count", "count_distinct"},
                                           {"percentile", "quantile"}}};
constexpr std::array<Word, 4> kCharts{
    {{"column", "bar"}, {"columns", "bar"}, {"bars", "bar"}, {"boxplot", "box"}}};
constexpr std::array<Word, 2> kDirections{{{"ascending", "asc"}, {"descending", "desc"}}};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool IsBlank(const json::value& value) {
  if (value.is_null()) return true;
  if (const auto* text = value.if_string()) return text->empty();
  if (const auto* list = value.if_array()) return list->empty();
  if (const auto* object = value.if_object()) return object->empty();
  return false;
}

void DropBlank(json::object& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const auto* value = object.if_contains(name); value != nullptr && IsBlank(*value))
      object.erase(name);
}

/// The first of `others` becomes `name` where `name` is not there.
void Rename(json::object& object, std::string_view name,
            std::initializer_list<std::string_view> others) {
  if (object.contains(name)) return;
  for (const std::string_view other : others) {
    auto* value = object.if_contains(other);
    if (value == nullptr) continue;
    json::value moved = std::move(*value);
    object.erase(other);
    object[name] = std::move(moved);
    return;
  }
}

template <std::size_t N>
void MendWord(json::object& object, std::string_view name, const std::array<Word, N>& words) {
  auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return;
  std::string word = Lower(std::string_view(value->get_string()));
  for (const auto& [written, meant] : words)
    if (word == written) word = meant;
  *value = std::move(word);
}

void MakeList(json::object& object, std::string_view name) {
  auto* value = object.if_contains(name);
  if (value == nullptr || value->is_array()) return;
  json::value only = std::move(*value);
  object[name] = json::array{std::move(only)};
}

void MendWhole(json::object& object, std::string_view name) {
  auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc() && end == text->data() + text->size()) *value = number;
}

// ---- conditions ----

void MendCondition(json::value& condition) {
  if (auto* list = condition.if_array()) {
    json::value all = std::move(*list);
    condition = json::object{{"all", std::move(all)}};
  }
  auto* object = condition.if_object();
  if (object == nullptr) return;
  Rename(*object, "all", {"and", "AND"});
  Rename(*object, "any", {"or", "OR"});
  for (const std::string_view group : {"all", "any"}) {
    auto* parts = object->if_contains(group);
    if (parts == nullptr) continue;
    MakeList(*object, group);
    for (json::value& part : object->at(group).as_array()) MendCondition(part);
  }
  if (auto* inner = object->if_contains("not")) MendCondition(*inner);
  if (!object->contains("column") && !object->contains("field")) return;
  Rename(*object, "column", {"field"});
  Rename(*object, "op", {"operator"});
  Rename(*object, "value", {"values"});
  MendWord(*object, "op", kOps);
  DropBlank(*object, {"case_sensitive"});
}

/// An empty condition holds for every row, as none does.
void MendConditionField(json::object& object, std::string_view name) {
  DropBlank(object, {name});
  auto* condition = object.if_contains(name);
  if (condition == nullptr) return;
  MendCondition(*condition);
  const auto* fields = condition->if_object();
  if (fields == nullptr || fields->size() != 1) return;
  const auto* all = fields->if_contains("all");
  if (all != nullptr && IsBlank(*all)) object.erase(name);
}

// ---- the parts of a plan ----

void MendItem(json::value& item) {
  if (item.is_string()) {
    json::value name = std::move(item);
    item = json::object{{"column", std::move(name)}};
  }
  auto* object = item.if_object();
  if (object == nullptr) return;
  Rename(*object, "column", {"field"});
  Rename(*object, "as", {"alias"});
  Rename(*object, "agg", {"aggregate", "aggregation", "func"});
  DropBlank(*object, {"as", "agg", "grain", "bin", "p", "of", "per", "order_by", "size", "calc",
                      "window", "case", "else"});
  MendWord(*object, "agg", kAggregates);
  MendWord(*object, "grain", std::array<Word, 0>{});
  MendConditionField(*object, "where");
}

void MendKey(json::value& key) {
  if (const auto* text = key.if_string()) {
    const std::string written(*text);
    const auto blank = written.rfind(' ');
    const std::string last = blank == written.npos ? "" : Lower(written.substr(blank + 1));
    if (last == "desc" || last == "asc") {
      key = json::object{{"by", written.substr(0, blank)}, {"direction", last}};
    } else {
      key = json::object{{"by", written}};
    }
  }
  auto* object = key.if_object();
  if (object == nullptr) return;
  Rename(*object, "by", {"column", "field", "name"});
  Rename(*object, "direction", {"order", "dir", "sort"});
  DropBlank(*object, {"direction", "nulls"});
  MendWord(*object, "direction", kDirections);
}

void MendKeys(json::object& object) {
  DropBlank(object, {"order_by"});
  if (!object.contains("order_by")) return;
  MakeList(object, "order_by");
  for (json::value& key : object.at("order_by").as_array()) MendKey(key);
}

void MendJoin(json::value& join) {
  if (join.is_string()) {
    json::value name = std::move(join);
    join = json::object{{"table", std::move(name)}};
  }
  auto* object = join.if_object();
  if (object == nullptr) return;
  Rename(*object, "kind", {"type", "how"});
  DropBlank(*object, {"kind", "on"});
  MendWord(*object, "kind", std::array<Word, 2>{{{"inner join", "inner"}, {"left join", "left"}}});
  auto* on = object->if_contains("on");
  auto* pair = on == nullptr ? nullptr : on->if_array();
  if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string())
    return;
  json::value only = std::move(*pair);
  *on = json::array{std::move(only)};
}

bool Selects(const json::array& items, const json::value& group) {
  const auto* wanted = group.if_object();
  for (const json::value& item : items) {
    const auto* object = item.if_object();
    if (object == nullptr) continue;
    if (wanted != nullptr && *object == *wanted) return true;
    for (const std::string_view field : {"column", "as"})
      if (const auto* name = object->if_contains(field);
          name != nullptr && *name == group && !object->contains("agg"))
        return true;
  }
  return false;
}

void MendGroups(json::object& plan) {
  Rename(plan, "group_by", {"groupby", "groupBy", "group"});
  if (!plan.contains("group_by")) return;
  MakeList(plan, "group_by");
  const json::array groups = plan.at("group_by").as_array();
  auto* select = plan.if_contains("select");
  if (select == nullptr || !select->is_array()) return;
  json::array& items = select->get_array();
  std::size_t place = 0;
  for (const json::value& group : groups) {
    if (!group.is_string() && !group.is_object()) return;  // The decoder says so.
    json::value item = group;
    MendItem(item);
    if (!Selects(items, group) && !Selects(items, item))
      items.insert(items.begin() + static_cast<std::ptrdiff_t>(place++), std::move(item));
  }
  plan.erase("group_by");
}

void MendSource(json::object& plan) {
  Rename(plan, "from", {"table"});
  auto* from = plan.if_contains("from");
  if (from == nullptr) return;
  if (auto* list = from->if_array(); list != nullptr && list->size() == 1) {
    json::value only = std::move(list->front());
    *from = std::move(only);
  }
  auto* nested = from->if_object();
  if (nested == nullptr) return;
  Rename(*nested, "as", {"alias"});
  if (auto* inner = nested->if_contains("plan")) MendPlan(*inner);
}

base::Error Malformed(const base::Error& error) {
  std::vector<wire::Issue> issues;
  if (const auto* found = error.details().if_contains("issues"))
    for (const json::value& issue : found->as_array()) {
      const std::string path(issue.at("path").as_string());
      wire::Issue& made = issues.emplace_back();
      made.rule = "malformed_plan";
      made.path = path;
      made.message = (path.empty() ? "The plan" : path + ":") + " " +
                     std::string(issue.at("message").as_string());
    }
  return base::MakeError(base::ErrorCode::rejected,
                         issues.empty() ? error.public_message() : issues.front().message)
      .WithDetail("issues", base::ToJson(issues));
}

bool LooksLikePlan(const json::object& object) {
  return object.contains("select") || object.contains("from");
}

}  // namespace

void MendChart(json::value& chart) {
  if (chart.is_string()) {
    json::value kind = std::move(chart);
    chart = json::object{{"kind", std::move(kind)}};
  }
  auto* object = chart.if_object();
  if (object == nullptr) return;
  Rename(*object, "kind", {"type"});
  DropBlank(*object, {"x", "y", "series", "title"});
  MendWord(*object, "kind", kCharts);
  if (object->contains("y")) MakeList(*object, "y");
}

void MendPlan(json::value& plan) {
  auto* object = plan.if_object();
  if (object == nullptr) return;
  Rename(*object, "where", {"filter", "filters", "conditions"});
  Rename(*object, "joins", {"join"});
  Rename(*object, "order_by", {"orderby", "orderBy", "sort", "sort_by"});
  MendSource(*object);
  MendConditionField(*object, "where");
  MendConditionField(*object, "having");
  DropBlank(*object, {"version", "joins", "top", "distinct", "limit", "offset", "group_by"});
  if (object->contains("joins")) {
    MakeList(*object, "joins");
    for (json::value& join : object->at("joins").as_array()) MendJoin(join);
  }
  if (object->contains("select")) {
    MakeList(*object, "select");
    for (json::value& item : object->at("select").as_array()) MendItem(item);
  }
  MendGroups(*object);
  MendKeys(*object);
  for (const std::string_view name : {"limit", "offset"}) MendWhole(*object, name);
  if (auto* top = object->if_contains("top"); top != nullptr && top->is_object()) {
    if (top->get_object().contains("per")) MakeList(top->get_object(), "per");
    MendWord(top->get_object(), "direction", kDirections);
  }
  DropBlank(*object, {"chart"});
  if (auto* chart = object->if_contains("chart")) MendChart(*chart);
}

base::Result<wire::QueryPlan> ReadPlan(const Arguments& arguments) {
  json::value plan;
  if (const auto* object = arguments.object(); object != nullptr) plan = *object;
  // "plan" may be JSON text, and may itself hold a "plan".
  for (int depth = 0; depth < 3; ++depth) {
    if (const auto* text = plan.if_string()) {
      const Arguments inner{std::string_view(*text)};
      if (inner.object() == nullptr) break;
      plan = *inner.object();
    }
    const auto* object = plan.if_object();
    if (object == nullptr || LooksLikePlan(*object)) break;
    const json::value* inner = nullptr;
    for (const std::string_view name :
         {"plan", "query_plan", "queryPlan", "QueryPlan", "query", "arguments", "args", "input"})
      if (inner == nullptr) inner = object->if_contains(name);
    if (inner == nullptr) break;
    json::value held = *inner;
    plan = std::move(held);
  }
  if (!plan.is_object()) {
    wire::Issue issue;
    issue.rule = "malformed_plan";
    issue.message = "There is no QueryPlan in the arguments: give {\"plan\": {...}} as JSON.";
    return base::MakeError(base::ErrorCode::rejected, issue.message)
        .WithDetail("issues", base::ToJson(std::vector{issue}));
  }
  MendPlan(plan);
  auto decoded = base::FromJson<wire::QueryPlan>(plan);
  if (decoded.has_error()) return Malformed(decoded.error());
  return std::move(*decoded);
}

}  // namespace tabletalk::analyst
