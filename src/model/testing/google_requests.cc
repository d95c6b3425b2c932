// What Gemini's generateContent takes, and what it refuses.
//
// The body is Protocol Buffers' JSON: a name that is not in the message is refused, names come in
// camelCase or snake_case. Schemas are the subset of OpenAPI that the API knows, which has neither
// `additionalProperties` nor lists of types, unless they come as `parametersJsonSchema` or
// `responseJsonSchema`. Models of generation 3 want back the signature of the thought that led to a
// call of a tool.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/testing/google_fields.h"
#include "model/testing/google_format.h"
#include "model/testing/wire_fields.h"

namespace tabletalk::model::testing {
namespace {

namespace json = base::json;

using namespace google_fields;  // NOLINT(google-build-using-namespace)

class Reader {
 public:
  explicit Reader(ReceivedRequest& request) : request_(request) {}

  bool Read() {
    const json::object* top = request_.json.if_object();
    if (top == nullptr)
      return No("Invalid JSON payload received. Expected an object for the request.");
    return Check(*top, kTop, "") && ReadSystem(*top) && ReadTools(*top) && ReadToolConfig(*top) &&
           ReadGeneration(*top) && ReadContents(*top);
  }

 private:
  bool No(std::string why, int status = 400) { return Refuse(request_, std::move(why), status); }

  bool Check(const json::object& object, std::span<const Field> fields, const std::string& path) {
    std::string wrong = CheckFields(object, fields, path, kPhrases);
    return wrong.empty() || No(std::move(wrong));
  }

  // A list, or its only element without the brackets.
  static json::array ListOf(const json::value* value) {
    if (value == nullptr) return {};
    if (const json::array* list = value->if_array()) return *list;
    json::array list;
    list.push_back(*value);
    return list;
  }

  bool ReadSystem(const json::object& top) {
    const json::object* system = FindObject(top, "systemInstruction");
    if (system == nullptr) return true;
    if (!Check(*system, kContent, "system_instruction")) return false;
    const json::array parts = ListOf(Find(*system, "parts"));
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (!parts[i].is_object() || FindText(parts[i].get_object(), "text").empty())
        return No(
            fmt::format("* GenerateContentRequest.system_instruction.parts[{}].data: required "
                        "oneof field 'data' must have one initialized field\n",
                        i));
    if (parts.empty())
      return No(
          "* GenerateContentRequest.system_instruction.parts: contents.parts must not be "
          "empty.\n");
    request_.system = JoinTexts(parts, "");
    return true;
  }

  bool ReadTools(const json::object& top) {
    const json::array tools = ListOf(Find(top, "tools"));
    for (std::size_t i = 0; i < tools.size(); ++i) {
      const std::string path = fmt::format("tools[{}]", i);
      const json::object* tool = tools[i].if_object();
      if (tool == nullptr) return No(kPhrases.mistyped(path, kObject, tools[i]));
      if (!Check(*tool, kTool, path)) return false;
      const json::array functions = ListOf(Find(*tool, "functionDeclarations"));
      for (std::size_t k = 0; k < functions.size(); ++k)
        if (!ReadFunction(functions[k], fmt::format("{}.function_declarations[{}]", path, k)))
          return false;
    }
    return true;
  }

  bool ReadFunction(const json::value& value, const std::string& path) {
    const json::object* function = value.if_object();
    if (function == nullptr) return No(kPhrases.mistyped(path, kObject, value));
    if (!Check(*function, kFunction, path)) return false;
    Tool tool{FindText(*function, "name"), FindText(*function, "description"), {}};
    if (!IsName(tool.name, 64, ".:") || (tool.name[0] >= '0' && tool.name[0] <= '9') ||
        tool.name[0] == '-')
      return No(
          fmt::format("* GenerateContentRequest.{}.name: Invalid function name. Must start "
                      "with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), "
                      "underscores (_), dots (.), colons (:), or dashes (-), with a maximum "
                      "length of 64.\n",
                      path));
    for (const Tool& other : request_.tools)
      if (other.name == tool.name)
        return No(
            fmt::format("* GenerateContentRequest.{}: Duplicate function declaration found: "
                        "{}\n",
                        path, tool.name));
    if (const json::object* schema = FindObject(*function, "parameters")) {
      if (!CheckSchema(*schema, path + ".parameters")) return false;
      tool.parameters = *schema;
    } else if (const json::object* whole = FindObject(*function, "parametersJsonSchema")) {
      tool.parameters = *whole;
    }
    request_.tools.push_back(std::move(tool));
    return true;
  }

