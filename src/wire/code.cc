#include "wire/code.h"

namespace tabletalk::wire {

namespace json = base::json;

void AvailableColumn::DecodeJson(base::Decoder& decoder, const json::value& value,
                                 AvailableColumn& out) {
  if (const json::string* name = value.if_string()) {
    out.name = std::string(*name);
    return;
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return decoder.FailType("a column's name or {name, type}", value);
  {
    const auto scope = decoder.Field("name");
    const json::value* name = object->if_contains("name");
    if (name == nullptr) {
      decoder.Fail("is missing");
    } else {
      base::Decode(decoder, *name, out.name);
    }
  }
  if (const json::value* type = object->if_contains("type")) {
    const auto scope = decoder.Field("type");
    base::Decode(decoder, *type, out.type);
  }
}

json::value AvailableColumn::EncodeJson() const {
  if (!type) return json::value(name);
  return json::object{{"name", name}, {"type", *type}};
}

json::value AvailableColumn::JsonSchema(base::SchemaBuilder&) {
  const json::object text{{"type", "string"}};
  return json::object{
      {"anyOf", json::array{text, json::object{{"type", "object"},
                                               {"properties", {{"name", text}, {"type", text}}},
                                               {"required", json::array{"name"}}}}}};
}

}  // namespace tabletalk::wire
