#include "analyst/prompts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "analyst/prompt_table.h"

namespace tabletalk::analyst {
namespace {

constexpr std::string_view kSuffix = ".md";
constexpr std::string_view kOpen = "@{";

bool IsPlaceName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

const EmbeddedText* FileOf(std::string_view prompt, const std::vector<EmbeddedText>& files) {
  for (const EmbeddedText& file : files)
    if (file.name.size() == prompt.size() + kSuffix.size() && file.name.starts_with(prompt) &&
        file.name.ends_with(kSuffix))
      return &file;
  return nullptr;
}

void AddPlaceFaults(const PromptSpec& spec, const EmbeddedText& file,
                    std::vector<std::string>& faults) {
  const auto pieces = SplitPrompt(file.text);
  if (!pieces) {
    faults.push_back(
        fmt::format("{}: a place is not closed, or has no plain name as in @{{name}}", spec.name));
    return;
  }
  const auto listed = [&](std::string_view place) {
    return std::find(spec.places.begin(), spec.places.end(), place) != spec.places.end();
  };
  for (const PromptPiece& piece : *pieces)
    if (piece.place && !listed(piece.text))
      faults.push_back(fmt::format("{}: nothing fills the place @{{{}}}", spec.name, piece.text));
  for (const std::string_view place : spec.places)
    if (std::none_of(pieces->begin(), pieces->end(),
                     [&](const PromptPiece& piece) { return piece.place && piece.text == place; }))
      faults.push_back(fmt::format("{}: the place @{{{}}} is missing", spec.name, place));
}

/// The pieces of each prompt of the executable; CheckPrompts has seen to it that there are no gaps.
const std::vector<PromptPiece>& PiecesOf(std::string_view prompt) {
  static const auto all = [] {
    std::map<std::string_view, std::vector<PromptPiece>> pieces;
    for (const PromptSpec& spec : PromptTable())
      if (const EmbeddedText* file = FileOf(spec.name, EmbeddedTexts()))
        if (auto split = SplitPrompt(file->text)) pieces[spec.name] = std::move(*split);
    return pieces;
  }();
  const auto found = all.find(prompt);
  if (found == all.end()) throw std::logic_error(fmt::format("there is no prompt \"{}\"", prompt));
  return found->second;
}

template <class Values>
const auto& ValueAt(const Values& values, std::string_view prompt, std::string_view place) {
  for (const auto& [name, value] : values)
    if (name == place) return value;
  throw std::logic_error(fmt::format("the prompt {} is given no \"{}\"", prompt, place));
}

/// Each value must have its place: a misspelled one would be left out in silence.
template <class Values>
void CheckNames(std::string_view prompt, const Values& values) {
  for (const auto& value : values) {
    const auto& pieces = PiecesOf(prompt);
    if (std::none_of(pieces.begin(), pieces.end(), [&](const PromptPiece& piece) {
          return piece.place && piece.text == value.first;
        }))
      throw std::logic_error(fmt::format("the prompt {} has no place \"{}\"", prompt, value.first));
  }
}

}  // namespace

const std::vector<PromptSpec>& PromptTable() {
  static const std::vector<PromptSpec> table = {
      {"analyst",
       {"python_step", "ops", "grains", "aggregates", "calcs", "windows", "default_limit",
        "example_call", "example_answer", "schema"}},
      {"example_plan", {}},
      {"example_answer", {}},
      {"earlier_run", {}},
      {"python_step", {"tables"}},
      {"earlier", {"questions"}},
      {"narrator", {}},
      {"narrator_first", {"question", "runs"}},
      {"narrator_again", {"question", "runs", "draft", "reasons"}},
      {"rejected", {"issues"}},
      {"failed", {"name", "kind", "message", "advice"}},
      {"calculation", {}},
      {"sql_draft", {"table", "columns"}},
      {"artifact", {"parameter_kinds", "data"}},
      {"draft_again", {"issues"}},
      {"tool_list_datasets", {}},
      {"tool_get_dataset_schema", {}},
      {"tool_run_query_plan", {}},
      {"tool_run_sql", {}},
      {"tool_run_python", {}},
      {"tool_draw_chart", {}},
      {"nudge_empty", {}},
      {"nudge_cut", {}},
      {"nudge_act", {}},
      {"nudge_mend", {}},
      {"nudge_finish", {}},
      {"repeated_call", {}},
      {"applied", {"asked", "taken"}},
      {"not_called", {}},
      {"unknown_tool", {"tools"}},
  };
  return table;
}

std::optional<std::vector<PromptPiece>> SplitPrompt(std::string_view text) {
  std::vector<PromptPiece> pieces;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find(kOpen), text.size());
    if (open > 0) pieces.push_back({false, text.substr(0, open)});
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view name = text.substr(kOpen.size(), close - kOpen.size());
    if (!IsPlaceName(name)) return std::nullopt;
    pieces.push_back({true, name});
    text.remove_prefix(close + 1);
  }
  return pieces;
}

std::vector<std::string> PromptFaults(const std::vector<EmbeddedText>& files,
                                      const std::vector<PromptSpec>& table) {
  std::vector<std::string> faults;
  for (const PromptSpec& spec : table) {
    const EmbeddedText* file = FileOf(spec.name, files);
    if (file == nullptr || file->text.empty())
      faults.push_back(fmt::format("{}: prompts/{}.md is missing or empty", spec.name, spec.name));
    else
      AddPlaceFaults(spec, *file, faults);
  }
  for (const EmbeddedText& file : files)
    if (std::none_of(table.begin(), table.end(),
                     [&](const PromptSpec& spec) { return &file == FileOf(spec.name, files); }))
      faults.push_back(fmt::format("{}: nothing uses this prompt", file.name));
  return faults;
}

base::Result<void> CheckPrompts() {
  const std::vector<std::string> faults = PromptFaults(EmbeddedTexts(), PromptTable());
  if (faults.empty()) return {};
  return base::MakeError(base::ErrorCode::unavailable,
                         fmt::format("The prompts are broken: {}.", fmt::join(faults, "; ")));
}

std::string Render(std::string_view prompt, const PromptValues& values) {
  CheckNames(prompt, values);
  std::string text;
  for (const PromptPiece& piece : PiecesOf(prompt)) {
    if (piece.place)
      text += ValueAt(values, prompt, piece.text);
    else
      text += piece.text;
  }
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::vector<wire::EgressPart> RenderParts(std::string_view prompt, const PromptParts& values) {
  CheckNames(prompt, values);
  std::vector<wire::EgressPart> parts;
  const auto add = [&](const wire::EgressPart& part) {
    if (part.text.empty()) return;
    if (!parts.empty() && parts.back().data_class == part.data_class)
      parts.back().text += part.text;
    else
      parts.push_back(part);
  };
  for (const PromptPiece& piece : PiecesOf(prompt)) {
    if (!piece.place) {
      add({wire::DataClass::instructions, std::string(piece.text)});
      continue;
    }
    for (const wire::EgressPart& part : ValueAt(values, prompt, piece.text)) add(part);
  }
  // A file ends in a newline; a message need not.
  while (!parts.empty() && parts.back().text.ends_with('\n')) {
    parts.back().text.pop_back();
    if (parts.back().text.empty()) parts.pop_back();
  }
  return parts;
}

}  // namespace tabletalk::analyst