  bool CheckSchema(const json::object& schema, const std::string& path) {
    if (!Check(schema, kSchema, path)) return false;
    std::string type = FindText(schema, "type");
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    static const std::set<std::string> kTypes = {"STRING", "NUMBER", "INTEGER", "BOOLEAN",
                                                 "ARRAY",  "OBJECT", "NULL"};
    if (!type.empty() && !kTypes.contains(type))
      return No(
          fmt::format("Invalid value at '{}.type' (type.googleapis.com/google.ai.generative"
                      "language.v1beta.Type), \"{}\"",
                      path, type));
    if (type.empty() && !Find(schema, "anyOf"))
      return No(fmt::format("* GenerateContentRequest.{}: schema must specify type\n", path));
    if (const json::array* values = FindArray(schema, "enum"))
      for (std::size_t i = 0; i < values->size(); ++i)
        if (!(*values)[i].is_string() || (*values)[i].get_string().empty())
          return No(fmt::format("Invalid value at '{}.enum[{}]' (TYPE_STRING), {}", path, i,
                                base::ToJsonText((*values)[i])));
    if (type == "ARRAY") {
      const json::object* items = FindObject(schema, "items");
      if (items == nullptr)
        return No(fmt::format("* GenerateContentRequest.{}.items: missing field.\n", path));
      if (!CheckSchema(*items, path + ".items")) return false;
    }
    return CheckProperties(schema, type, path) && CheckChoices(schema, path);
  }

  bool CheckProperties(const json::object& schema, const std::string& type,
                       const std::string& path) {
    const json::object* properties = FindObject(schema, "properties");
    if (type == "OBJECT" && (properties == nullptr || properties->empty()))
      return No(
          fmt::format("* GenerateContentRequest.{}.properties: should be non-empty for OBJECT "
                      "type\n",
                      path));
    if (const json::array* required = FindArray(schema, "required"))
      for (std::size_t i = 0; i < required->size(); ++i)
        if (properties == nullptr || !(*required)[i].is_string() ||
            !properties->contains((*required)[i].get_string()))
          return No(
              fmt::format("* GenerateContentRequest.{}.required[{}]: property is not "
                          "defined\n",
                          path, i));
    if (properties == nullptr) return true;
    for (const auto& property : *properties) {
      const std::string at =
          fmt::format("{}.properties[{}].value", path, std::string(property.key()));
      const json::object* inner = property.value().if_object();
      if (inner == nullptr) return No(kPhrases.mistyped(at, kObject, property.value()));
      if (!CheckSchema(*inner, at)) return false;
    }
    return true;
  }

  bool CheckChoices(const json::object& schema, const std::string& path) {
    const json::array* choices = FindArray(schema, "anyOf");
    for (std::size_t i = 0; choices != nullptr && i < choices->size(); ++i) {
      const std::string at = fmt::format("{}.any_of[{}]", path, i);
      const json::object* choice = (*choices)[i].if_object();
      if (choice == nullptr) return No(kPhrases.mistyped(at, kObject, (*choices)[i]));
      if (!CheckSchema(*choice, at)) return false;
    }
    return true;
  }

  bool ReadToolConfig(const json::object& top) {
    const json::object* config = FindObject(top, "toolConfig");
    const json::object* calling = config ? FindObject(*config, "functionCallingConfig") : nullptr;
    if (calling == nullptr) return true;
    const std::string mode = FindText(*calling, "mode");
    if (mode == "ANY") request_.tool_choice = ToolChoice::required;
    if (mode == "NONE") request_.tool_choice = ToolChoice::none;
    static const std::set<std::string> kModes = {"",     "MODE_UNSPECIFIED", "AUTO", "ANY",
                                                 "NONE", "VALIDATED"};
    if (!kModes.contains(mode))
      return No(
          fmt::format("Invalid value at 'tool_config.function_calling_config.mode' "
                      "(type.googleapis.com/google.ai.generativelanguage.v1beta."
                      "FunctionCallingConfig.Mode), \"{}\"",
                      mode));
    if (mode == "ANY" && request_.tools.empty())
      return No("Function calling config is set without function_declarations.");
    if (FindArray(*calling, "allowedFunctionNames") && mode != "ANY" && mode != "VALIDATED")
      return No("Allowed function names may only be set when function calling mode is ANY.");
    return true;
  }

