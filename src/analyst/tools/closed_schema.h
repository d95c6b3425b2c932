// The arguments of a tool as JSON Schema, from the struct that says what they are.
#pragma once

#include "base/codec.h"

namespace tabletalk::analyst {

/// The schema of a described struct as one object: `T`'s own fields and no others, with the
/// definitions it refers to beside them.
template <class T>
base::json::object ClosedSchema() {
  base::SchemaBuilder builder;
  (void)base::SchemaOf<T>(builder);
  base::json::object definitions = builder.definitions();
  const std::string& name = builder.ShownName(base::codec::NameOf<T>());
  base::json::object schema = definitions.at(name).as_object();
  definitions.erase(name);
  schema["additionalProperties"] = false;
  if (!definitions.empty()) schema["$defs"] = std::move(definitions);
  return schema;
}

}  // namespace tabletalk::analyst
