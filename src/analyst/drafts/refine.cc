#include "analyst/drafts/refine.h"

#include <algorithm>
#include <utility>

#include "analyst/answer/sentences.h"
#include "analyst/card/preview.h"
#include "analyst/effort.h"
#include "analyst/prompts.h"
#include "base/utf8.h"

namespace tabletalk::analyst {

using base::ErrorCode;
using base::MakeError;

namespace {

constexpr std::string_view kFence = "```";
constexpr std::int64_t kMostTokens = 16'384;
constexpr std::int64_t kMostFixes = 5;
constexpr std::size_t kMostSummary = 500;

bool HasErrors(const std::vector<wire::Issue>& issues) {
  return std::any_of(issues.begin(), issues.end(), [](const wire::Issue& issue) {
    return issue.severity == wire::Severity::error;
  });
}

base::Error Exhausted(const std::vector<wire::Issue>& issues) {
  const auto worst = std::find_if(issues.begin(), issues.end(), [](const wire::Issue& issue) {
    return issue.severity == wire::Severity::error;
  });
  return MakeError(ErrorCode::rejected, worst->message).WithDetail("issues", base::ToJson(issues));
}

base::Result<void> StillWanted(const Context& context) {
  if (context.cancel.Cancelled())
    return MakeError(ErrorCode::cancelled, "The request was cancelled.");
  if (context.deadline.Expired())
    return MakeError(ErrorCode::timed_out, "The request took too long.")
        .WithDetail("timed_out", true);
  return {};
}

/// What a reply holds of the draft: its text, or the arguments of the call that it is.
const std::string& WrittenIn(const model::Response& response) {
  return response.text.empty() && !response.tool_calls.empty()
             ? response.tool_calls.front().arguments
             : response.text;
}

void SendBack(const std::string& draft, const std::vector<wire::Issue>& issues,
              Drafting& drafting) {
  if (!draft.empty()) {
    model::Message said;
    said.role = model::Role::assistant;
    said.parts.push_back({wire::DataClass::answer, draft});
    drafting.request.messages.push_back(std::move(said));
  }
  const std::string written = drafting.request.messages.front().Text() + "\n" + draft;
  model::Message again;
  again.parts = RenderParts("draft_again",
                            {{"issues", PreviewIssues(issues, written, drafting.known,
                                                      PreviewOptions::From(drafting.options))}});
  drafting.request.messages.push_back(std::move(again));
}

}  // namespace

base::Result<std::int64_t> Refine(Drafting drafting, model::BudgetedModel& model,
                                  const ReadDraft& read) {
  const model::Context context = ModelContext(drafting.context);
  const std::int64_t max_fixes = std::clamp<std::int64_t>(drafting.max_fixes, 0, kMostFixes);
  for (std::int64_t attempt = 1;; ++attempt) {
    const auto end = [&](base::Error error, wire::Stage stage) {
      return Ended(std::move(error), stage, attempt);
    };
    if (auto wanted = StillWanted(drafting.context); wanted.has_error())
      return end(std::move(wanted).error(), wire::Stage::code_generation);
    auto response = model.Chat(drafting.request, context);
    if (response.has_error()) return end(std::move(response).error(), wire::Stage::model);
    base::Result<std::vector<wire::Issue>> issues = std::vector<wire::Issue>{};
    if (response->finish == model::Finish::length) {
      drafting.request.max_tokens = std::min(drafting.request.max_tokens * 2, kMostTokens);
      response->text.clear();
      response->tool_calls.clear();
      issues->push_back(DraftIssue("cut_off",
                                   "The answer was too long and was cut off. Write a "
                                   "shorter one."));
    } else {
      issues = read(*response);
      if (issues.has_error()) return end(std::move(issues).error(), wire::Stage::code_generation);
    }
    if (!HasErrors(*issues)) return attempt;
    if (attempt > max_fixes) return end(Exhausted(*issues), wire::Stage::code_generation);
    SendBack(WrittenIn(*response), *issues, drafting);
  }
}

wire::Issue DraftIssue(std::string rule, std::string message) {
  wire::Issue issue;
  issue.rule = std::move(rule);
  issue.message = std::move(message);
  return issue;
}

model::Request DraftRequest(std::vector<wire::EgressPart> system, std::string_view prompt,
                            const Options& options) {
  model::Request request;
  request.system = std::move(system);
  request.temperature = options.code_temperature;
  model::Message asked;
  asked.parts.push_back({wire::DataClass::question, std::string(prompt)});
  request.messages.push_back(std::move(asked));
  return request;
}

std::string DraftSummary(std::string_view said, std::string_view known,
                         std::string_view otherwise) {
  const std::string kept = WithoutOwnNumbers(said, known);
  return kept.empty() ? std::string(otherwise) : std::string(base::Truncate(kept, kMostSummary));
}

std::string ProseAround(std::string_view text) {
  const auto first = text.find(kFence);
  if (first == text.npos) return {};
  const std::string_view behind = text.substr(text.rfind(kFence) + kFence.size());
  if (behind.find_first_not_of(" \t\r\n") != behind.npos) return std::string(behind);
  return std::string(text.substr(0, first));
}

}  // namespace tabletalk::analyst
