// What a model meant by its reply.
#pragma once

#include <string>
#include <vector>

#include "model/chat_model.h"

namespace tabletalk::analyst {

struct Reply {
  std::vector<model::ToolCall> calls;
  std::string thought;    ///< What it said beside its calls, without their JSON.
  std::string text;       ///< What it ends with, where there are no calls.
  bool in_words = false;  ///< The calls were found in the text.
  bool cut = false;       ///< By the limit on its length: calls and text are not whole.
  bool withheld = false;  ///< By the provider's filter.
};

/// Reads calls from the text where the server found none, whichever way the model writes them down,
/// and the answer from {"answer": "..."} or a call of a tool of such a name. With `nothing_ran`, a
/// plan alone and a fenced statement or code count as calls too; later they may be an explanation.
/// Reasoning in <think> tags is dropped.
Reply ReadReply(const model::Response& response, const std::vector<model::Tool>& tools,
                bool nothing_ran);

}  // namespace tabletalk::analyst
