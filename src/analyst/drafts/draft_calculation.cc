// Code is asked for between fences, not as a field of a JSON object: a small model that has to
// escape each line end and quote of a program writes worse programs. Where a model answers with
// JSON all the same, that is read too.
#include <utility>

#include "analyst/answer/sentences.h"
#include "analyst/drafts/generator.h"
#include "analyst/drafts/refine.h"
#include "analyst/effort.h"
#include "analyst/prompts.h"
#include "model/salvage.h"

namespace tabletalk::analyst {

namespace json = base::json;

namespace {

constexpr std::size_t kMostContext = 8'000;
constexpr int kShownDepth = 6;

/// An example without its values: {"rate": "number", "rows": ["text"]}.
json::value ShapeOf(const json::value& value, int depth) {
  if (const auto* object = value.if_object(); object != nullptr && depth < kShownDepth) {
    json::object shape;
    for (const auto& member : *object) shape[member.key()] = ShapeOf(member.value(), depth + 1);
    return shape;
  }
  if (const auto* list = value.if_array(); list != nullptr && depth < kShownDepth) {
    json::array shape;
    if (!list->empty()) shape.push_back(ShapeOf(list->front(), depth + 1));
    return shape;
  }
  if (value.is_number()) return "number";
  if (value.is_string()) return "text";
  if (value.is_bool()) return "boolean";
  return value.is_null() ? "null" : "...";
}

/// What the code should know. A text is the asker's own words; anything else is an example of the
/// input, whose values are data.
void AddContext(const json::value& context, const Options& options, model::Message& asked) {
  if (context.is_null()) return;
  if (const auto* text = context.if_string()) {
    if (text->empty()) return;
    asked.parts.push_back({wire::DataClass::instructions, "\n\nWhat the code should know:\n"});
    asked.parts.push_back({wire::DataClass::question, std::string(*text)});
    return;
  }
  const std::string shown = base::ToJsonText(options.send_samples ? context : ShapeOf(context, 0))
                                .substr(0, kMostContext);
  asked.parts.push_back({wire::DataClass::instructions,
                         options.send_samples ? "\n\nAn example of the input, as data:\n"
                                              : "\n\nThe form of the input, as data:\n"});
  asked.parts.push_back(
      {options.send_samples ? wire::DataClass::values : wire::DataClass::schema, shown});
}

struct Written {
  std::string code;
  std::string summary;
};

std::optional<Written> ReadCode(const std::string& text) {
  if (text.find("```") == text.npos)
    for (const json::object& object : model::FindJsonObjects(text))
      for (const std::string_view field : {"python_code", "code", "python"})
        if (const auto* code = object.if_contains(field); code != nullptr && code->is_string()) {
          const auto* summary = object.if_contains("summary");
          return Written{std::string(code->get_string()), summary != nullptr && summary->is_string()
                                                              ? std::string(summary->get_string())
                                                              : std::string()};
        }
  if (auto code = model::FindCode(text, {"python"}))
    return Written{std::move(*code), ProseAround(text)};
  return std::nullopt;
}

}  // namespace

base::Result<CodeDraft> Generator::DraftCalculation(const wire::CodegenRequest& request,
                                                    Checker& checker,
                                                    const Context& context) const {
  model::BudgetedModel model(model_, options_.budget);
  Drafting drafting{
      .options = options_,
      .context = context,
      .request = DraftRequest(RenderParts("calculation", {}), request.prompt, options_),
      .max_fixes = request.max_attempts};
  AddContext(request.context, options_, drafting.request.messages.front());
  CodeDraft draft;
  const auto read = [&](const model::Response& response) -> base::Result<std::vector<wire::Issue>> {
    auto written = ReadCode(response.text);
    if (!written)
      return std::vector{DraftIssue("no_code",
                                    "The answer has no Python code: write one ```python "
                                    "block.")};
    TT_ASSIGN(Checker::PythonVerdict checked, checker.CheckCalculation(written->code));
    draft.summary = DraftSummary(written->summary, request.prompt + "\n" + written->code,
                                 "A calculation in Python, as asked for.");
    draft.code = std::move(written->code);
    draft.verdict = std::move(checked.verdict);
    draft.allowed_imports = std::move(checked.allowed_imports);
    return draft.verdict.issues;
  };
  TT_ASSIGN(const std::int64_t attempts, Refine(std::move(drafting), model, read));
  draft.effort = EffortOf(model, attempts);
  return draft;
}

}  // namespace tabletalk::analyst
