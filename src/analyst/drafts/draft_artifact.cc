#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "analyst/card/preview.h"
#include "analyst/drafts/generator.h"
#include "analyst/drafts/refine.h"
#include "analyst/effort.h"
#include "analyst/prompts.h"
#include "model/loose_json.h"
#include "model/salvage.h"

namespace tabletalk::analyst {

namespace json = base::json;
using wire::ArtifactParameter;
using wire::ParameterKind;

namespace {

constexpr std::size_t kMostParameters = 20;
constexpr std::size_t kPieceChars = 400;

std::string Kinds() {
  std::string kinds;
  for (const std::string_view kind : base::codec::EnumNames<ParameterKind>())
    kinds += (kinds.empty() ? "" : ", ") + std::string(kind);
  return kinds;
}

/// "params.name" in code, each once.
std::set<std::string> ParametersUsed(std::string_view code) {
  constexpr std::string_view kMark = "params.";
  std::set<std::string> used;
  for (auto at = code.find(kMark); at != code.npos; at = code.find(kMark, at)) {
    at += kMark.size();
    std::size_t end = at;
    while (end < code.size() &&
           (std::isalnum(static_cast<unsigned char>(code[end])) != 0 || code[end] == '_'))
      ++end;
    if (end > at) used.insert(std::string(code.substr(at, end - at)));
  }
  return used;
}

/// The list in the ```json block, else behind the code, else nothing.
json::value ListIn(const std::string& text) {
  std::size_t from = text.find("```json");
  if (from == text.npos) from = std::min(text.rfind("```"), text.size());
  const auto bracket = text.find('[', from);
  if (bracket == text.npos) return json::array{};
  auto found = model::LooseJsonReader(text).ReadAt(bracket);
  if (!found || found->cut || !found->value.is_array()) return json::array{};
  return std::move(found->value);
}

bool FitsKind(const ArtifactParameter& parameter) {
  const json::value& given = parameter.default_;
  switch (parameter.kind) {
    case ParameterKind::number: return given.is_number();
    case ParameterKind::boolean: return given.is_bool();
    case ParameterKind::text:
    case ParameterKind::color: return given.is_string();
    case ParameterKind::select:
      return given.is_string() &&
             std::find(parameter.options.begin(), parameter.options.end(),
                       std::string_view(given.get_string())) != parameter.options.end();
  }
  return false;
}

void CheckParameters(const std::vector<ArtifactParameter>& parameters, std::string_view code,
                     std::vector<wire::Issue>& issues) {
  const auto used = ParametersUsed(code);
  std::set<std::string> declared;
  if (parameters.size() > kMostParameters)
    issues.push_back(
        DraftIssue("too_many_parameters", fmt::format("At most {} parameters.", kMostParameters)));
  for (const ArtifactParameter& parameter : parameters) {
    if (!declared.insert(parameter.name).second)
      issues.push_back(DraftIssue("parameter_twice", fmt::format("The parameter \"{}\" is declared "
                                                                 "twice.",
                                                                 parameter.name)));
    if (!FitsKind(parameter))
      issues.push_back(DraftIssue(
          "parameter_default", fmt::format("The parameter \"{}\" needs a default of its kind, {}.",
                                           parameter.name, base::EnumName(parameter.kind))));
  }
  for (const std::string& name : used)
    if (!declared.contains(name))
      issues.push_back(DraftIssue(
          "undeclared_parameter",
          fmt::format("params.{} is used, but no parameter of that name is declared.", name)));
}

struct Written {
  std::string code;
  std::string summary;
  json::value parameters = json::array{};
};

std::optional<Written> ReadArtifact(const std::string& text) {
  if (text.find("```") == text.npos)
    for (const json::object& object : model::FindJsonObjects(text))
      if (const auto* code = object.if_contains("code"); code != nullptr && code->is_string()) {
        Written written;
        written.code = std::string(code->get_string());
        if (const auto* summary = object.if_contains("summary"); summary && summary->is_string())
          written.summary = std::string(summary->get_string());
        if (const auto* parameters = object.if_contains("parameters"))
          written.parameters = *parameters;
        return written;
      }
  auto code = model::FindCode(text, {"tsx"});
  if (!code) return std::nullopt;
  Written written;
  written.code = std::move(*code);
  written.summary = ProseAround(text);
  json::value list = ListIn(text);
  written.parameters = std::move(list);
  return written;
}

/// In pieces that end with a line, as far as lines are short.
void EmitCode(std::string_view code, const Context& context) {
  if (!context.emit) return;
  while (!code.empty()) {
    std::size_t end = std::min(code.size(), kPieceChars);
    if (end < code.size())
      if (const auto line = code.rfind('\n', end); line != code.npos && line > 0) end = line + 1;
    while (end < code.size() && (static_cast<unsigned char>(code[end]) & 0xC0) == 0x80) ++end;
    context.emit(wire::CodeEvent{.content = std::string(code.substr(0, end))});
    code.remove_prefix(end);
  }
}

}  // namespace

base::Result<ArtifactDraft> Generator::DraftArtifact(const std::string& prompt,
                                                     const ArtifactData& data, Checker& checker,
                                                     const Context& context) const {
  model::BudgetedModel model(model_, options_.budget);
  Drafting drafting{
      .options = options_,
      .context = context,
      .request = DraftRequest(
          RenderParts("artifact", {{"parameter_kinds", {{wire::DataClass::instructions, Kinds()}}},
                                   {"data", PreviewTable(data.table, PreviewOptions::From(options_),
                                                         data.names_from)}}),
          prompt, options_),
      .max_fixes = options_.max_attempts};
  ArtifactDraft draft;
  const auto read = [&](const model::Response& response) -> base::Result<std::vector<wire::Issue>> {
    auto written = ReadArtifact(response.text);
    if (!written)
      return std::vector{DraftIssue("no_code", "The answer has no code: write one ```tsx block.")};
    TT_ASSIGN(wire::Verdict verdict, checker.CheckArtifact(written->code));
    std::vector<wire::Issue> issues = std::move(verdict.issues);
    auto parameters = base::FromJson<std::vector<ArtifactParameter>>(written->parameters);
    if (parameters.has_error())
      issues.push_back(DraftIssue("malformed_parameters",
                                  "The parameter list: " + parameters.error().public_message()));
    else
      CheckParameters(*parameters, written->code, issues);
    draft.summary = DraftSummary(written->summary, prompt, "A view of the result, as asked for.");
    draft.artifact.code = std::move(written->code);
    if (parameters.has_value()) draft.artifact.parameters = std::move(*parameters);
    return issues;
  };
  TT_ASSIGN(const std::int64_t attempts, Refine(std::move(drafting), model, read));
  EmitCode(draft.artifact.code, context);
  draft.effort = EffortOf(model, attempts);
  return draft;
}

}  // namespace tabletalk::analyst
