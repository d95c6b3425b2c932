// JSON for readers of which many hold every number as a double: whole numbers beyond 2^53 would
// reach them changed, in silence, so they leave as text.
#pragma once

#include "base/codec.h"

namespace tabletalk::wire {

/// Turns whole numbers of more than 53 bits in `value` into text.
void QuoteWideIntegers(base::json::value& value);

template <class T>
base::json::value ToPublicJson(const T& message) {
  base::json::value value = base::ToJson(message);
  QuoteWideIntegers(value);
  return value;
}

}  // namespace tabletalk::wire
