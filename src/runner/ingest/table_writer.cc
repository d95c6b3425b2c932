#include "runner/ingest/table_writer.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace tabletalk::runner {
namespace {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

duckdb_type TypeOf(PlanKind kind) {
  switch (kind) {
    case PlanKind::text: return DUCKDB_TYPE_VARCHAR;
    case PlanKind::integer: return DUCKDB_TYPE_BIGINT;
    case PlanKind::huge_integer: return DUCKDB_TYPE_HUGEINT;
    case PlanKind::number: return DUCKDB_TYPE_DOUBLE;
    case PlanKind::boolean: return DUCKDB_TYPE_BOOLEAN;
    case PlanKind::date: return DUCKDB_TYPE_DATE;
    case PlanKind::timestamp: return DUCKDB_TYPE_TIMESTAMP;
    case PlanKind::time: return DUCKDB_TYPE_TIME;
  }
  return DUCKDB_TYPE_VARCHAR;
}

base::Error AppendError(duckdb_appender appender) {
  std::string detail;
  if (duckdb_error_data data = duckdb_appender_error_data(appender)) {
    if (const char* text = duckdb_error_data_message(data)) detail = text;
    duckdb_destroy_error_data(&data);
  }
  const bool memory = detail.find("Out of Memory") != std::string::npos;
  return base::MakeError(memory ? base::ErrorCode::memory_limit : base::ErrorCode::internal,
                         memory ? "reading this file needs more memory than is allowed"
                                : "the table could not be written",
                         detail);
}

/// 128 bits from decimal digits; nothing on overflow.
std::optional<duckdb_hugeint> ReadHuge(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > 39) return std::nullopt;
  std::uint64_t low = 0, high = 0;
  for (const char c : digits) {
    // (high, low) * 10 + digit in two halves of 32 bits each.
    const std::uint64_t l = (low & 0xFFFFFFFF) * 10 + static_cast<std::uint64_t>(c - '0');
    const std::uint64_t m = (low >> 32) * 10 + (l >> 32);
    low = (m << 32) | (l & 0xFFFFFFFF);
    high = high * 10 + (m >> 32);
    if (high >> 63) return std::nullopt;
  }
  if (negative) {
    low = ~low + 1;
    high = ~high + (low == 0 ? 1 : 0);
  }
  return duckdb_hugeint{low, static_cast<std::int64_t>(high)};
}

/// The plain case first, since PlainNumber makes a copy.
std::string_view Plain(std::string_view cell, const ColumnPlan& plan, std::string& storage) {
  bool plain = !plan.decimal_comma;
  for (std::size_t i = 0; i < cell.size() && plain; ++i)
    plain = (cell[i] >= '0' && cell[i] <= '9') || cell[i] == '.' || (i == 0 && cell[i] == '-');
  if (plain) return cell;
  storage = PlainNumber(cell, plan.decimal_comma, plan.scaled);
  return storage;
}

template <class Number>
bool Parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// Microseconds since 1970 of a cell in a column of dates or timestamps.
std::optional<std::int64_t> ReadMoment(const ColumnPlan& plan, std::string_view cell) {
  if (plan.spelling == DateSpelling::excel_days) {
    double days = 0;
    if (!Parse(cell, days) || !(days > 0 && days < 200'000)) return std::nullopt;
    // Excel keeps times to the millisecond.
    const auto millis = std::llround((days + static_cast<double>(kExcelDayZero)) * 86'400'000);
    return static_cast<std::int64_t>(millis) * 1000;
  }
  const auto date = plan.spelling == DateSpelling::compact         ? ReadCompactDate(cell)
                    : plan.spelling == DateSpelling::compact_month ? ReadCompactMonth(cell)
                                                                   : ReadDate(cell);
  if (!date) return std::nullopt;
  std::int64_t micros = DaysOf(*date, plan.day_order) * kMicrosPerDay + date->micros;
  if (plan.local_times) micros += date->offset_minutes * std::int64_t{60'000'000};
  return micros;
}

}  // namespace

base::Result<void> CreateTable(IngestDatabase& database, const std::vector<std::string>& names,
                               const std::vector<ColumnPlan>& plans) {
  std::string sql = "CREATE TABLE main.data (";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) sql += ", ";
    sql += QuoteIdentifier(names[i]) + " " + std::string(DatabaseType(plans[i].kind));
  }
  return database.Execute(sql + ")");
}

base::Result<TableWriter> TableWriter::Open(IngestDatabase& database,
                                            const std::vector<ColumnPlan>& plans) {
  TableWriter writer;
  writer.plans_ = plans;
  writer.nulled_.resize(plans.size());
  if (duckdb_appender_create(database.connection(), "main", "data", &writer.appender_) ==
      DuckDBError)
    return AppendError(writer.appender_);
  std::vector<duckdb_logical_type> types;
  for (const ColumnPlan& plan : plans)
    types.push_back(duckdb_create_logical_type(TypeOf(plan.kind)));
  writer.chunk_ = duckdb_create_data_chunk(types.data(), types.size());
  for (auto& type : types) duckdb_destroy_logical_type(&type);
  for (std::size_t i = 0; i < plans.size(); ++i)
    writer.vectors_.push_back(duckdb_data_chunk_get_vector(writer.chunk_, i));
  writer.data_.resize(plans.size());
  writer.capacity_ = duckdb_vector_size();
  writer.filled_ = writer.capacity_;  // The first row prepares the vectors.
  return writer;
}

