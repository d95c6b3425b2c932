// The first words with a process that is to become warm.
#pragma once

#include <string_view>

#include "confine/confine.h"
#include "wire/frame.h"

namespace tabletalk::sandbox {

/// How long a language or a dataset may take to load.
inline constexpr std::chrono::seconds kLoadTime{120};

/// Reads the one reply of a process that has loaded what it was told to, after sending `request`
/// (nothing for a null one). The process has seen data, but no code, of anybody. Errors: what the
/// process says, or how it ended; all begin with `what`.
base::Result<base::json::value> AwaitWarm(confine::Child& child, std::string_view request_kind,
                                          const base::json::value& request,
                                          std::string_view reply_kind, std::string_view what,
                                          const base::CancelToken& cancel);

}  // namespace tabletalk::sandbox
