// What clients send: every body of a public request, decoded, checked and written again. A first
// byte says which.
#include <cstdint>

#include "base/codec.h"
#include "base/utf8.h"
#include "check.h"
#include "plan/check.h"
#include "plan/compile.h"
#include "plan/explain.h"
#include "wire/chat.h"
#include "wire/run.h"
#include "wire/runner.h"

namespace {

using namespace tabletalk;

wire::DatasetSchema Shop() {
  wire::DatasetSchema schema;
  schema.id = "shop";
  wire::TableSchema orders;
  orders.name = "orders";
  const std::pair<const char*, wire::ColumnType> columns[] = {
      {"id", wire::ColumnType::integer},       {"status", wire::ColumnType::text},
      {"total", wire::ColumnType::number},     {"paid", wire::ColumnType::boolean},
      {"placed", wire::ColumnType::timestamp}, {"a.b", wire::ColumnType::number}};
  for (const auto& [name, type] : columns) {
    wire::ColumnSchema column;
    column.name = name;
    column.type = type;
    orders.columns.push_back(column);
  }
  schema.tables.push_back(orders);
  return schema;
}

template <class T>
std::optional<T> Take(std::string_view text) {
  auto decoded = base::FromJsonText<T>(text);
  if (decoded.has_error()) {
    fuzz::Promise(base::IsValidUtf8(decoded.error().public_message()), "errors are UTF-8");
    (void)base::ToJsonText(decoded.error().details());
    return std::nullopt;
  }
  const std::string once = base::ToJsonText(base::ToJson(*decoded));
  const auto again = base::FromJsonText<T>(once);
  fuzz::Promise(again.has_value(), "what was written is read");
  fuzz::Promise(base::ToJsonText(base::ToJson(*again)) == once, "it says the same");
  return std::move(*decoded);
}

void TryPlan(const wire::QueryPlan& plan) {
  static const wire::DatasetSchema schema = Shop();
  const auto issues = plan::Check(plan, schema, {});
  const auto compiled = plan::Compile(plan, schema, plan::Duckdb(), {});
  const bool wrong = std::any_of(issues.begin(), issues.end(), [](const wire::Issue& issue) {
    return issue.severity == wire::Severity::error;
  });
  fuzz::Promise(wrong == compiled.has_error(), "what passes the check compiles");
  if (compiled.has_value()) (void)plan::Explain(plan, schema);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0]) {
    case 'p':
      if (const auto plan = Take<wire::QueryPlan>(text)) TryPlan(*plan);
      break;
    case 'c': Take<wire::ChatRequest>(text); break;
    case 'r': Take<wire::RunRequest>(text); break;
    // What the runner reads, which must not lie down before a damaged request either.
    case 's': Take<wire::RunSqlRequest>(text); break;
    case 'y': Take<wire::RunPythonRequest>(text); break;
    case 'i': Take<wire::IngestRequest>(text); break;
    default: break;
  }
  return 0;
}
