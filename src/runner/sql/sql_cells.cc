#include "runner/sql/sql_cells.h"

#include <charconv>
#include <cstring>
#include <memory>

#include "runner/sql/engine.h"
#include "wire/cell_text.h"

namespace tabletalk::runner {

namespace {

using wire::AppendBits;
using wire::AppendBlob;
using wire::AppendDate;
using wire::AppendInteger;
using wire::AppendInterval;
using wire::AppendOffset;
using wire::AppendReal;
using wire::AppendScaled;
using wire::AppendTime;
using wire::AppendTimestamp;
using wire::AppendUnsigned;
using wire::AppendUuid;
using wire::Int128;
using wire::UInt128;

/// A logical type that is destroyed again.
class OwnedType {
 public:
  explicit OwnedType(duckdb_logical_type type) : type_(type) {}
  OwnedType(const OwnedType&) = delete;
  ~OwnedType() { duckdb_destroy_logical_type(&type_); }
  duckdb_logical_type get() const { return type_; }

 private:
  duckdb_logical_type type_;
};

std::string TakeText(char* text) {
  const std::string copy = text != nullptr ? text : "";
  duckdb_free(text);
  return copy;
}

struct PlainType {
  duckdb_type id;
  std::string_view name;
  wire::ColumnType kind;
};

using Kind = wire::ColumnType;
constexpr PlainType kPlainTypes[] = {
    {DUCKDB_TYPE_BOOLEAN, "BOOLEAN", Kind::boolean},
    {DUCKDB_TYPE_TINYINT, "TINYINT", Kind::integer},
    {DUCKDB_TYPE_SMALLINT, "SMALLINT", Kind::integer},
    {DUCKDB_TYPE_INTEGER, "INTEGER", Kind::integer},
    {DUCKDB_TYPE_BIGINT, "BIGINT", Kind::integer},
    {DUCKDB_TYPE_UTINYINT, "UTINYINT", Kind::integer},
    {DUCKDB_TYPE_USMALLINT, "USMALLINT", Kind::integer},
    {DUCKDB_TYPE_UINTEGER, "UINTEGER", Kind::integer},
    {DUCKDB_TYPE_UBIGINT, "UBIGINT", Kind::integer},
    {DUCKDB_TYPE_HUGEINT, "HUGEINT", Kind::integer},
    {DUCKDB_TYPE_UHUGEINT, "UHUGEINT", Kind::integer},
    {DUCKDB_TYPE_FLOAT, "FLOAT", Kind::number},
    {DUCKDB_TYPE_DOUBLE, "DOUBLE", Kind::number},
    {DUCKDB_TYPE_DATE, "DATE", Kind::date},
    {DUCKDB_TYPE_TIME, "TIME", Kind::time},
    {DUCKDB_TYPE_TIME_NS, "TIME_NS", Kind::time},
    {DUCKDB_TYPE_TIME_TZ, "TIME WITH TIME ZONE", Kind::time},
    {DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP", Kind::timestamp},
    {DUCKDB_TYPE_TIMESTAMP_S, "TIMESTAMP_S", Kind::timestamp},
    {DUCKDB_TYPE_TIMESTAMP_MS, "TIMESTAMP_MS", Kind::timestamp},
    {DUCKDB_TYPE_TIMESTAMP_NS, "TIMESTAMP_NS", Kind::timestamp},
    {DUCKDB_TYPE_TIMESTAMP_TZ, "TIMESTAMP WITH TIME ZONE", Kind::timestamp},
    {DUCKDB_TYPE_INTERVAL, "INTERVAL", Kind::interval},
    {DUCKDB_TYPE_VARCHAR, "VARCHAR", Kind::text},
    {DUCKDB_TYPE_BLOB, "BLOB", Kind::other},
    {DUCKDB_TYPE_BIT, "BIT", Kind::other},
    {DUCKDB_TYPE_UUID, "UUID", Kind::text},
    {DUCKDB_TYPE_SQLNULL, "NULL", Kind::other},
};

base::Result<void> AddChild(CellType& type, duckdb_logical_type child) {
  const OwnedType owned(child);
  TT_ASSIGN(CellType inner, CellType::Of(owned.get()));
  type.children.push_back(std::move(inner));
  return {};
}

base::Result<void> AddMembers(CellType& type, duckdb_logical_type logical, bool is_union) {
  const idx_t count =
      is_union ? duckdb_union_type_member_count(logical) : duckdb_struct_type_child_count(logical);
  for (idx_t i = 0; i < count; ++i) {
    type.labels.push_back(TakeText(is_union ? duckdb_union_type_member_name(logical, i)
                                            : duckdb_struct_type_child_name(logical, i)));
    TT_CHECK(AddChild(type, is_union ? duckdb_union_type_member_type(logical, i)
                                     : duckdb_struct_type_child_type(logical, i)));
    type.name += (i == 0 ? "(" : ", ") + QuoteIdentifier(type.labels.back()) + " " +
                 type.children.back().name;
  }
  type.name += ")";
  return {};
}

base::Result<void> DescribeNested(CellType& type, duckdb_logical_type logical) {
  switch (static_cast<int>(type.id)) {
    case DUCKDB_TYPE_DECIMAL:
      type.scale = duckdb_decimal_scale(logical);
      type.storage = duckdb_decimal_internal_type(logical);
      type.name = "DECIMAL(" + std::to_string(duckdb_decimal_width(logical)) + "," +
                  std::to_string(type.scale) + ")";
      type.kind = Kind::number;
      return {};
    case DUCKDB_TYPE_ENUM:
      type.storage = duckdb_enum_internal_type(logical);
      for (std::uint32_t i = 0; i < duckdb_enum_dictionary_size(logical); ++i)
        type.labels.push_back(TakeText(duckdb_enum_dictionary_value(logical, i)));
      type.name = "ENUM";
      type.kind = Kind::text;
      return {};
    case DUCKDB_TYPE_LIST:
      TT_CHECK(AddChild(type, duckdb_list_type_child_type(logical)));
      type.name = type.children[0].name + "[]";
      return {};
    case DUCKDB_TYPE_ARRAY:
      type.array_size = duckdb_array_type_array_size(logical);
      TT_CHECK(AddChild(type, duckdb_array_type_child_type(logical)));
      type.name = type.children[0].name + "[" + std::to_string(type.array_size) + "]";
      return {};
    case DUCKDB_TYPE_MAP:
      TT_CHECK(AddChild(type, duckdb_map_type_key_type(logical)));
      TT_CHECK(AddChild(type, duckdb_map_type_value_type(logical)));
      type.name = "MAP(" + type.children[0].name + ", " + type.children[1].name + ")";
      return {};
    case DUCKDB_TYPE_STRUCT: type.name = "STRUCT"; return AddMembers(type, logical, false);
    case DUCKDB_TYPE_UNION: type.name = "UNION"; return AddMembers(type, logical, true);
    default:
      return base::MakeError(base::ErrorCode::execution_failed,
                             "The result has a column of a type that cannot be shown; cast it to "
                             "VARCHAR.",
                             "type id " + std::to_string(type.id));
  }
}

Int128 Wide(const duckdb_hugeint& value) {
  return static_cast<Int128>((static_cast<UInt128>(static_cast<std::uint64_t>(value.upper)) << 64) |
                             value.lower);
}

/// Whole numbers up to here, and decimals of as many digits, are exact in a double.
constexpr Int128 kExactInDouble = 1'000'000'000'000'000;

}  // namespace

base::Result<CellType> CellType::Of(duckdb_logical_type logical) {
  CellType type;
  type.id = duckdb_get_type_id(logical);
  for (const PlainType& plain : kPlainTypes) {
    if (plain.id != type.id) continue;
    type.name = plain.name;
    type.kind = plain.kind;
    char* alias = duckdb_logical_type_get_alias(logical);
    if (alias != nullptr) type.name = TakeText(alias);
    return type;
  }
  TT_CHECK(DescribeNested(type, logical));
  return type;
}

CellColumn::CellColumn(const CellType& type, duckdb_vector vector)
    : type_(&type),
      data_(duckdb_vector_get_data(vector)),
      validity_(duckdb_vector_get_validity(vector)) {
  switch (static_cast<int>(type.id)) {
    case DUCKDB_TYPE_LIST:
      children_.emplace_back(type.children[0], duckdb_list_vector_get_child(vector));
      return;
    case DUCKDB_TYPE_ARRAY:
      children_.emplace_back(type.children[0], duckdb_array_vector_get_child(vector));
      return;
    case DUCKDB_TYPE_MAP: {  // a list of structs of key and value
      duckdb_vector entries = duckdb_list_vector_get_child(vector);
      for (idx_t i = 0; i < 2; ++i)
        children_.emplace_back(type.children[i], duckdb_struct_vector_get_child(entries, i));
      return;
    }
    case DUCKDB_TYPE_STRUCT:
      for (idx_t i = 0; i < type.children.size(); ++i)
        children_.emplace_back(type.children[i], duckdb_struct_vector_get_child(vector, i));
      return;
    case DUCKDB_TYPE_UNION: {  // a struct whose first child is the tag
      static const CellType kTag = [] {
        CellType tag;
        tag.id = DUCKDB_TYPE_UTINYINT;
        return tag;
      }();
      children_.emplace_back(kTag, duckdb_struct_vector_get_child(vector, 0));
      for (idx_t i = 0; i < type.children.size(); ++i)
        children_.emplace_back(type.children[i], duckdb_struct_vector_get_child(vector, i + 1));
      return;
    }
    default: return;
  }
}

std::string_view CellColumn::StringAt(std::uint64_t row) const {
  const auto& text = At<duckdb_string_t>(row);
  const std::uint32_t length = text.value.inlined.length;
  return {length <= 12 ? text.value.inlined.inlined : text.value.pointer.ptr, length};
}

void CellColumn::AppendDecimal(std::uint64_t row, std::string& out) const {
  switch (static_cast<int>(type_->storage)) {
    case DUCKDB_TYPE_SMALLINT: return AppendScaled(At<std::int16_t>(row), type_->scale, out);
    case DUCKDB_TYPE_INTEGER: return AppendScaled(At<std::int32_t>(row), type_->scale, out);
    case DUCKDB_TYPE_BIGINT: return AppendScaled(At<std::int64_t>(row), type_->scale, out);
    default: return AppendScaled(Wide(At<duckdb_hugeint>(row)), type_->scale, out);
  }
}

void CellColumn::AppendText(std::uint64_t row, std::string& out) const {
  constexpr std::int64_t kMicro = 1'000'000;
  switch (static_cast<int>(type_->id)) {
    case DUCKDB_TYPE_BOOLEAN: out += At<bool>(row) ? "true" : "false"; return;
    case DUCKDB_TYPE_TINYINT: return AppendInteger(At<std::int8_t>(row), out);
    case DUCKDB_TYPE_SMALLINT: return AppendInteger(At<std::int16_t>(row), out);
    case DUCKDB_TYPE_INTEGER: return AppendInteger(At<std::int32_t>(row), out);
    case DUCKDB_TYPE_BIGINT: return AppendInteger(At<std::int64_t>(row), out);
    case DUCKDB_TYPE_UTINYINT: return AppendInteger(At<std::uint8_t>(row), out);
    case DUCKDB_TYPE_USMALLINT: return AppendInteger(At<std::uint16_t>(row), out);
    case DUCKDB_TYPE_UINTEGER: return AppendInteger(At<std::uint32_t>(row), out);
    case DUCKDB_TYPE_UBIGINT: return AppendInteger(At<std::uint64_t>(row), out);
    case DUCKDB_TYPE_HUGEINT: return AppendInteger(Wide(At<duckdb_hugeint>(row)), out);
    case DUCKDB_TYPE_UHUGEINT:
      return AppendUnsigned((static_cast<UInt128>(At<duckdb_uhugeint>(row).upper) << 64) |
                                At<duckdb_uhugeint>(row).lower,
                            out);
    case DUCKDB_TYPE_FLOAT: return AppendReal(At<float>(row), out);
    case DUCKDB_TYPE_DOUBLE: return AppendReal(At<double>(row), out);
    case DUCKDB_TYPE_DECIMAL: return AppendDecimal(row, out);
    case DUCKDB_TYPE_DATE: return AppendDate(At<std::int32_t>(row), out);
    case DUCKDB_TYPE_TIME: return AppendTime(At<std::int64_t>(row), kMicro, out);
    case DUCKDB_TYPE_TIME_NS: return AppendTime(At<std::int64_t>(row), 1000 * kMicro, out);
    case DUCKDB_TYPE_TIME_TZ: {
      // 40 bits of microseconds, then 24 bits that fall as the offset rises.
      const std::uint64_t bits = At<std::uint64_t>(row);
      AppendTime(static_cast<std::int64_t>(bits >> 24), kMicro, out);
      return AppendOffset(57599 - static_cast<std::int32_t>(bits & 0xFFFFFF), out);
    }
    case DUCKDB_TYPE_TIMESTAMP: return AppendTimestamp(At<std::int64_t>(row), kMicro, out);
    case DUCKDB_TYPE_TIMESTAMP_S: return AppendTimestamp(At<std::int64_t>(row), 1, out);
    case DUCKDB_TYPE_TIMESTAMP_MS: return AppendTimestamp(At<std::int64_t>(row), 1000, out);
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return AppendTimestamp(At<std::int64_t>(row), 1000 * kMicro, out);
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      AppendTimestamp(At<std::int64_t>(row), kMicro, out);
      out += "+00";
      return;
    case DUCKDB_TYPE_INTERVAL: {
      const auto& interval = At<duckdb_interval>(row);
      return AppendInterval(interval.months, interval.days, interval.micros, out);
    }
    case DUCKDB_TYPE_VARCHAR: out += StringAt(row); return;
    case DUCKDB_TYPE_BLOB: return AppendBlob(StringAt(row), out);
    case DUCKDB_TYPE_BIT: return AppendBits(StringAt(row), out);
    case DUCKDB_TYPE_UUID: {
      // Stored with the top bit flipped, so that it sorts as a signed number.
      const auto& uuid = At<duckdb_hugeint>(row);
      return AppendUuid(static_cast<std::uint64_t>(uuid.upper) ^ (1ull << 63), uuid.lower, out);
    }
    default: return AppendNested(row, out);
  }
}

/// Texts inside a list or struct are quoted, so that no two different cells have the same text.
void CellColumn::AppendElement(std::size_t child, std::uint64_t row, std::string& out) const {
  const CellColumn& column = children_[child];
  if (column.IsNull(row)) {
    out += "NULL";
    return;
  }
  const duckdb_type id = column.type_->id;
  const bool bare =
      IsNumeric(column.type_->kind) || id == DUCKDB_TYPE_BOOLEAN || !column.children_.empty();
  if (bare) return column.AppendText(row, out);
  std::string text;
  column.AppendText(row, text);
  out += QuoteText(text);
}

void CellColumn::AppendMap(std::uint64_t first, std::uint64_t count, std::string& out) const {
  out += '{';
  for (std::uint64_t i = first; i < first + count; ++i) {
    if (i > first) out += ", ";
    AppendElement(0, i, out);
    out += '=';
    AppendElement(1, i, out);
  }
  out += '}';
}

void CellColumn::AppendNested(std::uint64_t row, std::string& out) const {
  switch (static_cast<int>(type_->id)) {
    case DUCKDB_TYPE_ENUM: {
      const std::uint64_t index = type_->storage == DUCKDB_TYPE_UTINYINT ? At<std::uint8_t>(row)
                                  : type_->storage == DUCKDB_TYPE_USMALLINT
                                      ? At<std::uint16_t>(row)
                                      : At<std::uint32_t>(row);
      out += type_->labels.at(index);
      return;
    }
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY: {
      const bool is_list = type_->id == DUCKDB_TYPE_LIST;
      const std::uint64_t first =
          is_list ? At<duckdb_list_entry>(row).offset : row * type_->array_size;
      const std::uint64_t count = is_list ? At<duckdb_list_entry>(row).length : type_->array_size;
      out += '[';
      for (std::uint64_t i = first; i < first + count; ++i) {
        if (i > first) out += ", ";
        AppendElement(0, i, out);
      }
      out += ']';
      return;
    }
    case DUCKDB_TYPE_MAP:
      return AppendMap(At<duckdb_list_entry>(row).offset, At<duckdb_list_entry>(row).length, out);
    case DUCKDB_TYPE_STRUCT:
      out += '{';
      for (std::size_t i = 0; i < children_.size(); ++i) {
        if (i > 0) out += ", ";
        out += QuoteText(type_->labels[i]) + ": ";
        AppendElement(i, row, out);
      }
      out += '}';
      return;
    case DUCKDB_TYPE_UNION: {
      const std::size_t tag = children_[0].At<std::uint8_t>(row);
      out += type_->labels.at(tag) + ": ";
      return AppendElement(tag + 1, row, out);
    }
    default: return;
  }
}

wire::Value CellColumn::Value(std::uint64_t row, std::string text) const {
  if (type_->kind == Kind::boolean) return wire::Value(At<bool>(row));
  if (type_->kind == Kind::integer) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return wire::Value(number);
    return wire::Value(std::move(text));
  }
  if (type_->id == DUCKDB_TYPE_FLOAT || type_->id == DUCKDB_TYPE_DOUBLE) {
    // The shortest decimal of a FLOAT, not its binary expansion: 0.1, not 0.10000000149011612.
    double number = type_->id == DUCKDB_TYPE_DOUBLE ? At<double>(row) : 0;
    if (type_->id == DUCKDB_TYPE_FLOAT)
      std::from_chars(text.data(), text.data() + text.size(), number);
    return wire::Value(number);
  }
  if (type_->id == DUCKDB_TYPE_DECIMAL) {
    Int128 digits = 0;
    for (const char c : text)
      if (c >= '0' && c <= '9') digits = digits * 10 + (c - '0');
    if (digits > kExactInDouble) return wire::Value(std::move(text));
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return wire::Value(number);
  }
  return wire::Value(std::move(text));
}

}  // namespace tabletalk::runner
