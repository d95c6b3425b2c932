#include <algorithm>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "analyst/card/preview.h"
#include "analyst/card/schema_card.h"
#include "analyst/prompts.h"
#include "analyst/tools/closed_schema.h"
#include "analyst/tools/toolbox.h"

namespace tabletalk::analyst {
namespace {

constexpr std::size_t kMaxChars = 8'000;

struct SchemaCall {
  std::string table;
  std::string search;
  std::int64_t offset = 0;
  static constexpr std::string_view kOptional[] = {"table", "search", "offset"};
};
BOOST_DESCRIBE_STRUCT(SchemaCall, (), (table, search, offset))

base::Result<Outcome> Call(const Arguments& arguments, Desk& desk) {
  CardFocus focus;
  focus.table = arguments.Text({"table", "table_name", "name"}).value_or("");
  focus.search = arguments.Text({"search", "query", "column"}).value_or("");
  focus.offset = static_cast<std::size_t>(
      std::clamp<std::int64_t>(arguments.Whole({"offset"}).value_or(0), 0, 1'000'000));
  CardOptions card = CardOptions::From(desk.options);
  card.max_chars = std::min(card.max_chars, kMaxChars);
  auto detail = SchemaDetail(desk.bench.dataset(), focus, card);
  Outcome outcome;
  if (detail.has_error()) {
    outcome.ok = false;
    outcome.summary = "There is no such table.";
    outcome.parts = PreviewError(detail.error(), arguments.written(), desk.bench.dataset(),
                                 PreviewOptions::From(desk.options));
    return outcome;
  }
  outcome.summary = "Looked at the columns.";
  outcome.parts = std::move(*detail);
  return outcome;
}

}  // namespace

Tool GetDatasetSchema() {
  return {{"get_dataset_schema", Render("tool_get_dataset_schema"), ClosedSchema<SchemaCall>()},
          Call};
}

}  // namespace tabletalk::analyst
