// Tools in words, for servers and models that have none.
//
// The request is rewritten so that it holds nothing but text: the tools are described in the system
// prompt, an earlier call becomes the JSON object that the model would have written, an outcome
// becomes a message of the user. The model answers with one object a turn, {"tool": ...,
// "arguments": ...} or {"answer": ...}, with whatever prose around it, and the answer is read back.
// Only the first call of an answer counts: small models go on and make up the outcome themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/chat_model.h"

namespace tabletalk::model {

/// `request` without tools, calls and outcomes.
Request InWords(const Request& request);
/// `request` without its output format, which is asked for in words.
Request WithOutputInWords(const Request& request);

/// What an answer to InWords(request) means. `text` is without reasoning.
struct Spoken {
  std::optional<ToolCall> call;
  std::string text;  ///< Where there is no call.
};
Spoken Interpret(std::string_view text, const Request& request);

}  // namespace tabletalk::model
