// Tool calls in prose.
//
// Every family of models has its own way of writing a call down, and a server that does not know
// the model passes it on as text. First the text is searched for marks that mean nothing else
// (tags, [TOOL_CALLS], ReAct's "Action:"); after them a name stands outside of the JSON. Without
// marks every JSON object is held against the shapes that name a tool inside. A name that is not
// among the tools makes no call: prose is full of objects.
#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "model/loose_json.h"
#include "model/salvage.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Follows "#/$defs/Name" within one schema.
const json::object* Resolve(const json::value* schema, const json::object& root) {
  for (int hops = 0; schema != nullptr && schema->is_object() && hops < 8; ++hops) {
    const auto& object = schema->get_object();
    const auto* reference = object.if_contains("$ref");
    if (reference == nullptr || !reference->is_string()) return &object;
    std::string_view path = reference->get_string();
    const auto slash = path.rfind('/');
    const bool old = path.starts_with("#/definitions/");
    if (slash == path.npos || (!old && !path.starts_with("#/$defs/"))) return nullptr;
    const auto* definitions = root.if_contains(old ? "definitions" : "$defs");
    if (definitions == nullptr || !definitions->is_object()) return nullptr;
    schema = definitions->get_object().if_contains(path.substr(slash + 1));
  }
  return nullptr;
}

const json::object* PropertiesOf(const json::object& schema) {
  const auto* properties = schema.if_contains("properties");
  return properties != nullptr ? properties->if_object() : nullptr;
}

/// All required members and no others: an object of that schema, as far as names tell.
bool Fits(const json::object& object, const json::object& schema) {
  const auto* properties = PropertiesOf(schema);
  if (properties == nullptr || object.empty()) return false;
  for (const auto& member : object)
    if (!properties->contains(member.key())) return false;
  const auto* required = schema.if_contains("required");
  if (required == nullptr || !required->is_array()) return true;
  return std::all_of(required->get_array().begin(), required->get_array().end(),
                     [&](const json::value& name) {
                       return !name.is_string() || object.contains(name.get_string());
                     });
}

/// The one property that holds an object, of a tool that has just one.
std::optional<std::string> OnlyObjectProperty(const Tool& tool, const json::object*& schema) {
  const auto* properties = PropertiesOf(tool.parameters);
  if (properties == nullptr) return std::nullopt;
  std::optional<std::string> name;
  for (const auto& property : *properties) {
    const auto* resolved = Resolve(&property.value(), tool.parameters);
    if (resolved == nullptr || PropertiesOf(*resolved) == nullptr) continue;
    if (name) return std::nullopt;
    name = std::string(property.key());
    schema = resolved;
  }
  return name;
}

/// The one required text of a tool: {"tool": "run_sql", "arguments": "SELECT 1"}.
std::optional<std::string> OnlyTextProperty(const Tool& tool) {
  const auto* properties = PropertiesOf(tool.parameters);
  if (properties == nullptr || properties->size() != 1) return std::nullopt;
  const auto* schema = properties->begin()->value().if_object();
  const auto* type = schema != nullptr ? schema->if_contains("type") : nullptr;
  if (type == nullptr || *type != "string") return std::nullopt;
  return std::string(properties->begin()->key());
}

class Search {
 public:
  Search(std::string_view text, const std::vector<Tool>& tools, std::string_view only)
      : text_(text), tools_(tools), only_(only) {}

  std::vector<ToolCall> Run() {
    FindNamedTags();
    if (calls_.empty()) FindMistral();
    if (calls_.empty()) FindReact();
    if (calls_.empty()) FindObjects();
    return std::move(calls_);
  }

 private:
  const Tool* Find(std::string_view name) const {
    name = Trim(name);
    for (const std::string_view prefix : {"functions.", "tools.", "default_api."})
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    const auto found = std::find_if(tools_.begin(), tools_.end(),
                                    [&](const Tool& tool) { return tool.name == name; });
    return found == tools_.end() ? nullptr : &*found;
  }

