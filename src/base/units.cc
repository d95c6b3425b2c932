#include "base/units.h"

#include <fmt/format.h>

namespace tabletalk::base {

std::string ToText(ByteSize size) {
  if (size.bytes() < 1024) return fmt::format("{} B", size.bytes());
  double value = static_cast<double>(size.bytes()) / 1024.0;
  const char* unit = "KiB";
  for (const char* next : {"MiB", "GiB", "TiB"}) {
    if (value < 1024.0) break;
    value /= 1024.0;
    unit = next;
  }
  return fmt::format("{:.1f} {}", value, unit);
}

}  // namespace tabletalk::base
