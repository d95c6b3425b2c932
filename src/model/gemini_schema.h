// JSON Schema as Gemini's Schema type says it: a part of OpenAPI 3.0.
//
// What it has no word for is said otherwise or left out where that only widens the schema: $ref is
// written out, oneOf becomes anyOf, allOf is merged, const an enum of one, a type list with "null"
// becomes nullable, additionalProperties and patterns it does not know go. What it cannot say at
// all (an object of any members, a schema that contains itself) gives nothing; such a schema
// travels in the newer field that takes JSON Schema as it is.
#pragma once

#include <optional>

#include "base/json.h"

namespace tabletalk::model {

std::optional<base::json::object> ToGeminiSchema(const base::json::object& schema);

}  // namespace tabletalk::model
