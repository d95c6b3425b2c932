// The fields of Gemini's generateContent, as google_requests.cc reads them; nobody else includes
// this.
#pragma once

#include <fmt/format.h>

#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing::google_fields {

namespace json = base::json;

constexpr Phrases kPhrases = {
    [](const std::string& path, std::string_view name) {
      return path.empty() ? SnakeCase(name) : fmt::format("{}.{}", path, SnakeCase(name));
    },
    [](const std::string& path, std::size_t index) { return fmt::format("{}[{}]", path, index); },
    [](const std::string& path) {
      return fmt::format("* GenerateContentRequest.{}: {} is not specified\n", path,
                         path.substr(path.rfind('.') + 1));
    },
    [](const std::string& path, unsigned wanted, const json::value& found) {
      return fmt::format("Invalid value at '{}' ({}), {}", path, TypeName(wanted),
                         base::ToJsonText(found).substr(0, 80));
    },
    [](const std::string& path, double low, double high) {
      return fmt::format("* GenerateContentRequest.{}: {} must be in the range [{}, {}].\n", path,
                         path.substr(path.rfind('.') + 1), low, high);
    },
    [](const std::string& parent, std::string_view name) {
      return parent.empty()
                 ? fmt::format(
                       "Invalid JSON payload received. Unknown name \"{}\": Cannot find "
                       "field.",
                       name)
                 : fmt::format(
                       "Invalid JSON payload received. Unknown name \"{}\" at '{}': Cannot "
                       "find field.",
                       name, parent);
    },
    true,
    true};

constexpr Field kTop[] = {{"contents", kArray | kObject, true},
                          {"systemInstruction", kObject},
                          {"tools", kArray | kObject},
                          {"toolConfig", kObject},
                          {"safetySettings", kArray},
                          {"generationConfig", kObject},
                          {"cachedContent", kString},
                          {"labels", kObject},
                          {"model", kString},
                          {"serviceTier", kString},
                          {"store", kBool}};
constexpr Field kContent[] = {{"role", kString}, {"parts", kArray | kObject}};
constexpr Field kPart[] = {{"text", kString},
                           {"inlineData", kObject},
                           {"fileData", kObject},
                           {"functionCall", kObject},
                           {"functionResponse", kObject},
                           {"executableCode", kObject},
                           {"codeExecutionResult", kObject},
                           {"videoMetadata", kObject},
                           {"thought", kBool},
                           {"thoughtSignature", kString},
                           {"partMetadata", kObject},
                           {"mediaResolution", kAnything}};
constexpr Field kCall[] = {{"name", kString, true}, {"args", kObject}, {"id", kString}};
constexpr Field kResponse[] = {{"name", kString, true}, {"response", kObject, true},
                               {"id", kString},         {"willContinue", kBool},
                               {"scheduling", kString}, {"parts", kArray}};
constexpr Field kTool[] = {{"functionDeclarations", kArray | kObject},
                           {"googleSearch", kObject},
                           {"googleSearchRetrieval", kObject},
                           {"codeExecution", kObject},
                           {"urlContext", kObject},
                           {"googleMaps", kObject},
                           {"fileSearch", kObject},
                           {"computerUse", kObject}};
constexpr Field kFunction[] = {{"name", kString, true}, {"description", kString},
                               {"parameters", kObject}, {"parametersJsonSchema", kAnything},
                               {"response", kObject},   {"responseJsonSchema", kAnything},
                               {"behavior", kString}};
constexpr Field kSchema[] = {{"type", kString},
                             {"format", kString},
                             {"title", kString},
                             {"description", kString},
                             {"nullable", kBool},
                             {"enum", kArray},
                             {"maxItems", kInteger | kString},
                             {"minItems", kInteger | kString},
                             {"properties", kObject},
                             {"required", kArray},
                             {"minProperties", kInteger | kString},
                             {"maxProperties", kInteger | kString},
                             {"minLength", kInteger | kString},
                             {"maxLength", kInteger | kString},
                             {"pattern", kString},
                             {"example", kAnything},
                             {"anyOf", kArray},
                             {"propertyOrdering", kArray},
                             {"default", kAnything},
                             {"items", kObject},
                             {"minimum", kNumber},
                             {"maximum", kNumber}};
constexpr Field kGeneration[] = {{"stopSequences", kArray},
                                 {"responseMimeType", kString},
                                 {"responseSchema", kObject},
                                 {"responseJsonSchema", kAnything},
                                 {"_responseJsonSchema", kAnything},
                                 {"responseModalities", kArray},
                                 {"candidateCount", kInteger, false, 1, 8},
                                 {"maxOutputTokens", kInteger, false, 1},
                                 {"temperature", kNumber, false, 0, 2},
                                 {"topP", kNumber, false, 0, 1},
                                 {"topK", kNumber},
                                 {"seed", kInteger},
                                 {"presencePenalty", kNumber},
                                 {"frequencyPenalty", kNumber},
                                 {"responseLogprobs", kBool},
                                 {"logprobs", kInteger},
                                 {"enableEnhancedCivicAnswers", kBool},
                                 {"speechConfig", kObject},
                                 {"thinkingConfig", kObject},
                                 {"imageConfig", kObject},
                                 {"mediaResolution", kString}};

}  // namespace tabletalk::model::testing::google_fields
