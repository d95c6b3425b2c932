// What OpenAI's chat completions take, and what they refuse.
//
// From the published OpenAPI description and the server's known error texts. Parameters that are
// not listed there are refused, as the real server does; so are tools and schemas marked `strict`
// that are not, calls that nobody answered, and answers that nobody asked for.
#include <fmt/format.h>

#include <set>

#include "model/testing/openai_fields.h"
#include "model/testing/openai_format.h"
#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

using namespace openai_fields;  // NOLINT(google-build-using-namespace)

// One request while it is read. Each function is false once something was refused.
class Reader {
 public:
  Reader(ReceivedRequest& request, const Script& script) : request_(request), script_(script) {}

  bool Read() {
    const json::object* top = request_.json.if_object();
    if (top == nullptr)
      return No(
          "We could not parse the JSON body of your request. (HINT: This likely means you "
          "aren't using your HTTP library correctly.)");
    if (FindText(*top, "model").empty()) return No("you must provide a model parameter");
    request_.model = FindText(*top, "model");
    if (!Check(*top, kTop, "")) return false;
    return ReadTools(*top) && ReadFormat(*top) && ReadMessages(*top) && ReadSampling(*top);
  }

 private:
  bool No(std::string why, int status = 400) { return Refuse(request_, std::move(why), status); }

  bool Check(const json::object& object, std::span<const Field> fields, const std::string& path) {
    std::string wrong = CheckFields(object, fields, path, kPhrases);
    return wrong.empty() || No(std::move(wrong));
  }

  bool ReadSampling(const json::object& top) {
    if (const json::value* stream = Find(top, "stream")) request_.stream = stream->as_bool();
    if (const json::value* t = Find(top, "temperature"))
      request_.temperature = t->to_number<double>();
    for (const char* name : {"max_tokens", "max_completion_tokens"})
      if (const json::value* most = Find(top, name))
        request_.max_tokens = most->to_number<std::int64_t>();
    if (const json::object* options = FindObject(top, "stream_options")) {
      if (!request_.stream)
        return No("The 'stream_options' parameter is only allowed when 'stream' is enabled.");
      if (!Check(*options, kStreamOptions, "stream_options")) return false;
    }
    if (const json::array* stop = FindArray(top, "stop");
        stop && (stop->empty() || stop->size() > 4))
      return No("Invalid 'stop': expected an array with 1 to 4 elements.");
    if (Find(top, "top_logprobs") && !Find(top, "logprobs"))
      return No("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.");
    return ReadReasoning(top);
  }

  // Reasoning models know other parameters.
  bool ReadReasoning(const json::object& top) {
    bool reasons = false;
    for (const char* family : {"o1", "o3", "o4", "gpt-5"})
      reasons |= request_.model.starts_with(family);
    if (!reasons) return true;
    if (Find(top, "max_tokens"))
      return No(
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
          "'max_completion_tokens' instead.");
    if (request_.temperature && *request_.temperature != 1)
      return No(
          fmt::format("Unsupported value: 'temperature' does not support {} with this model. "
                      "Only the default (1) value is supported.",
                      *request_.temperature));
    return true;
  }

  bool ReadTools(const json::object& top) {
    const json::array* tools = FindArray(top, "tools");
    for (const char* name : {"tool_choice", "parallel_tool_calls"})
      if (tools == nullptr && Find(top, name) && Text(top, name) != "none")
        return No(fmt::format("'{}' is only allowed when 'tools' are specified.", name));
    if (tools == nullptr) return true;
    if (tools->empty())
      return No(
          "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an "
          "empty array instead.");
    for (std::size_t i = 0; i < tools->size(); ++i)
      if (!ReadTool((*tools)[i], fmt::format("tools[{}]", i))) return false;
    return ReadToolChoice(top) && (script_.tools == ToolSupport::yes || RefuseTools());
  }

  static std::string Text(const json::object& object, std::string_view name) {
    return FindText(object, name);
  }

  bool RefuseTools() {
    switch (script_.tools) {
      case ToolSupport::yes: return true;
      case ToolSupport::llama_cpp: return No("tools param requires --jinja flag", 500);
      case ToolSupport::ollama:
        return No(
            fmt::format("registry.ollama.ai/library/{} does not support tools", request_.model));
      case ToolSupport::vllm:
        return No(
            "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser "
            "to be set");
    }
    return true;
  }

