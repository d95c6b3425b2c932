#include "runner/ingest/csv_fast.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "runner/ingest/csv_records.h"
#include "runner/ingest/csv_verify.h"
#include "runner/ingest/rows.h"
#include "runner/ingest/table_writer.h"

namespace tabletalk::runner {

bool FastCsv::IsRegular(const Layout& layout, bool has_mark) {
  const Dialect& d = layout.dialect;
  return layout.columns > 1 && layout.header_is_simple && (layout.header || !has_mark) &&
         !layout.row_names && !layout.end_record && !d.trim && !d.comments && !d.lone_cr &&
         d.quote == '"' && d.escape == '"';
}

/// What the sample says about the columns: the beginning, and pieces from all over the file.
base::Result<std::vector<ColumnPlan>> FastCsv::PlanFromSample(
    std::string_view sample, const std::vector<std::string>& names) {
  constexpr std::uint64_t kPieces = 12;
  constexpr std::size_t kPieceBytes = 32 << 10;
  std::vector<ColumnEvidence> evidence(layout_.columns);
  text_samples_.assign(layout_.columns, {});
  const auto add = [&](std::string_view text, std::uint64_t skip) {
    RecordParser parser(layout_.dialect);
    CsvRecord record;
    std::size_t position = 0;
    while (parser.Parse(text, position, false, record) == ParseState::record) {
      if (skip > 0) {
        --skip;
        continue;
      }
      if (record.cells.size() != layout_.columns) continue;
      for (std::size_t i = 0; i < layout_.columns; ++i) {
        evidence[i].Add(record.cells[i], CellOrigin::text_file, 0);
        if (evidence[i].texts > 0) text_samples_[i].Add(record.cells[i]);
      }
    }
  };
  add(sample.substr(0, 128 << 10), layout_.header ? 1 : 0);
  for (std::uint64_t piece = 1; piece <= kPieces && !layout_.spans_lines; ++piece) {
    TT_ASSIGN(const std::string text,
              ReadAt(source_, source_.size / (kPieces + 1) * piece, kPieceBytes));
    const std::size_t line = text.find('\n');
    if (line != std::string::npos) add(std::string_view(text).substr(line + 1), 0);
  }
  for (std::size_t i = 0; i < evidence.size(); ++i)
    if (evidence[i].filled == 0) empty_in_sample_.push_back(i);
  return DecideColumns(evidence, {names, layout_.dialect.delimiter == ';'});
}

base::Result<bool> FastCsv::Plan(std::string_view sample, const std::vector<std::string>& names) {
  TT_ASSIGN(const std::vector<ColumnPlan> plans, PlanFromSample(sample, names));
  for (const ColumnPlan& plan : plans) {
    if (!plan.plain || !plan.notes.empty()) return false;
    kinds_.push_back(plan.kind);
  }
  return true;
}

base::Result<bool> FastCsv::Load(IngestDatabase& database, const std::vector<std::string>& names) {
  TT_CHECK(database.Execute(CreateStatement(names)));
  // The engine leaves a third of two cores idle: enough for the verification to be almost free
  // beside it. A table that turns out not to be trusted is thrown away.
  auto verifying = std::async(std::launch::async, [&] {
    auto result =
        VerifyCsv(source_, layout_.dialect, kinds_, layout_.header, {.threads = limits_.threads});
    if (result.has_error() || !result->clean ||
        CheckCells(result->rows, layout_.columns, limits_.max_cells).has_error())
      database.Interrupt();
    return result;
  });
  // A type that does not fit, or a row that the engine sees otherwise, is an error here.
  const bool loaded = database.Execute(ReadStatement(names)).has_value();
  TT_ASSIGN(const Verified verified, verifying.get());
  bool trusted = verified.clean;
  if (trusted) TT_CHECK(CheckCells(verified.rows, layout_.columns, limits_.max_cells));
  trusted = trusted && loaded;
  if (trusted) {
    TT_ASSIGN(const Rows counted, database.Query("SELECT count(*) FROM main.data"));
    const auto* rows = counted[0][0].if_integer();
    trusted = rows != nullptr && static_cast<std::uint64_t>(*rows) == verified.rows;
  }
  if (trusted) {
    TT_ASSIGN(const bool late, HasLateValues(database, names));
    trusted = !late;
  }
  if (!trusted) TT_CHECK(database.Execute("DROP TABLE IF EXISTS main.data"));
  return trusted;
}

/// A column that was empty in the sample has no type yet.
base::Result<bool> FastCsv::HasLateValues(IngestDatabase& database,
                                          const std::vector<std::string>& names) {
  std::string sql;
  for (const std::size_t i : empty_in_sample_)
    sql += fmt::format("{}count({})", sql.empty() ? "" : ", ", QuoteIdentifier(names[i]));
  if (sql.empty()) return false;
  TT_ASSIGN(const Rows counted, database.Query("SELECT " + sql + " FROM main.data"));
  return std::any_of(counted[0].begin(), counted[0].end(), [](const wire::Value& count) {
    return count.if_integer() == nullptr || *count.if_integer() > 0;
  });
}

std::string FastCsv::CreateStatement(const std::vector<std::string>& names) const {
  std::string columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    columns += fmt::format("{}{} {}", i > 0 ? ", " : "", QuoteIdentifier(names[i]),
                           DatabaseType(kinds_[i]));
    if (kinds_[i] != PlanKind::text) continue;
    const std::string_view compression = text_samples_[i].Compression();
    if (!compression.empty()) columns += fmt::format(" USING COMPRESSION {}", compression);
  }
  return fmt::format("CREATE TABLE main.data ({})", columns);
}

std::string FastCsv::ReadStatement(const std::vector<std::string>& names) const {
  std::string columns;
  for (std::size_t i = 0; i < names.size(); ++i)
    columns +=
        fmt::format("{}{}: '{}'", i > 0 ? ", " : "", QuoteText(names[i]), DatabaseType(kinds_[i]));
  const Dialect& d = layout_.dialect;
  return fmt::format(
      "INSERT INTO main.data FROM read_csv({}, auto_detect = false, columns = {{{}}}, "
      "delim = {}, quote = '\"', escape = '\"', header = {}, new_line = '{}', nullstr = '')",
      QuoteText(source_.path), columns, QuoteText(std::string(1, d.delimiter)), layout_.header,
      d.crlf ? "\\r\\n" : "\\n");
}

}  // namespace tabletalk::runner
