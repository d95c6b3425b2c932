// The escape attempts of policies/attestation.txt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/worker.h"

namespace tabletalk::sandbox {

/// How an attempt has to end.
enum class MustEnd {
  fail,       ///< With an error of the code.
  empty,      ///< In any way, as long as nothing of the host comes back.
  memory,     ///< At the memory limit.
  processes,  ///< At the limit of processes and threads.
  time,       ///< At the time limit.
};

struct EscapePayload {
  Language language = Language::sql;
  std::string name;
  MustEnd must = MustEnd::fail;
  std::string code;  ///< With its {placeholders}.
};

/// Reads the format that the file describes. internal, with the line, for what does not parse.
base::Result<std::vector<EscapePayload>> ParsePayloads(std::string_view text);

/// The reviewed file, embedded at build.
const std::vector<EscapePayload>& Payloads();

}  // namespace tabletalk::sandbox
