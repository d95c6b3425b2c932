#include "http/admission/accept.h"

#include <algorithm>
#include <string_view>

#include "http/admission/field_value.h"

namespace tabletalk::http {
namespace {

constexpr int kWhole = 1000;  // Weights have at most three decimals.

// "0.8" gives 800. What is no weight weighs nothing.
int WeightOf(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int weight = (text[0] - '0') * kWhole;
  if (text.size() > 1 && text[1] != '.') return 0;
  int unit = kWhole / 10;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return 0;
    weight += (text[i] - '0') * unit;
  }
  return std::min(weight, kWhole);
}

}  // namespace

bool AcceptsEventStream(const Headers& headers) {
  int stream = 0;
  int json = 0;
  for (const auto& [name, value] : headers.fields()) {
    if (!EqualIgnoringCase(name, "Accept")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      std::string_view range = TakePart(rest, ',');
      const std::string_view type = TakePart(range, ';');
      int weight = kWhole;
      while (!range.empty()) {
        const std::string_view parameter = TakePart(range, ';');
        if (EqualIgnoringCase(parameter.substr(0, 2), "q=")) weight = WeightOf(parameter.substr(2));
      }
      if (EqualIgnoringCase(type, "text/event-stream")) stream = std::max(stream, weight);
      if (EqualIgnoringCase(type, "application/json")) json = std::max(json, weight);
    }
  }
  return stream > 0 && stream >= json;
}

}  // namespace tabletalk::http
