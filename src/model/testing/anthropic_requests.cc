// What Anthropic's Messages take, and what they refuse.
//
// From the types of the published clients and the server's known error texts. Where the real server
// has become lenient (it joins messages of one role that follow each other) this one keeps to the
// older rule, which both versions accept: roles alternate, and the person begins.
#include <fmt/format.h>

#include <set>

#include "model/testing/anthropic_format.h"
#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

constexpr Phrases kPhrases = {
    [](const std::string& path, std::string_view name) {
      return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
    },
    [](const std::string& path, std::size_t index) { return fmt::format("{}.{}", path, index); },
    [](const std::string& path) { return path + ": Field required"; },
    [](const std::string& path, unsigned wanted, const json::value&) {
      std::string_view type = TypeName(wanted);
      type.remove_prefix(type.find(' ') + 1);
      return fmt::format("{}: Input should be a valid {}", path,
                         type == "array"    ? "list"
                         : type == "object" ? "dictionary"
                                            : type);
    },
    [](const std::string& path, double low, double high) {
      return fmt::format("{}: range: {}..{}", path, low, high);
    },
    [](const std::string& parent, std::string_view name) {
      return fmt::format("{}{}{}: Extra inputs are not permitted", parent,
                         parent.empty() ? "" : ".", name);
    },
    true,
    false};

constexpr Field kTop[] = {{"model", kString, true},
                          {"max_tokens", kInteger, true, 1},
                          {"messages", kArray, true},
                          {"system", kString | kArray},
                          {"temperature", kNumber, false, 0, 1},
                          {"top_p", kNumber, false, 0, 1},
                          {"top_k", kInteger, false, 0},
                          {"stop_sequences", kArray},
                          {"stream", kBool},
                          {"metadata", kObject},
                          {"tools", kArray},
                          {"tool_choice", kObject},
                          {"thinking", kObject},
                          {"service_tier", kString},
                          {"cache_control", kObject},
                          {"container", kString | kObject},
                          {"context_management", kObject},
                          {"inference_geo", kString},
                          {"mcp_servers", kArray},
                          {"output_config", kObject},
                          {"output_format", kObject}};
constexpr Field kMessage[] = {{"role", kString, true}, {"content", kString | kArray, true}};
constexpr Field kTextBlock[] = {{"type", kString, true},
                                {"text", kString, true},
                                {"cache_control", kObject},
                                {"citations", kArray}};
constexpr Field kToolUse[] = {{"type", kString, true},    {"id", kString, true},
                              {"name", kString, true},    {"input", kObject, true},
                              {"cache_control", kObject}, {"caller", kObject}};
constexpr Field kToolResult[] = {{"type", kString, true},
                                 {"tool_use_id", kString, true},
                                 {"content", kString | kArray},
                                 {"is_error", kBool},
                                 {"cache_control", kObject}};
constexpr Field kTool[] = {{"name", kString, true},
                           {"input_schema", kObject, true},
                           {"description", kString},
                           {"type", kString},
                           {"strict", kBool},
                           {"cache_control", kObject},
                           {"defer_loading", kBool},
                           {"allowed_callers", kArray},
                           {"eager_input_streaming", kBool},
                           {"input_examples", kArray}};
constexpr Field kToolChoice[] = {
    {"type", kString, true}, {"name", kString}, {"disable_parallel_tool_use", kBool}};

class Reader {
 public:
  explicit Reader(ReceivedRequest& request) : request_(request) {}

  bool Read() {
    const json::object* top = request_.json.if_object();
    if (top == nullptr) return No("The request body is not valid JSON: expected an object");
    request_.model = FindText(*top, "model");
    return Check(*top, kTop, "") && ReadSampling(*top) && ReadSystem(*top) && ReadTools(*top) &&
           ReadThinking(*top) && ReadOutput(*top) && ReadMessages(*top);
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
    request_.max_tokens = top.at("max_tokens").to_number<std::int64_t>();
    if (request_.model.empty()) return No("model: String should have at least 1 character");
    if (const json::array* stops = FindArray(top, "stop_sequences"))
      for (const json::value& stop : *stops)
        if (!stop.is_string() || IsBlank(std::string(stop.get_string())))
          return No("stop_sequences: each stop sequence must contain non-whitespace");
    return true;
  }

