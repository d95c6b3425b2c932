// What a fuzz target promises: a broken promise ends the process, in every build.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace tabletalk::fuzz {

inline void Promise(bool kept, std::string_view what) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace tabletalk::fuzz
