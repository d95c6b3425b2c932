// Takes the place of the module confine in a fuzzer: what "runs" inside is a script of bytes.
#pragma once

#include <string>

#include "confine/confine.h"

namespace tabletalk::fuzz {

/// What the next confine::Start yields: a process that says this, whatever it is told, and then
/// ends so. At most 64 KiB, which a socket holds.
struct Script {
  std::string says;
  confine::Exit ends;
};
void SetScript(Script script);

}  // namespace tabletalk::fuzz
