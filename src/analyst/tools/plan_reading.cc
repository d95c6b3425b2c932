#include "analyst/tools/plan_reading.h"

#include <string>
#include <utility>

#include "analyst/tools/plan_mending.h"
#include "wire/policy.h"

namespace tabletalk::analyst {

namespace json = base::json;

namespace {

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

base::Result<PlanAsRead> ReadPlan(const Arguments& arguments) {
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
  PlanAsRead read;
  read.mended = MendPlan(plan);
  auto decoded = base::FromJson<wire::QueryPlan>(plan);
  if (decoded.has_error()) return Malformed(decoded.error());
  read.plan = std::move(*decoded);
  return read;
}

}  // namespace tabletalk::analyst
