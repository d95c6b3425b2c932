#include "wire/public_json.h"

#include <string>

namespace tabletalk::wire {
namespace {

constexpr std::int64_t kMostExact = std::int64_t{1} << 53;

}  // namespace

void QuoteWideIntegers(base::json::value& value) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) QuoteWideIntegers(member.value());
  } else if (auto* array = value.if_array()) {
    for (auto& element : *array) QuoteWideIntegers(element);
  } else if (const auto* whole = value.if_int64();
             whole && (*whole > kMostExact || *whole < -kMostExact)) {
    value = std::to_string(*whole);
  } else if (const auto* wide = value.if_uint64(); wide && *wide > std::uint64_t{kMostExact}) {
    value = std::to_string(*wide);
  }
}

}  // namespace tabletalk::wire
