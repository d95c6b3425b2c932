// Getting structure out of prose: small models wrap their JSON in words, fences and apologies.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/chat_model.h"

namespace tabletalk::model {

/// The JSON objects in a text, outermost ones, in order. Mends what models get wrong and nothing
/// that would change a meaning: code fences, trailing commas, single-quoted strings, Python's None,
/// True and False, comments, an object cut off at its end. Bounded in time and depth.
std::vector<base::json::object> FindJsonObjects(std::string_view text);

/// The tool calls that a text holds where the server knows no tools: {"tool"|"name"|"function":
/// "...", "arguments"|"parameters"|"args"|"input": {...}}, Hermes' <tool_call> tags, Llama's
/// <function=name>{...}</function>, Mistral's [TOOL_CALLS]. Only names in `tools`. An object that
/// is itself what one tool takes as its only object argument counts as a call of that tool where
/// `only` names it.
std::vector<ToolCall> FindToolCalls(std::string_view text, const std::vector<Tool>& tools,
                                    std::string_view only = {});

/// The longest fenced block of one of these languages ("python", "sql", "tsx"), else the whole text
/// where it has no fence at all and looks like code; none otherwise.
std::optional<std::string> FindCode(std::string_view text,
                                    const std::vector<std::string_view>& languages);

}  // namespace tabletalk::model