  bool ReadGeneration(const json::object& top) {
    const json::object* config = FindObject(top, "generationConfig");
    if (config == nullptr) return true;
    if (!Check(*config, kGeneration, "generation_config")) return false;
    if (const json::value* t = Find(*config, "temperature"))
      request_.temperature = t->to_number<double>();
    if (const json::value* most = Find(*config, "maxOutputTokens"))
      request_.max_tokens = most->to_number<std::int64_t>();
    const std::string type = FindText(*config, "responseMimeType");
    if (type == "application/json" && !request_.tools.empty() &&
        !request_.model.starts_with("gemini-3"))
      return No("Function calling with a response mime type: 'application/json' is unsupported");
    const json::object* schema = FindObject(*config, "responseSchema");
    const json::object* whole = FindObject(*config, "responseJsonSchema");
    if (schema && !CheckSchema(*schema, "generation_config.response_schema")) return false;
    if ((schema || whole) && type != "application/json" && type != "text/x.enum")
      return No(
          "* GenerateContentRequest.generation_config.response_schema: only allowed with a "
          "response mime type of application/json or text/x.enum\n");
    if (schema && whole)
      return No("Only one of response_schema and response_json_schema may be set.");
    if (schema || whole) request_.output = OutputFormat{"output", schema ? *schema : *whole};
    return true;
  }

  bool ReadContents(const json::object& top) {
    const json::array contents = ListOf(Find(top, "contents"));
    if (contents.empty())
      return No("* GenerateContentRequest.contents: contents is not specified\n");
    FindCurrentTurn(contents);
    for (std::size_t i = 0; i < contents.size(); ++i) {
      const std::string path = fmt::format("contents[{}]", i);
      const json::object* content = contents[i].if_object();
      if (content == nullptr) return No(kPhrases.mistyped(path, kObject, contents[i]));
      if (!Check(*content, kContent, path) || !ReadContent(*content, i, path)) return false;
    }
    if (!open_.empty())
      return No(
          "Please ensure that the number of function response parts is equal to the number of "
          "function call parts of the function call turn.");
    const std::string last = FindText(contents.back().get_object(), "role");
    if (last == "model")
      return No(
          "Please ensure that single turn requests end with a user role or the role field is "
          "empty.");
    return true;
  }

  // The turn that goes on begins with the last words of the person.
  void FindCurrentTurn(const json::array& contents) {
    for (std::size_t i = 0; i < contents.size(); ++i) {
      const json::object* content = contents[i].if_object();
      if (content == nullptr || FindText(*content, "role") == "model") continue;
      for (const json::value& part : ListOf(Find(*content, "parts")))
        if (part.is_object() && Find(part.get_object(), "text")) current_turn_ = i;
    }
  }

  bool ReadContent(const json::object& content, std::size_t i, const std::string& path) {
    const std::string role = FindText(content, "role");
    if (role != "" && role != "user" && role != "model" && role != "function")
      return No("Please use a valid role: user, model.");
    const json::array parts = ListOf(Find(content, "parts"));
    if (parts.empty())
      return No(fmt::format(
          "* GenerateContentRequest.{}.parts: contents.parts must not be empty.\n", path));
    ReceivedMessage message;
    message.role = role == "model" ? Role::assistant : Role::user;
    calls_ = responses_ = 0;
    const std::vector<std::string> before = std::move(open_);
    open_.clear();
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const std::string at = fmt::format("{}.parts[{}]", path, k);
      const json::object* part = parts[k].if_object();
      if (part == nullptr) return No(kPhrases.mistyped(at, kObject, parts[k]));
      if (!Check(*part, kPart, at)) return false;
      if (!ReadPart(*part, i, at, before, message)) return false;
    }
    if (!CheckCalls(before)) return false;
    after_user_ = message.role == Role::user;
    if (message.role == Role::assistant || !message.text.empty() || responses_ == 0)
      request_.messages.push_back(std::move(message));
    return true;
  }

  bool CheckCalls(const std::vector<std::string>& before) {
    if (responses_ != before.size())
      return No(
          before.empty()
              ? "Please ensure that function response turn comes immediately after a function "
                "call turn."
              : "Please ensure that the number of function response parts is equal to the "
                "number of function call parts of the function call turn.");
    if (calls_ > 0 && !after_user_)
      return No(
          "Please ensure that function call turn comes immediately after a user turn or after "
          "a function response turn.");
    return true;
  }

