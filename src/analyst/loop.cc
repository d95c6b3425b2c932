// The loop: the model speaks, its calls are carried out one after the other, their outcomes go
// back, until it ends with a text. Everything else here is about how it may go wrong, and there are
// three kinds of that.
//
// A step is refused or fails (a plan that does not check, a query that crashes): its issues go back
// to the model, at most max_attempts times in a row; a step that works begins the count anew. All
// calls of one reply count once, since the model could not mend one before it wrote the next. A
// setback that nothing mended is how the question ends: with the last run that worked, in a plain
// sentence and a note that says so, or else as that step's own error. Words after a failed query
// ("there are no such orders") are not shown, unless they tell of an earlier run by its slots. A
// plan that is wrong in one name, with one name that is near, and comes for the third time, is run
// with that name, which is said.
//
// The model comes to nothing (no text, a call for the third time, no end of calls, more tokens than
// the budget): it is asked once more where that can help, and then the question ends with what
// there is: the last run in a plain sentence and a note that says why, or else an error. What is
// shown claims no more than that run.
//
// The model, the sandbox or the asker goes away: that error, at once, also where a run had
// succeeded. Nobody knows whether that run was the answer or a step on the way, and half an answer
// looks like a whole one. The runs stay readable under their ids.
//
// The answer is about the run that its sentence uses. Slots are filled and numbers refused by the
// narrator, which asks the model again by itself.
#include "analyst/loop.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "analyst/answer/chart_for.h"
#include "analyst/answer/narrator.h"
#include "analyst/answer/sentences.h"
#include "analyst/answer/what_decided.h"
#include "analyst/card/preview.h"
#include "analyst/conversation.h"
#include "analyst/effort.h"
#include "analyst/parts.h"
#include "analyst/prompts.h"
#include "analyst/quoted.h"
#include "analyst/tools/toolbox.h"
#include "base/utf8.h"

