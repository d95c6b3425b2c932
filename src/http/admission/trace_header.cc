#include "http/admission/trace_header.h"

#include <algorithm>
#include <string_view>

namespace tabletalk::http {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLowerHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }
bool IsTraceCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
         c == '-';
}

bool IsTraceId(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), IsTraceCharacter);
}

/// version "-" trace-id "-" parent-id "-" flags, of 2, 32, 16 and 2 digits. Versions after 00 may
/// append more parts; ff is none, and an all-zero id is none.
std::optional<std::string> TraceIdOfParent(std::string_view header) {
  constexpr std::size_t kLength = 55;
  if (header.size() < kLength) return std::nullopt;
  if (header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  const auto hex = [&](std::size_t from, std::size_t count) {
    const auto part = header.substr(from, count);
    return std::all_of(part.begin(), part.end(), IsLowerHex);
  };
  if (!hex(0, 2) || !hex(3, 32) || !hex(36, 16) || !hex(53, 2)) return std::nullopt;
  const auto version = header.substr(0, 2);
  if (version == "ff") return std::nullopt;
  if (version == "00" ? header.size() != kLength
                      : header.size() > kLength && header[kLength] != '-')
    return std::nullopt;
  const auto zeros = [](std::string_view part) {
    return part.find_first_not_of('0') == std::string_view::npos;
  };
  if (zeros(header.substr(3, 32)) || zeros(header.substr(36, 16))) return std::nullopt;
  return std::string(header.substr(3, 32));
}

}  // namespace

base::TraceId TraceIdOf(const Headers& headers) {
  for (const std::string_view name : {"X-Trace-Id", "X-Request-Id"})
    if (const auto value = headers.Find(name); value && IsTraceId(*value))
      return base::TraceId(std::string(*value));
  if (const auto parent = headers.Find("traceparent"))
    if (auto id = TraceIdOfParent(*parent)) return base::TraceId(std::move(*id));
  return base::TraceId::Fresh();
}

}  // namespace tabletalk::http
