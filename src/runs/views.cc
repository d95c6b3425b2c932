#include "runs/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/utf8.h"
#include "offline/drafts/draft_artifact.h"

namespace tabletalk::runs {
namespace {

using base::Result;

constexpr std::size_t kMostRows = 1000;
constexpr std::size_t kMostColumns = 200;

// Words that ask to see something; "show" asks for a table as often as for a picture.
constexpr std::array<std::string_view, 12> kViewWords = {
    "plot",      "plots",         "graph",  "visualize", "visualise",   "visualization",
    "dashboard", "visualisation", "visual", "draw",      "infographic", "heatmap"};

wire::ColumnType TypeOf(const base::json::value& cell) {
  if (cell.is_bool()) return wire::ColumnType::boolean;
  if (cell.is_int64()) return wire::ColumnType::integer;
  if (cell.is_number()) return wire::ColumnType::number;
  return wire::ColumnType::text;
}

// The type that holds both.
wire::ColumnType Wider(wire::ColumnType a, wire::ColumnType b) {
  if (a == b) return a;
  return wire::IsNumeric(a) && wire::IsNumeric(b) ? wire::ColumnType::number
                                                  : wire::ColumnType::text;
}

}  // namespace

bool AsksForAView(std::string_view message) {
  std::string word;
  for (std::size_t i = 0; i <= message.size(); ++i) {
    const unsigned char c = i < message.size() ? static_cast<unsigned char>(message[i]) : ' ';
    if (std::isalpha(c)) {
      word += static_cast<char>(std::tolower(c));
      continue;
    }
    if (std::find(kViewWords.begin(), kViewWords.end(), word) != kViewWords.end()) return true;
    word.clear();
  }
  return false;
}

std::optional<std::string> NamesFrom(const std::optional<wire::QueryPlan>& plan,
                                     const std::string& sql, const std::string& python,
                                     const wire::DatasetSchema& dataset) {
  if (plan) return std::nullopt;
  std::string names = sql + "\n" + python + "\n";
  for (const wire::TableSchema& table : dataset.tables) {
    names += table.name + "\n";
    for (const wire::ColumnSchema& column : table.columns) names += column.name + "\n";
  }
  return names;
}

Result<analyst::ArtifactDraft> DrawView(const ViewRequest& request, const analyst::Options& options,
                                        const std::shared_ptr<model::ChatModel>& model,
                                        analyst::Checker& checker,
                                        const analyst::Context& context) {
  if (model)
    return analyst::Generator(options, model)
        .DraftArtifact(request.prompt, {request.table, request.names_from}, checker, context);
  auto shaped = offline::DraftArtifact(request.prompt, request.table, request.chart);
  if (shaped.has_error())
    return base::MakeError(base::ErrorCode::unavailable,
                           "no model is configured, and without one this cannot be drawn: " +
                               shaped.error().public_message())
        .WithDetail("provider", "offline");
  offline::ArtifactDraft drawn = std::move(*shaped);
  TT_ASSIGN(const wire::Verdict verdict, checker.CheckArtifact(drawn.artifact.code));
  if (!verdict.is_valid)
    return base::MakeError(base::ErrorCode::internal, "the view that was drawn is not allowed",
                           base::ToJsonText(base::ToJson(verdict)));
  analyst::ArtifactDraft draft;
  draft.artifact = std::move(drawn.artifact);
  draft.summary = std::move(drawn.summary);
  draft.effort.provider = "offline";
  return draft;
}

Result<wire::Table> TableOfRows(const std::vector<base::json::object>& rows) {
  if (rows.empty()) return base::InvalidArgument("data has no rows");
  if (rows.size() > kMostRows)
    return base::InvalidArgument(fmt::format("data has over {} rows", kMostRows));
  wire::Table table;
  const auto find = [&](std::string_view name) {
    return std::find_if(table.columns.begin(), table.columns.end(),
                        [&](const wire::Column& column) { return column.name == name; });
  };
  std::vector<bool> typed;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const auto& [key, cell] : rows[i]) {
      if (cell.is_array() || cell.is_object())
        return base::InvalidArgument(fmt::format(
            "data[{}].{} must be a text, a number, a boolean or null", i,
            base::EscapeControls(base::Truncate(std::string_view(key.data(), key.size()), 60))));
      auto column = find(key);
      if (column == table.columns.end()) {
        if (table.columns.size() == kMostColumns)
          return base::InvalidArgument(fmt::format("data has over {} columns", kMostColumns));
        table.columns.push_back({std::string(key), wire::ColumnType::text, ""});
        typed.push_back(false);
        column = table.columns.end() - 1;
      }
      if (cell.is_null()) continue;
      const auto at = static_cast<std::size_t>(column - table.columns.begin());
      column->type = typed[at] ? Wider(column->type, TypeOf(cell)) : TypeOf(cell);
      typed[at] = true;
    }
  for (const base::json::object& row : rows) {
    std::vector<wire::Value> cells(table.columns.size());
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (const auto* cell = row.if_contains(table.columns[i].name)) {
        TT_ASSIGN(cells[i], base::FromJson<wire::Value>(*cell));
      }
    table.rows.push_back(std::move(cells));
  }
  table.total_rows = table.rows.size();
  return table;
}

}  // namespace tabletalk::runs