TableWriter::TableWriter(TableWriter&& other) noexcept
    : plans_(std::move(other.plans_)),
      appender_(std::exchange(other.appender_, nullptr)),
      chunk_(std::exchange(other.chunk_, nullptr)),
      vectors_(std::move(other.vectors_)),
      data_(std::move(other.data_)),
      filled_(other.filled_),
      capacity_(other.capacity_),
      nulled_(std::move(other.nulled_)) {}

TableWriter::~TableWriter() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
  if (appender_ != nullptr) duckdb_appender_destroy(&appender_);
}

base::Result<void> TableWriter::Flush() {
  if (data_.empty() || data_[0] != nullptr) {
    duckdb_data_chunk_set_size(chunk_, filled_);
    if (filled_ > 0 && duckdb_append_data_chunk(appender_, chunk_) == DuckDBError)
      return AppendError(appender_);
  }
  duckdb_data_chunk_reset(chunk_);
  for (std::size_t i = 0; i < vectors_.size(); ++i) data_[i] = duckdb_vector_get_data(vectors_[i]);
  filled_ = 0;
  return {};
}

base::Result<void> TableWriter::Append(const SourceRow& row) {
  if (filled_ == capacity_) TT_CHECK(Flush());
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    if (i < row.cells.size())
      SetCell(i, row.cells[i], row.line);
    else
      SetNull(i);
  }
  ++filled_;
  return {};
}

base::Result<void> TableWriter::Finish() {
  TT_CHECK(Flush());
  if (duckdb_appender_close(appender_) == DuckDBError) return AppendError(appender_);
  return {};
}

void TableWriter::SetNull(std::size_t column) {
  duckdb_vector_ensure_validity_writable(vectors_[column]);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vectors_[column]), filled_);
}

void TableWriter::SetCell(std::size_t column, std::string_view cell, std::uint64_t line) {
  if (cell.empty()) return SetNull(column);
  if (plans_[column].kind == PlanKind::text) {
    duckdb_vector_assign_string_element_len(vectors_[column], filled_, cell.data(), cell.size());
    return;
  }
  const std::string_view trimmed = TrimCell(cell);
  if (SetTyped(column, trimmed)) return;
  SetNull(column);
  if (trimmed.empty() || IsNullMarker(trimmed)) return;
  ++nulled_[column].count;
  AddMisfit(nulled_[column].examples, trimmed, line);
}

bool TableWriter::SetTyped(std::size_t column, std::string_view cell) {
  const ColumnPlan& plan = plans_[column];
  void* data = data_[column];
  switch (plan.kind) {
    case PlanKind::text: return false;
    case PlanKind::integer:
    case PlanKind::huge_integer:
    case PlanKind::number: return SetNumber(plan, cell, data);
    case PlanKind::boolean: {
      const auto flag = ReadBoolean(cell);
      if (flag) static_cast<bool*>(data)[filled_] = *flag;
      return flag.has_value();
    }
    case PlanKind::date:
    case PlanKind::timestamp: {
      const auto micros = ReadMoment(plan, cell);
      if (!micros) return false;
      if (plan.kind == PlanKind::timestamp) {
        static_cast<duckdb_timestamp*>(data)[filled_].micros = *micros;
        return true;
      }
      const std::int64_t days = *micros / kMicrosPerDay - (*micros % kMicrosPerDay < 0 ? 1 : 0);
      static_cast<duckdb_date*>(data)[filled_].days = static_cast<std::int32_t>(days);
      return true;
    }
    case PlanKind::time: {
      const auto time = ReadTimeOfDay(cell);
      if (time) static_cast<duckdb_time*>(data)[filled_].micros = *time;
      return time.has_value();
    }
  }
  return false;
}

bool TableWriter::SetNumber(const ColumnPlan& plan, std::string_view cell, void* data) const {
  if (plan.measured ? !ReadMeasure(cell) : !ReadNumber(cell)) return false;
  std::string storage;
  const std::string_view plain = Plain(cell, plan, storage);
  if (plan.kind == PlanKind::integer)
    return Parse(plain, static_cast<std::int64_t*>(data)[filled_]);
  if (plan.kind == PlanKind::number) return Parse(plain, static_cast<double*>(data)[filled_]);
  const auto huge = ReadHuge(plain);
  if (huge) static_cast<duckdb_hugeint*>(data)[filled_] = *huge;
  return huge.has_value();
}

}  // namespace tabletalk::runner
