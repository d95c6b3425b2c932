// What one server was found to take.
//
// "OpenAI-compatible" names a family, not a format: one server knows no tools unless it was started
// with a flag, one refuses the parameter that another demands, one has no system messages. None of
// it can be asked; it shows in refusals. A Dialect is what is known so far, and AdaptTo turns a
// refusal into the next thing to try. It only ever takes away (but for the one parameter that has
// two names), so the search ends.
#pragma once

#include <optional>
#include <string_view>

#include "model/chat_model.h"

namespace tabletalk::model {

struct Dialect {
  bool tools = true;
  bool required_tool = true;  ///< tool_choice "required"
  bool output_schema = true;
  bool temperature = true;
  bool usage_in_stream = true;
  bool system_role = true;
  bool completion_tokens = false;  ///< max_completion_tokens in place of max_tokens.

  bool operator==(const Dialect&) const = default;
  /// What both take; the name of the parameter as in `newer`.
  Dialect Meet(const Dialect& newer) const;
};

/// A response of status 400 and above to `sent`, with its message. Nothing where the refusal is
/// about something else.
std::optional<Dialect> AdaptTo(const Dialect& dialect, int status, std::string_view message,
                               const Request& sent, bool may_drop_tools);

}  // namespace tabletalk::model
