#include "runner/ingest/skip_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>

#include "base/utf8.h"

namespace tabletalk::runner {
namespace {

constexpr std::size_t kBlock = 1 << 20;

base::Error NoRange(std::string_view text) {
  return base::InvalidArgument(fmt::format(
      "\"{}\" names no lines; write lines to leave out as 1-3,17,40-", base::Truncate(text, 60)));
}

bool ReadLine(std::string_view text, std::uint64_t& line) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), line);
  return error == std::errc() && end == text.data() + text.size() && line > 0;
}

bool Holds(const LineRanges& ranges, std::uint64_t line) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
    return line >= range.first && line <= range.second;
  });
}

}  // namespace

base::Result<LineRanges> ReadLineRanges(std::string_view text) {
  LineRanges ranges;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string_view part = text.substr(at, end - at);
    const std::size_t dash = part.find('-');
    std::uint64_t first = 0, last = 0;
    if (!ReadLine(part.substr(0, dash), first)) return NoRange(text);
    if (dash == std::string_view::npos)
      last = first;
    else if (dash + 1 == part.size())
      last = std::numeric_limits<std::uint64_t>::max();
    else if (!ReadLine(part.substr(dash + 1), last))
      return NoRange(text);
    if (last < first || ranges.size() == 1000) return NoRange(text);
    ranges.emplace_back(first, last);
    at = end + 1;
  }
  return ranges;
}

base::Result<std::uint64_t> BlankLines(const SourceFile& source, std::string_view text,
                                       const std::string& path, std::uint64_t max_bytes) {
  TT_ASSIGN(const LineRanges ranges, ReadLineRanges(text));
  if (source.size > max_bytes)
    return base::MakeError(base::ErrorCode::too_large,
                           "this file is too large to leave lines out of it");
  std::ofstream out(path, std::ios::binary);
  std::uint64_t line = 1, blanked = 0;
  bool leaves_out = Holds(ranges, line);
  bool begun = false;
  for (std::uint64_t offset = 0; offset < source.size;) {
    TT_ASSIGN(const std::string block, ReadAt(source, offset, kBlock));
    if (block.empty()) break;
    offset += block.size();
    for (std::size_t at = 0; at < block.size();) {
      const std::size_t end = std::min(block.find('\n', at), block.size());
      begun = begun || end > at;
      if (!leaves_out) out.write(block.data() + at, static_cast<std::streamsize>(end - at));
      at = end + 1;
      if (end == block.size()) break;
      out.put('\n');
      if (leaves_out) ++blanked;
      leaves_out = Holds(ranges, ++line);
      begun = false;
    }
  }
  if (leaves_out && begun) ++blanked;
  if (!out.flush())
    return base::MakeError(base::ErrorCode::internal, "a temporary file could not be written");
  return blanked;
}

}  // namespace tabletalk::runner