  static bool IsBlank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
  }

  bool ReadSystem(const json::object& top) {
    const json::value* system = Find(top, "system");
    if (system == nullptr) return true;
    if (const json::string* text = system->if_string()) {
      request_.system = *text;
      return true;
    }
    const json::array& blocks = system->as_array();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::string path = fmt::format("system.{}", i);
      const json::object* block = blocks[i].if_object();
      if (block == nullptr || FindText(*block, "type") != "text")
        return No(path + ".type: Input should be 'text'");
      if (!Check(*block, kTextBlock, path)) return false;
      if (IsBlank(FindText(*block, "text")))
        return No("system: text content blocks must be non-empty");
    }
    request_.system = JoinTexts(blocks);
    return true;
  }

  bool ReadTools(const json::object& top) {
    const json::array* tools = FindArray(top, "tools");
    std::set<std::string> names;
    for (std::size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
      const std::string path = fmt::format("tools.{}", i);
      const json::object* tool = (*tools)[i].if_object();
      if (tool == nullptr) return No(kPhrases.mistyped(path, kObject, (*tools)[i]));
      if (!ReadTool(*tool, path)) return false;
      const std::string name = FindText(*tool, "name");
      if (!name.empty() && !names.insert(name).second)
        return No("tools: Tool names must be unique.");
    }
    has_tools_ = tools != nullptr && !tools->empty();
    return ReadToolChoice(top, names);
  }

  bool ReadTool(const json::object& tool, const std::string& path) {
    const std::string type = FindText(tool, "type");
    // Tools that run at the provider carry a date in their type, and fields of their own.
    if (!type.empty() && type != "custom")
      return (type.find("_20") != std::string::npos || type == "mcp_toolset") ||
             No(fmt::format("{}: Input tag '{}' found using 'type' does not match any of the "
                            "expected tags",
                            path, type));
    if (!Check(tool, kTool, path)) return false;
    Tool read{FindText(tool, "name"), FindText(tool, "description"),
              *FindObject(tool, "input_schema")};
    if (!IsName(read.name, 128))
      return No(path + ".custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
    if (FindText(read.parameters, "type") != "object")
      return No(path + ".custom.input_schema.type: Input should be 'object'");
    request_.tools.push_back(std::move(read));
    return true;
  }

  bool ReadToolChoice(const json::object& top, const std::set<std::string>& names) {
    const json::object* choice = FindObject(top, "tool_choice");
    if (choice == nullptr) return true;
    if (!Check(*choice, kToolChoice, "tool_choice")) return false;
    if (!has_tools_) return No("tool_choice: may only be specified while providing `tools`");
    const std::string type = FindText(*choice, "type");
    if (type == "any" || type == "tool") request_.tool_choice = ToolChoice::required;
    if (type == "none") request_.tool_choice = ToolChoice::none;
    if (type == "tool" && !names.contains(FindText(*choice, "name")))
      return No(fmt::format("tool_choice: Tool '{}' not found in provided tools",
                            FindText(*choice, "name")));
    return type == "auto" || type == "any" || type == "tool" || type == "none" ||
           No(fmt::format(
               "tool_choice: Input tag '{}' found using 'type' does not match any of the "
               "expected tags: 'any', 'auto', 'none', 'tool'",
               type));
  }

  bool ReadThinking(const json::object& top) {
    const json::object* thinking = FindObject(top, "thinking");
    if (thinking == nullptr || FindText(*thinking, "type") == "disabled") return true;
    if (FindText(*thinking, "type") == "enabled") {
      const json::value* budget = Find(*thinking, "budget_tokens");
      if (budget == nullptr || !Fits(*budget, kInteger))
        return No("thinking.enabled.budget_tokens: Field required");
      const auto tokens = budget->to_number<std::int64_t>();
      if (tokens < 1024)
        return No("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
      if (tokens >= *request_.max_tokens)
        return No("`max_tokens` must be greater than `thinking.budget_tokens`.");
    }
    if (request_.temperature && *request_.temperature != 1)
      return No("`temperature` may only be set to 1 when thinking is enabled.");
    if (request_.tool_choice == ToolChoice::required)
      return No("Thinking may not be enabled when tool_choice forces tool use.");
    return true;
  }

  bool ReadOutput(const json::object& top) {
    const json::object* format = FindObject(top, "output_format");
    if (const json::object* config = FindObject(top, "output_config"))
      if (const json::object* inner = FindObject(*config, "format")) format = inner;
    if (format == nullptr) return true;
    const json::object* schema = FindObject(*format, "schema");
    if (FindText(*format, "type") != "json_schema" || schema == nullptr)
      return No("output_config.format.schema: Field required");
    if (!ClosedObjects(*schema)) return false;
    request_.output = OutputFormat{"output", *schema};
    return true;
  }

  bool ClosedObjects(const json::value& value) {
    if (const json::array* array = value.if_array())
      for (const json::value& one : *array)
        if (!ClosedObjects(one)) return false;
    const json::object* schema = value.if_object();
    if (schema == nullptr) return true;
    const json::value* more = schema->if_contains("additionalProperties");
    if (FindText(*schema, "type") == "object" && (more == nullptr || *more != json::value(false)))
      return No(
          "output_config.format.schema: For 'object' type, 'additionalProperties' must be "
          "explicitly set to false");
    for (const auto& member : *schema)
      if (!ClosedObjects(member.value())) return false;
    return true;
  }

  bool ReadMessages(const json::object& top) {
    const json::array& messages = *FindArray(top, "messages");
    if (messages.empty()) return No("messages: at least one message is required");
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const std::string path = fmt::format("messages.{}", i);
      const json::object* message = messages[i].if_object();
      if (message == nullptr) return No(kPhrases.mistyped(path, kObject, messages[i]));
      if (!Check(*message, kMessage, path)) return false;
      if (!ReadRole(FindText(*message, "role"), i)) return false;
      if (!ReadContent(message->at("content"), i, i + 1 == messages.size())) return false;
    }
    return open_.empty() || RefuseOpenCalls(messages.size());
  }

  bool ReadRole(const std::string& role, std::size_t i) {
    if (role == "system")
      return No(
          "messages: Unexpected role \"system\". The Messages API accepts a top-level "
          "`system` parameter, not \"system\" as an input message role.");
    if (role != "user" && role != "assistant")
      return No(fmt::format("messages.{}.role: Input should be 'user' or 'assistant'", i));
    if (i == 0 && role != "user") return No("messages: first message must use the \"user\" role");
    if (role == role_)
      return No(
          fmt::format("messages: roles must alternate between \"user\" and \"assistant\", but "
                      "found multiple \"{}\" roles in a row",
                      role));
    role_ = role;
    return true;
  }

  bool ReadContent(const json::value& content, std::size_t i, bool last) {
    // The results of tools open the next message; whatever else it says comes after them.
    expected_ = std::move(open_);
    open_.clear();
    ReceivedMessage message;
    message.role = role_ == "user" ? Role::user : Role::assistant;
    std::size_t blocks = 1;
    if (const json::string* text = content.if_string()) {
      message.text = *text;
      if (IsBlank(message.text)) blocks = 0;
    } else {
      blocks = content.get_array().size();
      for (std::size_t k = 0; k < blocks; ++k)
        if (!ReadBlock(content.get_array()[k], i, k, message)) return false;
    }
    if (!expected_.empty()) return RefuseMissingResults(i);
    const bool prefill = last && message.role == Role::assistant;
    if (blocks == 0 && !prefill)
      return No(
          fmt::format("messages.{}: all messages must have non-empty content except for the "
                      "optional final assistant message",
                      i));
    if (prefill && !message.text.empty() && IsBlank(message.text.substr(message.text.size() - 1)))
      return No("messages: final assistant content cannot end with trailing whitespace");
    if (message.role == Role::assistant || !message.text.empty() || !only_results_)
      request_.messages.push_back(std::move(message));
    return true;
  }

  bool ReadBlock(const json::value& value, std::size_t i, std::size_t k, ReceivedMessage& message) {
    const std::string path = fmt::format("messages.{}.content.{}", i, k);
    const json::object* block = value.if_object();
    if (block == nullptr) return No(kPhrases.mistyped(path, kObject, value));
    const std::string type = FindText(*block, "type");
    if (k == 0) only_results_ = true;
    if (type == "tool_result") return ReadToolResult(*block, path, message);
    only_results_ = false;
    if (!expected_.empty()) return RefuseMissingResults(i);
    if (type == "tool_use") return ReadToolUse(*block, path, message);
    if (type == "text") {
      if (!Check(*block, kTextBlock, path)) return false;
      if (FindText(*block, "text").empty())
        return No("messages: text content blocks must be non-empty");
      if (IsBlank(FindText(*block, "text")))
        return No("messages: text content blocks must contain non-whitespace text");
      message.text += FindText(*block, "text");
      return true;
    }
    for (const char* known :
         {"image", "document", "search_result", "thinking", "redacted_thinking", "server_tool_use",
          "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result",
          "bash_code_execution_tool_result", "text_editor_code_execution_tool_result",
          "tool_search_tool_result", "mcp_tool_use", "mcp_tool_result", "container_upload"})
      if (type == known) return true;
    return No(
        fmt::format("{}: Input tag '{}' found using 'type' does not match any of the expected "
                    "tags",
                    path, type));
  }

  bool ReadToolUse(const json::object& block, const std::string& path, ReceivedMessage& message) {
    if (!Check(block, kToolUse, path)) return false;
    if (message.role != Role::assistant)
      return No(path + ": `tool_use` blocks can only be in `assistant` messages");
    ToolCall call{FindText(block, "id"), FindText(block, "name"),
                  base::ToJsonText(block.at("input"))};
    if (!IsName(call.id, 256))
      return No(path + ".tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
    if (!IsName(call.name, 200))
      return No(path + ".tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,200}$'");
    if (!open_.insert(call.id).second) return No("messages: `tool_use` ids must be unique");
    if (!has_tools_)
      return No("Requests which include `tool_use` or `tool_result` blocks must define tools");
    message.tool_calls.push_back(std::move(call));
    return true;
  }

  bool ReadToolResult(const json::object& block, const std::string& path,
                      const ReceivedMessage& message) {
    if (!Check(block, kToolResult, path)) return false;
    if (message.role != Role::user)
      return No(path + ": `tool_result` blocks can only be in `user` messages");
    ReceivedMessage result{Role::tool, {}, {}, FindText(block, "tool_use_id"), {}, false};
    if (expected_.erase(result.tool_call_id) == 0)
      return No(
          fmt::format("{}: unexpected `tool_use_id` found in `tool_result` blocks: {}. Each "
                      "`tool_result` block must have a corresponding `tool_use` block in the "
                      "previous message.",
                      path, result.tool_call_id));
    if (const json::array* parts = FindArray(block, "content")) {
      result.text = JoinTexts(*parts);
    } else {
      result.text = FindText(block, "content");
    }
    if (const json::value* failed = Find(block, "is_error")) result.tool_failed = failed->as_bool();
    for (const ReceivedMessage& earlier : request_.messages)
      for (const ToolCall& call : earlier.tool_calls)
        if (call.id == result.tool_call_id) result.tool_name = call.name;
    request_.messages.push_back(std::move(result));
    return true;
  }

  bool RefuseMissingResults(std::size_t i) {
    open_ = std::move(expected_);
    return RefuseOpenCalls(i);
  }
  bool RefuseOpenCalls(std::size_t i) {
    std::string ids;
    for (const std::string& id : open_) ids += (ids.empty() ? "" : ", ") + id;
    return No(
        fmt::format("messages.{}: `tool_use` ids were found without `tool_result` blocks "
                    "immediately after: {}. Each `tool_use` block must have a corresponding "
                    "`tool_result` block in the next message.",
                    i - 1, ids));
  }

  ReceivedRequest& request_;
  bool has_tools_ = false;
  bool only_results_ = false;       ///< Of the message at hand.
  std::string role_;                ///< Of the last message.
  std::set<std::string> open_;      ///< Calls of the message at hand.
  std::set<std::string> expected_;  ///< Calls of the message before, not answered yet.
};

}  // namespace

void AnthropicWire::Read(ReceivedRequest& request, const Script& script) const {
  request.api_key = request.Header("x-api-key");
  const std::string authorization = request.Header("Authorization");
  if (request.api_key.empty() && authorization.starts_with("Bearer "))
    request.api_key = authorization.substr(7);
  if (!script.api_key.empty() && request.api_key != script.api_key) {
    Refuse(request, request.api_key.empty() ? "x-api-key header is required" : "invalid x-api-key",
           401);
  } else if (request.Header("anthropic-version") != "2023-06-01") {
    Refuse(request, request.Header("anthropic-version").empty()
                        ? "anthropic-version: header is required"
                        : "anthropic-version: \"" + request.Header("anthropic-version") +
                              "\" is not a valid version");
  } else {
    Reader(request).Read();
  }
}

}  // namespace tabletalk::model::testing
