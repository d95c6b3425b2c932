#include "runner/ingest/ingest_parquet.h"

#include <fmt/format.h>

#include "runner/cells/column_names.h"

namespace tabletalk::runner {
namespace {

using base::ErrorCode;

/// Column `c` of a Parquet type as the table holds it.
std::string Converted(const std::string& c, std::string_view type, bool& nested) {
  const auto starts = [&](std::string_view prefix) { return type.starts_with(prefix); };
  nested = starts("STRUCT") || starts("MAP") || starts("UNION") || type.ends_with("[]") ||
           type.ends_with("]") || type == "VARIANT";
  if (nested) return fmt::format("CAST(to_json({}) AS VARCHAR)", c);
  if (starts("TIMESTAMP") && type != "TIMESTAMP") return fmt::format("CAST({} AS TIMESTAMP)", c);
  if (starts("ENUM") || type == "UUID" || type == "BLOB" || type == "JSON" || type == "BIT" ||
      type == "GEOMETRY")
    return fmt::format("CAST({} AS VARCHAR)", c);
  return c;
}

std::string_view TypeOf(wire::ColumnChoice choice) {
  switch (choice) {
    case wire::ColumnChoice::text: return "VARCHAR";
    case wire::ColumnChoice::integer: return "BIGINT";
    case wire::ColumnChoice::number: return "DOUBLE";
    case wire::ColumnChoice::boolean: return "BOOLEAN";
    case wire::ColumnChoice::date: return "DATE";
    case wire::ColumnChoice::timestamp: return "TIMESTAMP";
    case wire::ColumnChoice::time: return "TIME";
  }
  return "VARCHAR";
}

}  // namespace

base::Result<Notes> IngestParquet(IngestDatabase& database, const SourceFile& source,
                                  const wire::IngestRequest& request) {
  TT_ASSIGN(const std::string tail, ReadAt(source, source.size < 4 ? 0 : source.size - 4, 4));
  if (!request.choices.skip_lines.empty())
    return base::InvalidArgument(
        "lines can be left out of text files only; this is a Parquet file");
  if (tail != "PAR1" || source.size < 12)
    return base::InvalidArgument("this Parquet file is incomplete: its end is missing");
  const std::string table = fmt::format("read_parquet({})", QuoteText(source.path));
  auto described = database.Query("DESCRIBE FROM " + table);
  if (described.has_error()) {
    if (described.error().code() == ErrorCode::memory_limit) return described.error();
    return base::MakeError(ErrorCode::invalid_argument, "this Parquet file is damaged",
                           described.error().internal_detail().text);
  }
  const Rows& columns = described.value();
  if (columns.size() > request.max_columns)
    return base::MakeError(ErrorCode::too_large,
                           fmt::format("this file has {} columns, and at most {} are allowed",
                                       columns.size(), request.max_columns));
  std::vector<std::string> names;
  for (const auto& column : columns)
    names.push_back(column[0].if_text() == nullptr ? "" : *column[0].if_text());
  Notes notes;
  names = CleanNames(names, notes);
  std::string aliases, cells;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const char* comma = i > 0 ? ", " : "";
    bool nested = false;
    const std::string* type = columns[i][1].if_text();
    const std::string alias = fmt::format("c{}", i);
    aliases += comma + alias;
    std::string cell = Converted(alias, type == nullptr ? "" : *type, nested);
    const auto choice = request.choices.types.find(names[i]);
    if (choice != request.choices.types.end())
      cell = fmt::format("TRY_CAST({} AS {})", cell, TypeOf(choice->second));
    else if (type != nullptr && *type == "TIMESTAMP WITH TIME ZONE")
      notes.push_back(
          ForColumn({NoteKind::zone, "",
                     "The times in \"{}\" are moments without a place, as Parquet keeps "
                     "them; their days and months are those of UTC."},
                    names[i]));
    cells += fmt::format("{}{} AS {}", comma, cell, QuoteIdentifier(names[i]));
    if (nested)
      notes.push_back(ForColumn(
          {NoteKind::other, "", "\"{}\" holds nested values, kept as JSON text."}, names[i]));
  }
  // One row over the limit is enough to know that there are too many.
  const std::uint64_t most = request.max_cells / std::max<std::size_t>(1, names.size()) + 1;
  TT_ASSIGN(const Rows counted,
            database.Query(
                fmt::format("SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata({})",
                            QuoteText(source.path))));
  const auto* rows = counted.empty() ? nullptr : counted[0][0].if_integer();
  if (rows != nullptr && *rows >= static_cast<std::int64_t>(most))
    return base::MakeError(
        ErrorCode::too_large,
        fmt::format("this file has more than {} cells (rows times columns)", request.max_cells));
  const auto loaded = database.Execute(
      fmt::format("CREATE TABLE main.data AS SELECT {} FROM {} AS t({})", cells, table, aliases));
  if (loaded.has_error()) {
    if (loaded.error().code() == ErrorCode::memory_limit) return loaded.error();
    return base::MakeError(ErrorCode::invalid_argument,
                           "this Parquet file is damaged: its data cannot be read",
                           loaded.error().internal_detail().text);
  }
  return notes;
}

}  // namespace tabletalk::runner