namespace tabletalk::analyst {

using base::Error;
using base::ErrorCode;

namespace {

constexpr int kMostIdenticalCalls = 3;
constexpr std::int64_t kMostTokens = 16'384;
constexpr std::size_t kMostThought = 2'000;
constexpr std::string_view kSlotOfRun = "{{r";

std::vector<model::Tool> Declared(const std::vector<Tool>& tools) {
  std::vector<model::Tool> declared;
  for (const Tool& tool : tools) declared.push_back(tool.declared);
  return declared;
}

model::Message Says(model::Role role, wire::DataClass data_class, std::string text) {
  model::Message message;
  message.role = role;
  if (!text.empty()) message.parts.push_back({data_class, std::move(text)});
  return message;
}

std::vector<wire::EgressPart> Instruction(std::string text) {
  return {{wire::DataClass::instructions, std::move(text)}};
}

/// The sentences that were finished before the reply was cut.
std::string WholeSentences(std::string_view text) {
  auto sentences = Sentences(text);
  if (!sentences.empty()) sentences.pop_back();
  return fmt::format("{}", fmt::join(sentences, ""));
}

}  // namespace

Loop::Loop(const Options& options, model::BudgetedModel& model, const Question& question,
           Workbench& bench, const Context& context)
    : options_(options),
      model_(model),
      question_(question),
      context_(context),
      tools_(Toolbox(options, model.abilities())),
      desk_{.bench = bench,
            .options = options,
            .question = question.text,
            .emit =
                [&context](const wire::Event& event) {
                  if (context.emit) context.emit(event);
                }},
      request_(
          FirstRequest(question, bench.dataset(), Declared(tools_), model.abilities(), options)) {}

base::Result<Answer> Loop::Run() {
  const model::Context model_context = ModelContext(context_);
  while (true) {
    TT_CHECK(StillWanted());
    auto response = model_.Chat(request_, model_context);
    if (response.has_error()) {
      if (model_.used_up()) return Settle(Limit::budget);
      return End(std::move(response).error(), wire::Stage::model);
    }
    Reply reply = ReadReply(*response, request_.tools, !HasResult());
    withheld_ = reply.withheld;
    if (last_turn_ && !reply.calls.empty()) return Settle(Limit::tool_calls);
    TT_ASSIGN(Ending ending, reply.calls.empty() ? TakeText(reply) : TakeCalls(std::move(reply)));
    if (ending) return std::move(*ending);
  }
}

base::Result<void> Loop::StillWanted() const {
  if (context_.cancel.Cancelled())
    return End(base::MakeError(ErrorCode::cancelled, "The question was cancelled."),
               wire::Stage::planning);
  if (context_.deadline.Expired())
    return End(base::MakeError(ErrorCode::timed_out, "The question took too long.")
                   .WithDetail("timed_out", true),
               wire::Stage::planning);
  return {};
}

bool Loop::HasResult() const {
  return std::any_of(desk_.runs.begin(), desk_.runs.end(),
                     [](const wire::Run& run) { return !run.error; });
}

bool Loop::Nudge(std::string_view prompt) {
  if (nudged_) return false;
  nudged_ = true;
  Append(Says(model::Role::user, wire::DataClass::instructions, Render(prompt)));
  return true;
}

// ---- a reply that calls nothing ----

/// An announcement, a slot or a number: no end of a conversation in which nothing ran.
bool Loop::NeedsARun(const std::string& text) const {
  return Announces(text) || text.find(kSlotOfRun) != text.npos ||
         !NumberFaults(text, question_.text, desk_.bench.dataset()).empty();
}

base::Result<Loop::Ending> Loop::TakeText(const Reply& reply) {
  if (reply.cut) {
    request_.max_tokens = std::min(request_.max_tokens * 2, kMostTokens);
    if (Nudge("nudge_cut")) return Ending{};
  }
  const std::string text = reply.cut ? WholeSentences(reply.text) : reply.text;
  if (text.empty()) {
    if (Nudge("nudge_empty")) return Ending{};
    return EndBy(Limit::silence);
  }
  const bool failed = setback_.has_value() && text.find(kSlotOfRun) == text.npos;
  if (!last_turn_ && !nudged_ && (failed || (desk_.runs.empty() && NeedsARun(text)))) {
    Append(Says(model::Role::assistant, wire::DataClass::answer, text));
    (void)Nudge(failed ? "nudge_mend" : "nudge_act");
    return Ending{};
  }
  TT_ASSIGN(Answer answer, Tell(text, true));
  return Ending{std::move(answer)};
}

// ---- calls ----

void Loop::TakeDown(Reply& reply) {
  for (model::ToolCall& call : reply.calls)
    if (reply.in_words || call.id.empty() || !ids_.insert(call.id).second) {
      call.id = fmt::format("call_{}", ids_.size() + 1);
      while (!ids_.insert(call.id).second) call.id += "_";
    }
  model::Message said = Says(model::Role::assistant, wire::DataClass::answer, reply.thought);
  said.tool_calls = reply.calls;
  Append(std::move(said));
  if (auto thought = WithoutOwnNumbers(reply.thought, question_.text); !thought.empty())
    desk_.emit(wire::ThoughtEvent{.content = std::string(base::Truncate(thought, kMostThought))});
}

base::Result<Loop::Ending> Loop::TakeCalls(Reply reply) {
  nudged_ = false;
  TakeDown(reply);
  if (reply.cut) request_.max_tokens = std::min(request_.max_tokens * 2, kMostTokens);
  bool failed = false;
  for (const model::ToolCall& call : reply.calls) {
    if (calls_ == options_.max_tool_calls) {
      Hand(call, Instruction(Render("not_called")));
      continue;
    }
    ++calls_;
    if (reply.cut && &call == &reply.calls.back()) {  // Half a statement is another statement.
      Hand(call, Instruction(Render("nudge_cut")));
      continue;
    }
    TT_CHECK(StillWanted());
    const Arguments arguments(call.arguments);
    Seen& seen = seen_[call.name + " " + arguments.Canonical()];
    const bool again = ++seen.times == kMostIdenticalCalls;
    const auto suggestion = again ? SuggestionFor(arguments, seen.outcome) : std::nullopt;
    if (again && !suggestion) return EndBy(Limit::repeated_call);
    TT_ASSIGN(const Outcome outcome,
              suggestion ? TakeSuggestion(call, *suggestion, seen) : TakeCall(call, seen));
    if (outcome.setback || (outcome.run && (seen.times == 1 || suggestion))) {
      setback_ = outcome.setback;
      failed = outcome.setback.has_value();
      if (!failed) setbacks_ = 0;
    }
  }
  if (failed) {
    ++all_setbacks_;
    if (++setbacks_ > options_.max_attempts) return EndBy(Limit::setbacks);
  }
  if (calls_ >= options_.max_tool_calls) {
    last_turn_ = true;
    request_.tool_choice = model::ToolChoice::none;
    Append(Says(model::Role::user, wire::DataClass::instructions, Render("nudge_finish")));
  }
  return Ending{};
}

base::Result<Outcome> Loop::TakeCall(const model::ToolCall& call, Seen& seen) {
  const Arguments arguments(call.arguments);
  desk_.emit(
      wire::ToolCallEvent{.id = call.id, .name = call.name, .arguments = arguments.AsJson()});
  if (seen.times == 1) {
    auto performed = Perform(call, arguments);
    if (performed.has_error()) return End(std::move(performed).error(), wire::Stage::planning);
    seen.outcome = std::move(*performed);
    Report(call, seen.outcome);
    Hand(call, seen.outcome.parts);
    return seen.outcome;
  }
  Outcome again = seen.outcome;
  again.summary = "The same call as before; nothing was run again.";
  again.parts = Instruction(Render("repeated_call"));
  Report(call, again);
  Hand(call, again.parts);
  return again;
}

base::Result<Outcome> Loop::TakeSuggestion(const model::ToolCall& call,
                                           const Suggestion& suggestion, Seen& seen) {
  const Arguments arguments(suggestion.arguments);
  desk_.emit(
      wire::ToolCallEvent{.id = call.id, .name = call.name, .arguments = arguments.AsJson()});
  auto performed = Perform(call, arguments);
  if (performed.has_error()) return End(std::move(performed).error(), wire::Stage::planning);
  Report(call, *performed);
  const auto name = [](const std::string& text) {
    return std::vector<wire::EgressPart>{{wire::DataClass::schema, Quoted(text, kMaxNameChars)}};
  };
  PartList parts;
  parts.Add(RenderParts("applied",
                        {{"asked", name(suggestion.asked)}, {"taken", name(suggestion.taken)}}));
  parts.Add(wire::DataClass::instructions, "\n");
  parts.Add(performed->parts);
  Hand(call, std::move(parts).Take());
  notes_.push_back(fmt::format(
      "The model asked again and again for \"{}\", which is not there; \"{}\" was taken for it.",
      suggestion.asked, suggestion.taken));
  seen.outcome = *performed;
  return std::move(*performed);
}

base::Result<Outcome> Loop::Perform(const model::ToolCall& call, const Arguments& arguments) {
  for (const Tool& tool : tools_)
    if (tool.declared.name == call.name) return tool.call(arguments, desk_);
  std::vector<std::string> names;
  for (const Tool& tool : tools_) names.push_back(tool.declared.name);
  Outcome outcome;
  outcome.ok = false;
  outcome.summary = "There is no such tool.";
  outcome.parts =
      Instruction(Render("unknown_tool", {{"tools", fmt::format("{}", fmt::join(names, ", "))}}));
  return outcome;
}

void Loop::Report(const model::ToolCall& call, const Outcome& outcome) {
  const wire::Run* run = outcome.run ? &desk_.runs[*outcome.run] : nullptr;
  wire::ToolResultEvent event;
  event.id = call.id;
  event.ok = outcome.ok;
  event.summary = outcome.summary;
  if (run != nullptr) event.run_id = run->run_id;
  desk_.emit(event);
  if (run != nullptr && !run->error && run->result && told_of_.insert(run->run_id).second)
    desk_.emit(wire::DataEventOf(run->run_id, *run->result));
}

void Loop::Hand(const model::ToolCall& call, std::vector<wire::EgressPart> parts) {
  model::Message message;
  message.role = model::Role::tool;
  message.parts = std::move(parts);
  message.tool_call_id = call.id;
  message.tool_name = call.name;
  Append(std::move(message));
}

// ---- the end ----

base::Result<Answer> Loop::Tell(const std::string& draft, bool ask_again) {
  Telling telling;
  telling.dataset = &desk_.bench.dataset();
  telling.question = question_.text;
  telling.runs = &desk_.runs;
  telling.draft = draft;
  // After a setback only a text that tells of an earlier run may stand.
  if (setback_ && !HasResult()) return End(*setback_, wire::Stage::validation);
  auto told = Narrate(telling, options_, ask_again ? &model_ : nullptr, ModelContext(context_));
  if (told.has_error()) return End(std::move(told).error(), wire::Stage::model);
  const bool of_a_run = !told->generated && told->said.find(kSlotOfRun) != told->said.npos;
  if (setback_ && !of_a_run && !settled_) return Settle(Limit::setbacks);
  Answer answer = Compose(std::move(*told));
  if (answer.chart) desk_.emit(wire::ChartEvent{.spec = *answer.chart});
  for (const std::string_view sentence : Sentences(answer.text))
    desk_.emit(wire::AnswerEvent{.content = std::string(sentence)});
  return answer;
}

Answer Loop::Compose(Told told) {
  Answer answer;
  answer.text = std::move(told.text);
  answer.said = std::move(told.said);
  answer.numbers = std::move(told.numbers);
  answer.understood = told.about.has_value();
  answer.shown = told.about;
  answer.runs = std::move(desk_.runs);
  answer.effort = EffortOf(model_, all_setbacks_ + 1);
  answer.assumptions = notes_;
  if (!told.about) return answer;
  const wire::Run& run = answer.runs[*told.about];
  if (const auto drawn = desk_.charts.find(*told.about); drawn != desk_.charts.end())
    answer.chart = drawn->second;
  else
    answer.chart = ChartFor(run);
  for (std::string& decided : WhatDecided(run, desk_.bench.dataset()))
    if (std::find(answer.assumptions.begin(), answer.assumptions.end(), decided) ==
        answer.assumptions.end())
      answer.assumptions.push_back(std::move(decided));
  return answer;
}

base::Result<Answer> Loop::Settle(Limit limit) {
  if (setback_ && !HasResult()) return End(*setback_, wire::Stage::validation);
  if (!HasResult()) return NoAnswer(limit);
  settled_ = true;
  switch (limit) {
    case Limit::setbacks:
      notes_.push_back(
          "The model's last step was refused or failed, and it did not mend it; this is its last "
          "result that worked, which may be a part of the answer only.");
      break;
    case Limit::tool_calls:
      notes_.push_back(
          "The model used all of its tool calls before it came to an answer; this is "
          "its last result.");
      break;
    case Limit::repeated_call:
      notes_.push_back(
          "The model went in circles before it came to an answer; this is its last "
          "result.");
      break;
    case Limit::budget:
      notes_.push_back(
          "The model's budget for a question was used up before it came to an answer; "
          "this is its last result.");
      break;
    case Limit::silence:
      notes_.push_back(
          "The model said nothing about its result; the sentence was made without it.");
      break;
  }
  return Tell("", false);
}

base::Result<Loop::Ending> Loop::EndBy(Limit limit) {
  TT_ASSIGN(Answer answer, Settle(limit));
  return Ending{std::move(answer)};
}

Error Loop::NoAnswer(Limit limit) const {
  std::string why = "The model gave no answer.";
  switch (limit) {
    case Limit::setbacks:
    case Limit::tool_calls: why += " It called tools until none were left."; break;
    case Limit::repeated_call: why += " It made the same call again and again."; break;
    case Limit::budget: why += " It used up what a question may take."; break;
    case Limit::silence:
      why += withheld_ ? " Its provider withheld what it said." : " Its replies were empty.";
      break;
  }
  return End(base::MakeError(limit == Limit::budget ? ErrorCode::too_large : ErrorCode::unavailable,
                             std::move(why))
                 .WithDetail("reason", "no_answer")
                 .WithDetail("provider", base::json::value(model_.provider()))
                 .WithDetail("model", base::json::value(model_.name())),
             wire::Stage::model);
}

Error Loop::End(Error error, wire::Stage stage) const {
  return Ended(std::move(error), stage, std::max(all_setbacks_, 1));
}

}  // namespace tabletalk::analyst