  bool ReadPart(const json::object& part, std::size_t i, const std::string& at,
                const std::vector<std::string>& before, ReceivedMessage& message) {
    int filled = 0;
    for (const char* name : {"text", "inlineData", "fileData", "functionCall", "functionResponse",
                             "executableCode", "codeExecutionResult"})
      filled += Find(part, name) != nullptr;
    if (filled == 0 && !Find(part, "thoughtSignature"))
      return No(
          fmt::format("* GenerateContentRequest.{}.data: required oneof field 'data' must have "
                      "one initialized field\n",
                      at));
    if (filled > 1)
      return No(
          fmt::format("Invalid value at '{}' (oneof), oneof field 'data' is already set.", at));
    const json::value* thought = Find(part, "thought");
    if (thought == nullptr || !thought->get_bool()) message.text += FindText(part, "text");
    if (const json::object* call = FindObject(part, "functionCall"))
      return ReadCall(*call, part, i, at + ".function_call", message);
    if (const json::object* response = FindObject(part, "functionResponse"))
      return ReadResponse(*response, at + ".function_response", before, message);
    return true;
  }

  bool ReadCall(const json::object& call, const json::object& part, std::size_t i,
                const std::string& at, ReceivedMessage& message) {
    if (!Check(call, kCall, at)) return false;
    if (message.role != Role::assistant) return No("Please use a valid role: user, model.");
    if (request_.model.starts_with("gemini-3") && calls_ == 0 && i > current_turn_ &&
        FindText(part, "thoughtSignature").empty())
      return No(
          fmt::format("Function call is missing a thought_signature in functionCall parts. "
                      "This is required for tools to work correctly, and missing "
                      "thought_signature may lead to degraded model performance. Additional "
                      "data, function call `default_api:{}` , position {}.",
                      FindText(call, "name"), i + 1));
    ++calls_;
    open_.push_back(FindText(call, "name"));
    const json::object* args = FindObject(call, "args");
    message.tool_calls.push_back(
        {FindText(call, "id"), FindText(call, "name"), args ? base::ToJsonText(*args) : "{}"});
    return true;
  }

  bool ReadResponse(const json::object& response, const std::string& at,
                    const std::vector<std::string>& before, const ReceivedMessage& message) {
    if (!Check(response, kResponse, at)) return false;
    if (message.role != Role::user) return No("Please use a valid role: user, model.");
    ReceivedMessage result{Role::tool, {}, {}, FindText(response, "id"), FindText(response, "name"),
                           false};
    if (!before.empty() &&
        std::find(before.begin(), before.end(), result.tool_name) == before.end())
      return No(
          "Please ensure that the number of function response parts is equal to the number of "
          "function call parts of the function call turn.");
    ++responses_;
    // Text alone comes as the only member of an object.
    const json::object& said = *FindObject(response, "response");
    const json::string* text = said.size() == 1 ? said.begin()->value().if_string() : nullptr;
    result.text = text ? std::string(*text) : base::ToJsonText(said);
    request_.messages.push_back(std::move(result));
    return true;
  }

  ReceivedRequest& request_;
  std::size_t current_turn_ = 0;
  bool after_user_ = false;        ///< Of the content before.
  std::size_t calls_ = 0;          ///< Of the content at hand.
  std::size_t responses_ = 0;      ///< The same.
  std::vector<std::string> open_;  ///< Names called by the content before.
};

}  // namespace

void GoogleWire::Read(ReceivedRequest& request, const Script& script) const {
  request.api_key = request.Header("x-goog-api-key");
  const std::size_t key = request.target.find("key=");
  if (request.api_key.empty() && key != std::string::npos)
    request.api_key = request.target.substr(key + 4, request.target.find('&', key) - key - 4);
  const std::size_t name = request.target.find("/models/");
  const std::size_t colon = request.target.find(':', name);
  if (name != std::string::npos && colon != std::string::npos)
    request.model = request.target.substr(name + 8, colon - name - 8);
  request.stream = request.target.find(":streamGenerateContent") != std::string::npos;
  if (!script.api_key.empty() && request.api_key.empty()) {
    Refuse(request,
           "Method doesn't allow unregistered callers (callers without established identity). "
           "Please use API Key or other form of API consumer identity to call this API.",
           403);
  } else if (!script.api_key.empty() && request.api_key != script.api_key) {
    Refuse(request, "API key not valid. Please pass a valid API key.");
  } else {
    Reader(request).Read();
  }
}

}  // namespace tabletalk::model::testing
