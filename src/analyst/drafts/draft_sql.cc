#include <fmt/format.h>

#include <set>
#include <utility>

#include "analyst/drafts/generator.h"
#include "analyst/drafts/refine.h"
#include "analyst/drafts/sql_placeholders.h"
#include "analyst/effort.h"
#include "analyst/prompts.h"
#include "analyst/quoted.h"
#include "model/salvage.h"

namespace tabletalk::analyst {

namespace json = base::json;

namespace {

constexpr std::size_t kMostColumns = 2'000;

/// The form of the answer, for servers that can be held to one.
model::OutputFormat Form() {
  const json::object text{{"type", "string"}};
  return {"sql_draft",
          {{"type", "object"},
           {"properties",
            json::object{{"sql", text},
                         {"parameters",
                          json::object{{"type", "object"},
                                       {"additionalProperties",
                                        json::object{{"type", json::array{"string", "number",
                                                                          "boolean", "null"}}}}}},
                         {"summary", text}}},
           {"required", json::array{"sql", "parameters", "summary"}},
           {"additionalProperties", false}}};
}

std::string ColumnLines(const std::vector<wire::AvailableColumn>& columns) {
  std::string lines;
  for (std::size_t i = 0; i < columns.size() && i < kMostColumns; ++i) {
    lines += fmt::format("{}- {}", i == 0 ? "" : "\n", Quoted(columns[i].name, kMaxNameChars));
    if (columns[i].type) lines += " " + Quoted(*columns[i].type, 60);
  }
  return lines;
}

/// {"since": "2024-03-01"}, or [{"name": "since", "value": "2024-03-01"}]; a sign before the name
/// is no part of it.
std::map<std::string, wire::Value> ReadParameters(const json::value* given) {
  std::map<std::string, wire::Value> parameters;
  const auto add = [&](std::string_view name, const json::value& value) {
    while (!name.empty() && (name.front() == '$' || name.front() == ':')) name.remove_prefix(1);
    auto read = base::FromJson<wire::Value>(value);
    if (read.has_value() && !name.empty()) parameters[std::string(name)] = std::move(*read);
  };
  if (given == nullptr) return parameters;
  if (const auto* object = given->if_object())
    for (const auto& member : *object) add(member.key(), member.value());
  if (const auto* list = given->if_array())
    for (const json::value& entry : *list)
      if (const auto* object = entry.if_object())
        if (const auto* name = object->if_contains("name"); name != nullptr && name->is_string())
          if (const auto* value = object->if_contains("value")) add(name->get_string(), *value);
  return parameters;
}

struct Written {
  std::string sql;
  std::string summary;
  std::map<std::string, wire::Value> parameters;
};

std::optional<Written> ReadStatement(const std::string& text) {
  for (const json::object& object : model::FindJsonObjects(text))
    for (const std::string_view field : {"sql", "query", "statement"})
      if (const auto* sql = object.if_contains(field); sql != nullptr && sql->is_string()) {
        const auto* summary = object.if_contains("summary");
        return Written{std::string(sql->get_string()),
                       summary != nullptr && summary->is_string()
                           ? std::string(summary->get_string())
                           : std::string(),
                       ReadParameters(object.if_contains("parameters"))};
      }
  if (auto sql = model::FindCode(text, {"sql"})) return Written{*sql, ProseAround(text), {}};
  return std::nullopt;
}

/// Every placeholder has its value, and no value is without one.
void MatchParameters(Written& written, std::vector<wire::Issue>& issues) {
  std::set<std::string> used;
  for (const std::string& name : SqlPlaceholders(written.sql)) {
    used.insert(name);
    if (!written.parameters.contains(name))
      issues.push_back(DraftIssue(
          "unbound_parameter",
          fmt::format("${} has no value in \"parameters\"; give one, or write no placeholder.",
                      name)));
  }
  std::erase_if(written.parameters, [&](const auto& one) { return !used.contains(one.first); });
}

/// What issues may name: the table and its columns.
wire::DatasetSchema Known(const wire::SqlDraftRequest& request) {
  wire::DatasetSchema known;
  wire::TableSchema& table = known.tables.emplace_back();
  table.name = request.table_name;
  for (const wire::AvailableColumn& column : request.available_columns)
    table.columns.emplace_back().name = column.name;
  return known;
}

}  // namespace

base::Result<SqlDraft> Generator::DraftSql(const wire::SqlDraftRequest& request, Checker& checker,
                                           const Context& context) const {
  model::BudgetedModel model(model_, options_.budget);
  using wire::DataClass;
  Drafting drafting{
      .options = options_,
      .context = context,
      .request = DraftRequest(
          RenderParts("sql_draft",
                      {{"table", {{DataClass::schema, Quoted(request.table_name, kMaxNameChars)}}},
                       {"columns", {{DataClass::schema, ColumnLines(request.available_columns)}}}}),
          request.prompt, options_),
      .max_fixes = request.max_attempts,
      .known = Known(request)};
  drafting.request.output = Form();
  SqlDraft draft;
  const auto read = [&](const model::Response& response) -> base::Result<std::vector<wire::Issue>> {
    auto written = ReadStatement(response.text);
    if (!written)
      return std::vector{DraftIssue("no_sql",
                                    "The answer has no SQL: write one JSON object with "
                                    "\"sql\", \"parameters\" and \"summary\".")};
    TT_ASSIGN(draft.verdict, checker.CheckSql({.sql = written->sql,
                                               .available_columns = request.available_columns,
                                               .table_name = request.table_name}));
    std::vector<wire::Issue> issues = draft.verdict.issues;
    MatchParameters(*written, issues);
    draft.summary = DraftSummary(written->summary, request.prompt, "A statement, as asked for.");
    draft.sql = std::move(written->sql);
    draft.parameters = std::move(written->parameters);
    return issues;
  };
  TT_ASSIGN(const std::int64_t attempts, Refine(std::move(drafting), model, read));
  draft.effort = EffortOf(model, attempts);
  return draft;
}

}  // namespace tabletalk::analyst
