#include "wire/value.h"

namespace tabletalk::wire {

namespace json = base::json;

std::optional<double> Value::AsNumber() const {
  if (const auto* whole = if_integer()) return static_cast<double>(*whole);
  if (const auto* real = if_double()) return *real;
  return std::nullopt;
}

void Value::DecodeJson(base::Decoder& decoder, const json::value& value, Value& out) {
  switch (value.kind()) {
    case json::kind::null: out = Value(); return;
    case json::kind::bool_: out = Value(value.get_bool()); return;
    case json::kind::int64: out = Value(value.get_int64()); return;
    case json::kind::uint64: out = Value(std::to_string(value.get_uint64())); return;
    case json::kind::double_: out = Value(value.get_double()); return;
    case json::kind::string: out = Value(std::string(value.get_string())); return;
    case json::kind::array:
    case json::kind::object: break;
  }
  decoder.FailType("null, a boolean, a number or a string", value);
}

json::value Value::EncodeJson() const {
  return std::visit(
      [](const auto& held) -> json::value {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) {
          return nullptr;
        } else {
          return base::Encode(held);
        }
      },
      data);
}

json::value Value::JsonSchema(base::SchemaBuilder&) {
  return json::object{{"type", json::array{"null", "boolean", "number", "string"}}};
}

}  // namespace tabletalk::wire