  void Add(const Tool& tool, const json::object& arguments) {
    calls_.push_back({.id = {}, .name = tool.name, .arguments = base::ToJsonText(arguments)});
  }

  /// Arguments as whatever a model made of them.
  bool AddValue(const Tool& tool, const json::value& arguments) {
    if (const auto* object = arguments.if_object()) {
      Add(tool, *object);
      return true;
    }
    if (arguments.is_null()) {
      Add(tool, {});
      return true;
    }
    const auto* text = arguments.if_string();
    if (text == nullptr) return false;
    const std::string_view inside = Trim(*text);
    if (inside.empty()) {
      Add(tool, {});
      return true;
    }
    if (auto object = ObjectAt(inside, 0)) {
      Add(tool, *object);
      return true;
    }
    const auto property = OnlyTextProperty(tool);
    if (property) Add(tool, {{*property, *text}});
    return property.has_value();
  }

  static std::optional<json::object> ObjectAt(std::string_view text, std::size_t from) {
    LooseJsonReader reader(text);
    auto found = reader.ReadAt(from);
    if (!found || !found->value.is_object()) return std::nullopt;
    return std::move(found->value.get_object());
  }

  /// The object that begins within the first blanks or a fence after `from`.
  static std::optional<json::object> NextObject(std::string_view text, std::size_t from) {
    const auto start = text.find('{', from);
    if (start == text.npos) return std::nullopt;
    const std::string_view between = Trim(text.substr(from, start - from));
    if (!between.empty() && between != "```json" && between != "```" && between != "[")
      return std::nullopt;
    return ObjectAt(text, start);
  }

  // Llama: <function=name>{...}</function>. Qwen: <function=name><parameter=sql>...</parameter>.
  void FindNamedTags() {
    constexpr std::string_view kOpen = "<function=";
    std::size_t at = 0;
    while ((at = text_.find(kOpen, at)) != text_.npos) {
      at += kOpen.size();
      const auto close = text_.find('>', at);
      if (close == text_.npos) return;
      std::string_view name = text_.substr(at, close - at);
      at = close + 1;
      if (name.size() > 1 && name.front() == '"') name = name.substr(1, name.size() - 2);
      const Tool* tool = Find(name);
      if (tool == nullptr) continue;
      const auto end = std::min(text_.find("</function>", at), text_.size());
      const std::string_view inside = Trim(text_.substr(at, end - at));
      if (inside.starts_with("<parameter="))
        AddTaggedParameters(*tool, inside);
      else if (auto object = NextObject(inside, 0))
        Add(*tool, *object);
      else if (inside.empty())
        Add(*tool, {});
    }
  }

  void AddTaggedParameters(const Tool& tool, std::string_view inside) {
    constexpr std::string_view kOpen = "<parameter=";
    constexpr std::string_view kClose = "</parameter>";
    json::object arguments;
    std::size_t at = 0;
    while ((at = inside.find(kOpen, at)) != inside.npos) {
      const auto close = inside.find('>', at);
      if (close == inside.npos) break;
      const auto name = inside.substr(at + kOpen.size(), close - at - kOpen.size());
      const auto end = inside.find(kClose, close);
      if (end == inside.npos) return;  // Cut: half a statement is another statement.
      const std::string_view value = Trim(inside.substr(close + 1, end - close - 1));
      auto object = value.starts_with('{') ? ObjectAt(value, 0) : std::nullopt;
      if (object)
        arguments[name] = std::move(*object);
      else
        arguments[name] = json::string(value);
      at = end + kClose.size();
    }
    Add(tool, arguments);
  }

  // [TOOL_CALLS] [{"name": ..., "arguments": ...}], or [TOOL_CALLS]name{...}, or name[ARGS]{...}.
  void FindMistral() {
    constexpr std::string_view kMark = "[TOOL_CALLS]";
    std::size_t at = text_.find(kMark);
    for (; at != text_.npos; at = text_.find(kMark, at)) {
      at += kMark.size();
      const auto brace = text_.find('{', at);
      if (brace == text_.npos) return;
      std::string_view name = text_.substr(at, brace - at);
      name = name.substr(0, name.find("[ARGS]"));
      name = name.substr(0, name.find("[CALL_ID]"));
      if (const Tool* tool = Find(name))
        if (auto object = ObjectAt(text_, brace)) Add(*tool, *object);
    }
  }

