// DuckDB's errors, made fit to be shown.
//
// Engines here report errors as JSON (errors_as_json), which gives the kind, the place and the
// candidates without reading prose. What is shown is the first paragraph of the message, with
// anything that looks like a path taken out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/policy.h"

namespace tabletalk::runner {

struct EngineError {
  std::string type;     ///< "Binder", "Catalog", "Conversion", "Out of Memory"...
  std::string subtype;  ///< "COLUMN_NOT_FOUND", "MISSING_ENTRY"...
  std::string message;  ///< First paragraph, no paths.
  std::string name;     ///< What was not found.
  std::string missing;  ///< "Table", "Scalar Function"...
  std::vector<std::string> candidates;
  std::optional<std::uint64_t> position;  ///< Byte offset in the statement.
};

EngineError ReadEngineError(std::string_view text);

/// `text` without absolute paths and without what follows the first blank line.
std::string CleanMessage(std::string_view text);

/// The policy's finding for an error of preparing a statement. Rules: unknown_column,
/// unknown_table, unknown_function, function_not_allowed, type_mismatch, syntax_error,
/// invalid_query. `sql` is empty where positions mean nothing.
wire::Issue IssueOf(const EngineError& error, std::string_view sql);

}  // namespace tabletalk::runner
