// An answer as the terminal shows it.
#pragma once

#include <string>

#include "terminal.h"
#include "wire/chat.h"
#include "wire/event.h"

namespace tabletalk::app {

/// Which of the work behind an answer is shown with it.
struct ShownWork {
  bool sql = false;
  bool plan = false;
  bool python = false;
};

/// Sentence, table, chart, what was assumed, and the work that is asked for. What the code printed
/// is not in it.
std::string ReplyText(const wire::ChatReply& reply, const ShownWork& work, const Style& style);

/// What was and was not understood, what it could mean, numbered, and what could be asked instead.
std::string RefusalText(const wire::ChatReply& reply, const Style& style);

/// One line for what a model does on its way to an answer; "" for what is seen in the answer.
std::string StepText(const wire::Event& event);

}  // namespace tabletalk::app
