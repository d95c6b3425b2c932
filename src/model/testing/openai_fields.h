// The fields of OpenAI's chat completions, as openai_requests.cc reads them; nobody else includes
// this.
#pragma once

#include <fmt/format.h>

#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing::openai_fields {

namespace json = base::json;

constexpr Phrases kPhrases = {
    [](const std::string& path, std::string_view name) {
      return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
    },
    [](const std::string& path, std::size_t index) { return fmt::format("{}[{}]", path, index); },
    [](const std::string& path) { return fmt::format("Missing required parameter: '{}'.", path); },
    [](const std::string& path, unsigned wanted, const json::value& found) {
      return fmt::format("Invalid type for '{}': expected {}, but got {} instead.", path,
                         TypeName(wanted), TypeNameOf(found));
    },
    [](const std::string& path, double low, double high) {
      return fmt::format("Invalid '{}': expected a value between {} and {}.", path, low, high);
    },
    [](const std::string& parent, std::string_view name) {
      return parent.empty() ? fmt::format("Unrecognized request argument supplied: {}", name)
                            : fmt::format("Unknown parameter: '{}.{}'.", parent, name);
    },
    true,
    false};

constexpr Field kTop[] = {{"model", kString, true},
                          {"messages", kArray, true},
                          {"audio", kObject},
                          {"frequency_penalty", kNumber, false, -2, 2},
                          {"function_call", kString | kObject},
                          {"functions", kArray},
                          {"logit_bias", kObject},
                          {"logprobs", kBool},
                          {"max_completion_tokens", kInteger, false, 1},
                          {"max_tokens", kInteger, false, 1},
                          {"metadata", kObject},
                          {"modalities", kArray},
                          {"n", kInteger, false, 1, 128},
                          {"parallel_tool_calls", kBool},
                          {"prediction", kObject},
                          {"presence_penalty", kNumber, false, -2, 2},
                          {"prompt_cache_key", kString},
                          {"prompt_cache_retention", kString},
                          {"reasoning_effort", kString},
                          {"response_format", kObject},
                          {"safety_identifier", kString},
                          {"seed", kInteger},
                          {"service_tier", kString},
                          {"stop", kString | kArray},
                          {"store", kBool},
                          {"stream", kBool},
                          {"stream_options", kObject},
                          {"temperature", kNumber, false, 0, 2},
                          {"tool_choice", kString | kObject},
                          {"tools", kArray},
                          {"top_logprobs", kInteger, false, 0, 20},
                          {"top_p", kNumber, false, 0, 1},
                          {"user", kString},
                          {"verbosity", kString},
                          {"web_search_options", kObject}};
constexpr Field kSystem[] = {
    {"role", kString, true}, {"content", kString | kArray, true}, {"name", kString}};
constexpr Field kAssistant[] = {{"role", kString, true},    {"content", kString | kArray},
                                {"name", kString},          {"refusal", kString},
                                {"audio", kObject},         {"tool_calls", kArray},
                                {"function_call", kObject}, {"annotations", kArray},
                                {"parsed", kAnything},      {"reasoning_content", kString}};
constexpr Field kTool[] = {
    {"role", kString, true}, {"content", kString | kArray, true}, {"tool_call_id", kString, true}};
constexpr Field kFunctionMessage[] = {
    {"role", kString, true}, {"content", kString | kNull, true}, {"name", kString, true}};
constexpr Field kCall[] = {{"id", kString, true},
                           {"type", kString, true},
                           {"function", kObject},
                           {"custom", kObject},
                           {"index", kInteger}};
constexpr Field kCalledFunction[] = {
    {"name", kString, true}, {"arguments", kString, true}, {"parsed_arguments", kAnything}};
constexpr Field kToolDefinition[] = {
    {"type", kString, true}, {"function", kObject}, {"custom", kObject}};
constexpr Field kFunction[] = {
    {"name", kString, true}, {"description", kString}, {"parameters", kObject}, {"strict", kBool}};
constexpr Field kFormat[] = {{"type", kString, true}, {"json_schema", kObject}};
constexpr Field kJsonSchema[] = {
    {"name", kString, true}, {"description", kString}, {"schema", kObject}, {"strict", kBool}};
constexpr Field kStreamOptions[] = {{"include_usage", kBool}, {"include_obfuscation", kBool}};

}  // namespace tabletalk::model::testing::openai_fields
