#include <fmt/format.h>

#include "analyst/card/card_lines.h"
#include "analyst/parts.h"
#include "analyst/prompts.h"
#include "analyst/quoted.h"
#include "analyst/tools/toolbox.h"

namespace tabletalk::analyst {
namespace {

constexpr std::size_t kMaxChars = 4'000;

base::Result<Outcome> Call(const Arguments&, Desk& desk) {
  const wire::DatasetSchema& dataset = desk.bench.dataset();
  PartList parts;
  parts.Add(wire::DataClass::instructions, "One dataset: ");
  parts.Add(wire::DataClass::schema,
            Quoted(dataset.name.empty() ? dataset.id : dataset.name, kMaxNameChars) + "\n");
  for (const wire::TableSchema& table : dataset.tables)
    parts.Add(TableLine(table, 0, Detail::brief));
  for (const wire::Relationship& relationship : dataset.relationships)
    parts.Add(RelationshipLine(relationship));
  Outcome outcome;
  outcome.summary =
      fmt::format("{} {}.", dataset.tables.size(), dataset.tables.size() == 1 ? "table" : "tables");
  outcome.parts = CutTo(std::move(parts).Take(), kMaxChars);
  return outcome;
}

}  // namespace

Tool ListDatasets() {
  return {
      {"list_datasets",
       Render("tool_list_datasets"),
       {{"type", "object"}, {"properties", base::json::object{}}, {"additionalProperties", false}}},
      Call};
}

}  // namespace tabletalk::analyst