  bool ReadTool(const json::value& value, const std::string& path) {
    const json::object* tool = value.if_object();
    if (tool == nullptr) return No(kPhrases.mistyped(path, kObject, value));
    if (!Check(*tool, kToolDefinition, path)) return false;
    if (Text(*tool, "type") == "custom")
      return FindObject(*tool, "custom") || No(kPhrases.missing(path + ".custom"));
    if (Text(*tool, "type") != "function")
      return No(fmt::format("Invalid value: '{}'. Supported values are: 'function' and 'custom'.",
                            Text(*tool, "type")));
    const json::object* function = FindObject(*tool, "function");
    if (function == nullptr) return No(kPhrases.missing(path + ".function"));
    return ReadFunction(*function, path + ".function");
  }

  bool ReadFunction(const json::object& function, const std::string& path) {
    if (!Check(function, kFunction, path)) return false;
    Tool tool;
    tool.name = Text(function, "name");
    tool.description = Text(function, "description");
    if (!IsName(tool.name, 64))
      return No(
          fmt::format("Invalid '{}.name': string does not match pattern. Expected a string "
                      "that matches the pattern '^[a-zA-Z0-9_-]+$'.",
                      path));
    if (const json::object* parameters = FindObject(function, "parameters")) {
      tool.parameters = *parameters;
      if (Text(*parameters, "type") != "object")
        return No(
            fmt::format("Invalid schema for function '{}': schema must be a JSON Schema of "
                        "'type: \"object\"', got 'type: \"{}\"'.",
                        tool.name, Text(*parameters, "type")));
      const json::value* strict = Find(function, "strict");
      if (strict && strict->as_bool() &&
          !CheckStrict(*parameters, fmt::format("function '{}'", tool.name), "()"))
        return false;
    }
    request_.tools.push_back(std::move(tool));
    return true;
  }

  // Structured output holds a model to a schema only where the schema leaves nothing open.
  bool CheckStrict(const json::value& value, const std::string& what, const std::string& context) {
    const json::object* schema = value.if_object();
    if (schema == nullptr) return true;
    const json::object* properties = FindObject(*schema, "properties");
    if (Text(*schema, "type") == "object" || properties != nullptr) {
      const json::value* more = schema->if_contains("additionalProperties");
      if (more == nullptr || *more != json::value(false))
        return No(
            fmt::format("Invalid schema for {}: In context={}, 'additionalProperties' is "
                        "required to be supplied and to be false.",
                        what, context));
    }
    std::set<std::string> required;
    if (const json::array* names = FindArray(*schema, "required"))
      for (const json::value& name : *names)
        if (name.is_string()) required.emplace(name.get_string());
    if (properties != nullptr)
      for (const auto& property : *properties) {
        if (!required.contains(std::string(property.key())))
          return No(
              fmt::format("Invalid schema for {}: In context={}, 'required' is required to be "
                          "supplied and to be an array including every key in properties. "
                          "Missing '{}'.",
                          what, context, std::string(property.key())));
        if (!CheckStrict(property.value(), what,
                         fmt::format("('properties', '{}')", std::string(property.key()))))
          return false;
      }
    if (const json::object* items = FindObject(*schema, "items"))
      if (!CheckStrict(*items, what, "('items')")) return false;
    for (const char* list : {"anyOf", "$defs"})
      if (!CheckStrictEach(Find(*schema, list), what, list)) return false;
    return true;
  }

  bool CheckStrictEach(const json::value* list, const std::string& what, const char* name) {
    if (list == nullptr) return true;
    if (const json::array* array = list->if_array())
      for (const json::value& one : *array)
        if (!CheckStrict(one, what, fmt::format("('{}')", name))) return false;
    if (const json::object* object = list->if_object())
      for (const auto& one : *object)
        if (!CheckStrict(one.value(), what, fmt::format("('{}')", name))) return false;
    return true;
  }

  bool ReadToolChoice(const json::object& top) {
    const json::value* choice = Find(top, "tool_choice");
    if (choice == nullptr) return true;
    if (const json::object* named = choice->if_object()) {
      request_.tool_choice = ToolChoice::required;
      const std::string type = Text(*named, "type");
      if (type != "function" && type != "custom" && type != "allowed_tools")
        return No(kPhrases.missing("tool_choice.type"));
      if (type == "function" && (!FindObject(*named, "function") ||
                                 Text(*FindObject(*named, "function"), "name").empty()))
        return No(kPhrases.missing("tool_choice.function"));
      return true;
    }
    const std::string word(choice->as_string());
    if (word == "none") request_.tool_choice = ToolChoice::none;
    if (word == "required") request_.tool_choice = ToolChoice::required;
    return word == "none" || word == "auto" || word == "required" ||
           No(fmt::format("Invalid value: '{}'. Supported values are: 'none', 'auto', and "
                          "'required'.",
                          word));
  }

