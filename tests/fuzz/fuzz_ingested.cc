// What a runner that was taken over says of a file, as far as it passes the check: the planner
// builds its index of these names and values, and is asked about them.
#include <cstdint>

#include "base/utf8.h"
#include "check.h"
#include "datasets/relationships.h"
#include "offline/planner.h"
#include "plan/compile.h"
#include "plan/explain.h"
#include "sandbox/jobs/reply_check.h"

namespace {

using namespace tabletalk;

void Ask(const offline::Planner& planner, std::string_view question) {
  using namespace std::chrono;
  const auto reading = planner.Read(question, 2026y / January / 31d);
  if (const auto* planned = std::get_if<offline::Planned>(&reading)) {
    const auto compiled = plan::Compile(planned->plan, planner.schema());
    fuzz::Promise(compiled.has_value(), "a plan of the planner compiles");
    fuzz::Promise(base::IsValidUtf8(compiled->sql), "SQL is UTF-8");
    (void)plan::Explain(planned->plan, planner.schema());
  } else {
    const auto& refused = std::get<offline::NotUnderstood>(reading);
    fuzz::Promise(base::IsValidUtf8(refused.message), "refusals are UTF-8");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto ingested = base::FromJsonText<wire::Ingested>(text, {.max_values = 2'000});
  if (ingested.has_error() || sandbox::CheckIngested(*ingested, 1'000'000, 20).has_error())
    return 0;
  wire::DatasetSchema schema;
  schema.id = "files";
  for (const char* name : {"orders", "customers"}) {
    wire::TableSchema table;
    table.name = name;
    table.rows = ingested->rows;
    table.columns = ingested->columns;
    table.notes = ingested->notes;
    table.totals = ingested->totals;
    table.sample = ingested->sample;
    schema.tables.push_back(std::move(table));
  }
  schema.relationships = datasets::InferRelationships(schema);
  (void)base::ToJsonText(base::ToJson(schema));
  const offline::Planner planner(schema);
  const std::string first = schema.tables.front().columns.front().name;
  const std::string last = schema.tables.front().columns.back().name;
  Ask(planner, "how many orders per " + first);
  Ask(planner, "top 5 " + first + " by total " + last + " this month");
  if (!ingested->sample.empty() && ingested->sample[0][0].if_text() != nullptr)
    Ask(planner,
        "average " + last + " where " + first + " is " + *ingested->sample[0][0].if_text());
  return 0;
}
