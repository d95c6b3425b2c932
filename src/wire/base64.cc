#include "wire/base64.h"

#include <algorithm>
#include <cstdint>

namespace tabletalk::wire {

namespace {
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}  // namespace

std::string ToBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      text += j <= count ? kDigits[group >> (18 - 6 * j) & 63u] : '=';
  }
  return text;
}

base::Result<std::string> FromBase64(std::string_view text) {
  const std::size_t end = std::min(text.find('='), text.size());
  std::string bytes;
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const auto digit = kDigits.find(text[i]);
    if (digit == kDigits.npos) return base::InvalidArgument("not base64");
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if (i % 4 != 0) bytes += static_cast<char>(group >> (6 - 2 * (i % 4)) & 0xff);
  }
  if (ToBase64(bytes) != text) return base::InvalidArgument("not base64");
  return bytes;
}

}  // namespace tabletalk::wire