  // Action: run_sql / Action Input: {...}
  void FindReact() {
    constexpr std::string_view kAction = "Action:";
    constexpr std::string_view kInput = "Action Input:";
    std::size_t at = text_.find(kAction);
    if (at == text_.npos) return;
    at += kAction.size();
    const auto line_end = std::min(text_.find('\n', at), text_.size());
    const Tool* tool = Find(text_.substr(at, line_end - at));
    const auto input = text_.find(kInput, line_end);
    if (tool == nullptr || input == text_.npos) return;
    if (auto object = NextObject(text_, input + kInput.size())) Add(*tool, *object);
  }

  void FindObjects() {
    for (const auto& object : FindJsonObjects(text_)) Consider(object);
  }

  bool Consider(const json::object& object) {
    if (const auto* calls = object.if_contains("tool_calls");
        calls != nullptr && calls->is_array()) {
      for (const auto& call : calls->get_array())
        if (const auto* inner = call.if_object()) Consider(*inner);
      return true;
    }
    for (const char* key : {"tool", "name", "function", "tool_name", "action"}) {
      const auto* named = object.if_contains(key);
      if (named == nullptr) continue;
      // {"type": "function", "function": {"name": ..., "arguments": ...}}
      if (const auto* inner = named->if_object()) return Consider(*inner);
      const Tool* tool = named->is_string() ? Find(named->get_string()) : nullptr;
      if (tool != nullptr) return AddNamed(*tool, object, key);
    }
    return ConsiderUnnamed(object);
  }

  bool AddNamed(const Tool& tool, const json::object& object, std::string_view name_key) {
    for (const char* key :
         {"arguments", "parameters", "args", "input", "params", "action_input", "kwargs"})
      if (const auto* arguments = object.if_contains(key); arguments != nullptr && key != name_key)
        return AddValue(tool, *arguments);
    // {"tool": "run_sql", "sql": "SELECT 1"}
    json::object rest = object;
    rest.stable_erase(name_key);
    for (const char* key : {"type", "id", "thought", "reason", "reasoning"})
      if (const auto* properties = PropertiesOf(tool.parameters);
          properties == nullptr || !properties->contains(key))
        rest.stable_erase(key);
    if (!rest.empty() && !Fits(rest, tool.parameters)) return false;
    Add(tool, rest);
    return true;
  }

  bool ConsiderUnnamed(const json::object& object) {
    // {"run_sql": {"sql": "SELECT 1"}}
    if (object.size() == 1 && object.begin()->value().is_object())
      if (const Tool* tool = Find(object.begin()->key()))
        return AddValue(*tool, object.begin()->value());
    const Tool* tool = only_.empty() ? nullptr : Find(only_);
    if (tool == nullptr) return false;
    if (Fits(object, tool->parameters)) {
      Add(*tool, object);
      return true;
    }
    const json::object* schema = nullptr;
    const auto property = OnlyObjectProperty(*tool, schema);
    if (!property || !Fits(object, *schema)) return false;
    Add(*tool, {{*property, object}});
    return true;
  }

  const std::string_view text_;
  const std::vector<Tool>& tools_;
  const std::string_view only_;
  std::vector<ToolCall> calls_;
};

}  // namespace

std::vector<ToolCall> FindToolCalls(std::string_view text, const std::vector<Tool>& tools,
                                    std::string_view only) {
  if (tools.empty()) return {};
  auto calls = Search(text, tools, only).Run();
  for (std::size_t i = 0; i < calls.size(); ++i) calls[i].id = "call_" + std::to_string(i + 1);
  return calls;
}

}  // namespace tabletalk::model
