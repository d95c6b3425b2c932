#include "runs/say_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/utf8.h"

namespace tabletalk::runs {
namespace {

constexpr std::size_t kShownText = 200;
constexpr std::size_t kShownFields = 5;

// The value as the one cell of a table, if it is one that a cell can hold. Numbers are text, so
// that all of their digits are said.
std::optional<wire::Table> CellOf(const base::json::value& value) {
  if (value.is_null() || value.is_array() || value.is_object()) return std::nullopt;
  wire::Table table;
  wire::Column column{"value", wire::ColumnType::text, ""};
  wire::Value cell;
  if (const auto* text = value.if_string()) {
    const std::string_view whole(*text);
    std::string shown(base::Truncate(whole, kShownText));
    if (shown.size() < whole.size()) shown += "…";
    cell = wire::Value(std::move(shown));
  } else {
    cell = wire::Value(base::ToJsonText(value));
  }
  table.columns.push_back(std::move(column));
  table.rows.push_back({std::move(cell)});
  table.total_rows = 1;
  return table;
}

std::string SayArray(const base::json::object& array) {
  std::vector<std::string> sides;
  if (const auto* shape = array.if_contains("shape"); shape != nullptr && shape->is_array())
    for (const base::json::value& side : shape->get_array())
      sides.push_back(base::ToJsonText(side));
  const auto* cut = array.if_contains("truncated");
  return fmt::format("An array of {} values{}.", fmt::join(sides, " × "),
                     cut != nullptr && *cut == true ? ", of which the first are shown" : "");
}

std::string SayObject(const base::json::object& object) {
  if (const auto* type = object.if_contains("type"); type != nullptr && *type == "array")
    return SayArray(object);
  if (object.empty()) return "An object without fields.";
  std::vector<std::string> names;
  for (const auto& member : object) {
    if (names.size() == kShownFields) break;
    names.push_back(base::EscapeControls(base::Truncate(std::string_view(member.key()), 60)));
  }
  return fmt::format("An object with {} field{}: {}{}.", object.size(),
                     object.size() == 1 ? "" : "s", fmt::join(names, ", "),
                     object.size() > kShownFields ? ", …" : "");
}

base::Result<narrative::Filled> SayValue(const wire::Run& run) {
  if (const auto table = CellOf(run.value)) {
    if (const auto* text = table->rows[0][0].if_text(); text != nullptr && text->empty())
      return narrative::Filled{"An empty text.", {}};
    return narrative::FillTemplate("The result is {{r1.rows[0].value}}.", {},
                                   {{"r1", run.run_id, &*table}});
  }
  if (const auto* object = run.value.if_object()) return narrative::Filled{SayObject(*object), {}};
  if (const auto* list = run.value.if_array())
    return narrative::Filled{list->size() == 1 ? "A list of one value."
                                               : fmt::format("A list of {} values.", list->size()),
                             {}};
  return narrative::Filled{run.figure ? "" : "The code ran; its result is None.", {}};
}

}  // namespace

std::string SayRows(const wire::Table& table) {
  if (table.total_rows == 0) return "No rows match.";
  if (table.total_rows == 1) return "One row.";
  if (!table.truncated) return fmt::format("{} rows.", table.total_rows);
  return fmt::format("{} rows, of which the first {} are shown.", table.total_rows,
                     table.rows.size());
}

base::Result<narrative::Filled> SayResult(const wire::Run& run) {
  narrative::Filled said;
  if (run.result) {
    said.text = run.kind == wire::RunKind::python && run.result->total_rows == 0
                    ? "A table without rows."
                    : SayRows(*run.result);
  } else {
    TT_ASSIGN(said, SayValue(run));
  }
  if (run.figure) said.text += said.text.empty() ? "A figure was drawn." : " A figure was drawn.";
  return said;
}

}  // namespace tabletalk::runs
