// base::ParseJson: what it takes is bounded and UTF-8, and survives being written and read again.
#include <cstdint>

#include "base/json.h"
#include "base/utf8.h"
#include "check.h"

namespace {

using namespace tabletalk;

std::size_t CountValues(const base::json::value& value) {
  std::size_t count = 1;
  if (const auto* array = value.if_array())
    for (const auto& element : *array) count += CountValues(element);
  if (const auto* object = value.if_object())
    for (const auto& member : *object) count += 1 + CountValues(member.value());
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const base::JsonLimits limits{.max_size = base::ByteSize::Kibi(64), .max_values = 100};
  const auto parsed = base::ParseJson(text, limits);
  if (parsed.has_error()) {
    fuzz::Promise(base::IsValidUtf8(parsed.error().public_message()), "errors are UTF-8");
    return 0;
  }
  fuzz::Promise(base::IsValidUtf8(text), "only UTF-8 is taken");
  fuzz::Promise(CountValues(*parsed) <= limits.max_values, "values are counted");
  const std::string once = base::ToJsonText(*parsed);
  const auto again = base::ParseJson(once, limits);
  fuzz::Promise(again.has_value(), "what was written is read");
  fuzz::Promise(base::ToJsonText(*again) == once, "it says the same");
  fuzz::Promise(base::ParseJson(base::ToPrettyJson(*parsed)).has_value(), "so is the long form");
  return 0;
}