  bool ReadFormat(const json::object& top) {
    const json::object* format = FindObject(top, "response_format");
    if (format == nullptr) return true;
    if (!Check(*format, kFormat, "response_format")) return false;
    const std::string type = Text(*format, "type");
    if (type == "text") return true;
    if (type == "json_object") {
      if (request_.body.find("json") != request_.body.rfind("json") ||
          request_.body.find("JSON") != std::string::npos)
        return true;
      return No(
          "'messages' must contain the word 'json' in some form, to use 'response_format' of "
          "type 'json_object'.");
    }
    if (type != "json_schema")
      return No(
          fmt::format("Invalid value: '{}'. Supported values are: 'json_object', "
                      "'json_schema', and 'text'.",
                      type));
    if (!script_.structured_output)
      return No("'response_format.type' must be 'json_object' or 'text'");
    const json::object* schema = FindObject(*format, "json_schema");
    if (schema == nullptr) return No(kPhrases.missing("response_format.json_schema"));
    return ReadSchema(*schema);
  }

  bool ReadSchema(const json::object& format) {
    const std::string path = "response_format.json_schema";
    if (!Check(format, kJsonSchema, path)) return false;
    OutputFormat output;
    output.name = Text(format, "name");
    if (!IsName(output.name, 64))
      return No(
          fmt::format("Invalid '{}.name': string does not match pattern. Expected a string "
                      "that matches the pattern '^[a-zA-Z0-9_-]+$'.",
                      path));
    if (const json::object* schema = FindObject(format, "schema")) {
      output.schema = *schema;
      const json::value* strict = Find(format, "strict");
      const std::string what = fmt::format("response_format '{}'", output.name);
      if (strict && strict->as_bool()) {
        if (Text(*schema, "type") != "object")
          return No(
              fmt::format("Invalid schema for {}: schema must be a JSON Schema of 'type: "
                          "\"object\"', got 'type: \"{}\"'.",
                          what, Text(*schema, "type")));
        if (!CheckStrict(*schema, what, "()")) return false;
      }
    }
    request_.output = std::move(output);
    return true;
  }

