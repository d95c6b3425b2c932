// One cell.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/codec.h"

namespace tabletalk::wire {

/// A cell or a bound parameter. Null, boolean, whole number, real number or text. Dates, times,
/// timestamps ("2026-01-31 23:59:59"), intervals and whole numbers beyond 64 bits travel as text;
/// the column's type says which it is. NaN and the infinities travel as the strings "NaN",
/// "Infinity" and "-Infinity" in a column of type number.
struct Value {
  std::variant<std::monostate, bool, std::int64_t, double, std::string> data;

  Value() = default;
  explicit Value(bool flag) : data(flag) {}
  explicit Value(std::int64_t number) : data(number) {}
  explicit Value(double number) : data(number) {}
  explicit Value(std::string text) : data(std::move(text)) {}
  explicit Value(const char* text) : data(std::string(text)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data); }
  const bool* if_bool() const { return std::get_if<bool>(&data); }
  const std::int64_t* if_integer() const { return std::get_if<std::int64_t>(&data); }
  const double* if_double() const { return std::get_if<double>(&data); }
  const std::string* if_text() const { return std::get_if<std::string>(&data); }
  /// The number of an integer or real cell.
  std::optional<double> AsNumber() const;
  bool operator==(const Value&) const = default;

  static void DecodeJson(base::Decoder&, const base::json::value&, Value&);
  base::json::value EncodeJson() const;
  static base::json::value JsonSchema(base::SchemaBuilder&);
};

}  // namespace tabletalk::wire
