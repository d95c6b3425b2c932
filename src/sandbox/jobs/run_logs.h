// What a run printed, made fit to be shown.
#pragma once

#include <cstdint>
#include <string>

#include "sandbox/worker.h"

namespace tabletalk::sandbox {

struct RunLogs {
  std::string text;  ///< Valid UTF-8; controls and direction marks escaped, but for \n and \t.
  bool truncated = false;
};

/// Standard output, then standard error. Where something is missing in the middle of either, or
/// the text would be longer than `max_bytes`, a line "… [cut: N bytes] …" stands in its place.
RunLogs LogsOf(const WorkerEnd& end, std::uint64_t max_bytes);

}  // namespace tabletalk::sandbox