  bool ReadMessages(const json::object& top) {
    const json::array& messages = *FindArray(top, "messages");
    if (messages.empty())
      return No(
          "Invalid 'messages': empty array. Expected an array with minimum length 1, but got "
          "an empty array instead.");
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const std::string path = fmt::format("messages[{}]", i);
      const json::object* message = messages[i].if_object();
      if (message == nullptr) return No(kPhrases.mistyped(path, kObject, messages[i]));
      if (!ReadMessage(*message, path)) return false;
    }
    return open_calls_.empty() || RefuseOpenCalls();
  }

  bool RefuseOpenCalls() {
    std::string ids;
    for (const std::string& id : open_calls_) ids += (ids.empty() ? "" : ", ") + id;
    return No(
        fmt::format("An assistant message with 'tool_calls' must be followed by tool messages "
                    "responding to each 'tool_call_id'. The following tool_call_ids did not "
                    "have response messages: {}",
                    ids));
  }

  bool ReadMessage(const json::object& message, const std::string& path) {
    const std::string role = Text(message, "role");
    if (role != "tool" && !open_calls_.empty()) return RefuseOpenCalls();
    if (role == "tool") return ReadToolMessage(message, path);
    answerable_.clear();
    if (role == "assistant") return ReadAssistant(message, path);
    if (role == "function") return Check(message, kFunctionMessage, path);
    if (role != "system" && role != "developer" && role != "user")
      return No(
          fmt::format("Invalid value: '{}'. Supported values are: 'system', 'assistant', "
                      "'user', 'function', 'tool', and 'developer'.",
                      role));
    if (!Check(message, kSystem, path)) return false;
    std::string text;
    if (!ReadContent(message, path, role == "user", text)) return false;
    if (role == "user") {
      request_.messages.push_back({Role::user, std::move(text), {}, {}, {}, false});
    } else {
      request_.system += (request_.system.empty() ? "" : "\n") + text;
    }
    return true;
  }

  bool ReadContent(const json::object& message, const std::string& path, bool rich,
                   std::string& text) {
    const json::value& content = message.at("content");
    if (const json::string* plain = content.if_string()) {
      text = *plain;
      return true;
    }
    const json::array& parts = content.as_array();
    if (parts.empty())
      return No(
          fmt::format("Invalid '{}.content': empty array. Expected an array with minimum "
                      "length 1, but got an empty array instead.",
                      path));
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const json::object* part = parts[i].if_object();
      const std::string at = fmt::format("{}.content[{}]", path, i);
      if (part == nullptr) return No(kPhrases.mistyped(at, kObject, parts[i]));
      const std::string type = Text(*part, "type");
      const bool known = type == "text" ||
                         (rich && (type == "image_url" || type == "input_audio" || type == "file"));
      if (!known && type != "refusal")
        return No(type.empty() ? kPhrases.missing(at + ".type")
                               : fmt::format("Invalid value: '{}'.", type));
      if (!part->contains(type)) return No(kPhrases.missing(at + "." + type));
    }
    text = JoinTexts(parts);
    return true;
  }

  bool ReadAssistant(const json::object& message, const std::string& path) {
    if (!Check(message, kAssistant, path)) return false;
    ReceivedMessage received{Role::assistant, {}, {}, {}, {}, false};
    const json::array* calls = FindArray(message, "tool_calls");
    const bool has_content = Find(message, "content") != nullptr;
    if (!has_content && calls == nullptr && !Find(message, "function_call") &&
        !Find(message, "refusal") && !Find(message, "audio"))
      return No(
          fmt::format("Invalid value for 'content': expected a string, got null. ({})", path));
    if (has_content && !ReadContent(message, path, false, received.text)) return false;
    if (calls != nullptr && calls->empty())
      return No(
          fmt::format("Invalid '{}.tool_calls': empty array. Expected an array with minimum "
                      "length 1, but got an empty array instead.",
                      path));
    for (std::size_t i = 0; calls != nullptr && i < calls->size(); ++i)
      if (!ReadCall((*calls)[i], fmt::format("{}.tool_calls[{}]", path, i), received)) return false;
    request_.messages.push_back(std::move(received));
    return true;
  }

  bool ReadCall(const json::value& value, const std::string& path, ReceivedMessage& message) {
    const json::object* call = value.if_object();
    if (call == nullptr) return No(kPhrases.mistyped(path, kObject, value));
    if (!Check(*call, kCall, path)) return false;
    ToolCall read{Text(*call, "id"), {}, {}};
    if (const json::object* function = FindObject(*call, "function")) {
      if (!Check(*function, kCalledFunction, path + ".function")) return false;
      read.name = Text(*function, "name");
      read.arguments = Text(*function, "arguments");
      if (!IsName(read.name, 64))
        return No(
            fmt::format("Invalid '{}.function.name': string does not match pattern. Expected "
                        "a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
                        path));
    } else if (!FindObject(*call, "custom")) {
      return No(kPhrases.missing(path + ".function"));
    }
    open_calls_.insert(read.id);
    answerable_.insert(read.id);
    message.tool_calls.push_back(std::move(read));
    return true;
  }

  bool ReadToolMessage(const json::object& message, const std::string& path) {
    if (!Check(message, kTool, path)) return false;
    ReceivedMessage received{Role::tool, {}, {}, Text(message, "tool_call_id"), {}, false};
    if (!answerable_.contains(received.tool_call_id))
      return No(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
          "message with 'tool_calls'.");
    open_calls_.erase(received.tool_call_id);
    for (auto earlier = request_.messages.rbegin(); earlier != request_.messages.rend(); ++earlier)
      for (const ToolCall& call : earlier->tool_calls)
        if (received.tool_name.empty() && call.id == received.tool_call_id)
          received.tool_name = call.name;
    if (!ReadContent(message, path, false, received.text)) return false;
    request_.messages.push_back(std::move(received));
    return true;
  }

  ReceivedRequest& request_;
  const Script& script_;
  std::set<std::string> open_calls_;  ///< Of the last assistant message, not answered yet.
  std::set<std::string> answerable_;  ///< Of the last assistant message.
};

}  // namespace

void OpenAiWire::Read(ReceivedRequest& request, const Script& script) const {
  const std::string authorization = request.Header("Authorization");
  if (authorization.starts_with("Bearer ")) request.api_key = authorization.substr(7);
  if (!script.api_key.empty() && request.api_key != script.api_key) {
    Refuse(request,
           request.api_key.empty()
               ? "You didn't provide an API key. You need to provide your API key in an "
                 "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
               : "Incorrect API key provided.",
           401);
    return;
  }
  Reader(request, script).Read();
}

}  // namespace tabletalk::model::testing
