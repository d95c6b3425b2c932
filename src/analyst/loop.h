// One question, from the first request to the answer. The idea is on top of loop.cc.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyst/analyst.h"
#include "analyst/answer/narrator.h"
#include "analyst/reply_reading.h"
#include "analyst/tools/suggestion.h"
#include "analyst/tools/tool.h"
#include "model/decorators.h"

namespace tabletalk::analyst {

/// Made for one question and used once; what is given outlives it.
class Loop {
 public:
  Loop(const Options& options, model::BudgetedModel& model, const Question& question,
       Workbench& bench, const Context& context);

  /// Errors as of Analyst::Ask.
  base::Result<Answer> Run();

 private:
  /// Why the model is not asked again.
  enum class Limit { setbacks, tool_calls, repeated_call, budget, silence };
  struct Seen {
    int times = 0;
    Outcome outcome;
  };
  /// Nothing: the model's turn.
  using Ending = std::optional<Answer>;

  base::Result<void> StillWanted() const;
  base::Result<Ending> TakeText(const Reply& reply);
  bool NeedsARun(const std::string& text) const;
  /// Gives calls ids of their own and puts the reply into the conversation.
  void TakeDown(Reply& reply);
  base::Result<Ending> TakeCalls(Reply reply);
  base::Result<Outcome> TakeCall(const model::ToolCall& call, Seen& seen);
  /// The call with the suggestion in it, which is then what came of that call.
  base::Result<Outcome> TakeSuggestion(const model::ToolCall& call, const Suggestion& suggestion,
                                       Seen& seen);
  base::Result<Outcome> Perform(const model::ToolCall& call, const Arguments& arguments);
  void Report(const model::ToolCall& call, const Outcome& outcome);
  void Hand(const model::ToolCall& call, std::vector<wire::EgressPart> parts);

  /// Says why the reply was of no use and lets the model go on; never twice without a call between.
  bool Nudge(std::string_view prompt);
  void Append(model::Message message) { request_.messages.push_back(std::move(message)); }

  /// Ends with the text, or with what there is.
  base::Result<Answer> Tell(const std::string& draft, bool ask_again);
  base::Result<Answer> Settle(Limit limit);
  base::Result<Ending> EndBy(Limit limit);
  Answer Compose(Told told);
  base::Error NoAnswer(Limit limit) const;
  base::Error End(base::Error error, wire::Stage stage) const;
  bool HasResult() const;

  const Options& options_;
  model::BudgetedModel& model_;
  const Question& question_;
  const Context& context_;
  const std::vector<Tool> tools_;
  Desk desk_;
  model::Request request_;

  int calls_ = 0;     ///< Of tools, executed or refused.
  int setbacks_ = 0;  ///< Turns in a row whose last step was refused or failed.
  int all_setbacks_ = 0;
  bool nudged_ = false;
  bool settled_ = false;                ///< The last run that worked is the answer.
  bool last_turn_ = false;              ///< No more tools.
  bool withheld_ = false;               ///< The provider's filter took the last reply.
  std::optional<base::Error> setback_;  ///< Of the last step, if it was refused or failed.
  std::vector<std::string> notes_;      ///< For the answer's assumptions.

  std::map<std::string, Seen> seen_;  ///< Calls by name and arguments.
  std::set<std::string> ids_;         ///< Of calls.
  std::set<std::string> told_of_;     ///< Runs whose data were announced.
};

}  // namespace tabletalk::analyst
