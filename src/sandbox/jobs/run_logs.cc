#include "sandbox/jobs/run_logs.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace tabletalk::sandbox {
namespace {

constexpr unsigned kContinuation = 0x80;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == kContinuation; }

std::string Mark(std::uint64_t bytes) { return fmt::format("\n… [cut: {} bytes] …\n", bytes); }

// A cut may fall into the middle of a character; what is left of it goes, too.
std::string_view WithoutBrokenEnd(std::string_view text) {
  std::size_t back = 0;
  while (back < 3 && back < text.size() && Continues(text[text.size() - 1 - back])) ++back;
  if (back >= text.size()) return text;
  const auto lead = static_cast<unsigned char>(text[text.size() - 1 - back]);
  const std::size_t wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  return wanted > back ? text.substr(0, text.size() - 1 - back) : text;
}

std::string_view WithoutBrokenStart(std::string_view text) {
  std::size_t front = 0;
  while (front < 3 && front < text.size() && Continues(text[front])) ++front;
  return text.substr(front);
}

void AppendStream(const confine::Output& stream, RunLogs& logs) {
  if (stream.total_bytes == 0) return;
  if (!logs.text.empty() && logs.text.back() != '\n') logs.text += '\n';
  const std::uint64_t dropped = stream.total_bytes - stream.head.size() - stream.tail.size();
  if (dropped == 0) {
    logs.text += base::EscapeControls(stream.head + stream.tail);
    return;
  }
  logs.text += base::EscapeControls(WithoutBrokenEnd(stream.head)) + Mark(dropped) +
               base::EscapeControls(WithoutBrokenStart(stream.tail));
  logs.truncated = true;
}

}  // namespace

RunLogs LogsOf(const WorkerEnd& end, std::uint64_t max_bytes) {
  RunLogs logs;
  AppendStream(end.standard_output, logs);
  AppendStream(end.standard_error, logs);
  if (logs.text.size() <= max_bytes) return logs;
  const std::string_view text = logs.text;
  const std::string_view head = WithoutBrokenEnd(text.substr(0, max_bytes / 2));
  const std::string_view tail = WithoutBrokenStart(text.substr(text.size() - max_bytes / 2));
  logs.text = std::string(head) + Mark(text.size() - head.size() - tail.size()) + std::string(tail);
  logs.truncated = true;
  return logs;
}

}  // namespace tabletalk::sandbox
