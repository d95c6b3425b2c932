#include "runner/sql/sql_tree.h"

#include <charconv>

#include "base/utf8.h"
#include "runner/policy/sql_syntax.h"
#include "runner/sql/engine.h"

namespace tabletalk::runner {

namespace json = base::json;

namespace {

/// Deep enough for a chain of several hundred operators, shallow enough for the stack.
constexpr std::size_t kMaxTreeDepth = 1200;

wire::Issue MakeIssue(std::string rule, std::string message) {
  wire::Issue issue;
  issue.rule = std::move(rule);
  issue.message = std::move(message);
  return issue;
}

wire::Issue ParserIssue(const std::string& sql, const json::value& reply) {
  const std::string message(TextOf(reply, "error_message"));
  if (TextOf(reply, "error_type") == "not implemented") {
    if (message.find("parameters") != std::string::npos)
      return MakeIssue("syntax_error", message + ".");
    return MakeIssue("not_a_select", "Only one SELECT statement may run.");
  }
  wire::Issue issue = MakeIssue("syntax_error", message + ".");
  const std::string_view position = TextOf(reply, "position");
  std::uint64_t offset = 0;
  if (std::from_chars(position.data(), position.data() + position.size(), offset).ec ==
          std::errc() &&
      !position.empty()) {
    const TextPlace place = PlaceOf(sql, offset);
    issue.line = place.line;
    issue.column = place.column;
  }
  return issue;
}

}  // namespace

SqlTree ParseSql(const Engine& engine, const std::string& sql) {
  SqlTree tree;
  const auto text = engine.SyntaxTree(sql);
  if (text.has_error()) {
    tree.issue = MakeIssue("too_complex", "The statement cannot be read: simplify it.");
    return tree;
  }
  const auto reply =
      base::ParseJson(*text, {.max_size = base::ByteSize::Mebi(64), .max_depth = kMaxTreeDepth});
  if (reply.has_error()) {
    tree.issue = MakeIssue(
        "too_complex", "The statement is nested too deeply, or has a number that is too large.");
    return tree;
  }
  if (const json::value* error = Find(*reply, "error"); error == nullptr || *error != false) {
    tree.issue = ParserIssue(sql, *reply);
    return tree;
  }
  const json::value* statements = Find(*reply, "statements");
  const json::array* list = statements != nullptr ? statements->if_array() : nullptr;
  if (list == nullptr || list->empty()) {
    tree.issue = MakeIssue("empty_statement", "There is no statement.");
  } else if (list->size() > 1) {
    tree.issue = MakeIssue("multiple_statements", "Only one statement may run.");
  } else {
    tree.root = list->front();
  }
  return tree;
}

std::string WriteSql(const Engine& engine, const json::value& root) {
  const json::object document{{"error", false}, {"statements", json::array{root}}};
  const auto text =
      engine.Text("SELECT json_deserialize_sql($1::JSON)", {base::ToJsonText(document)});
  return text.has_value() ? *text : std::string();
}

const json::value* OutermostNode(const json::value& root) {
  const json::value* node = Find(root, "node");
  while (node != nullptr && TextOf(*node, "type") == "CTE_NODE") node = Find(*node, "child");
  return node;
}

bool HasTopLevelOrder(const json::value& root) {
  const json::value* node = OutermostNode(root);
  const json::value* modifiers = node != nullptr ? Find(*node, "modifiers") : nullptr;
  if (modifiers == nullptr || !modifiers->is_array()) return false;
  for (const json::value& modifier : modifiers->get_array())
    if (TextOf(modifier, "type") == "ORDER_MODIFIER") return true;
  return false;
}

bool SameTree(const json::value& a, const json::value& b) {
  if (a.kind() != b.kind()) return a == b;  // 1 and 1u are the same number
  if (const json::array* left = a.if_array()) {
    const json::array& right = b.get_array();
    if (left->size() != right.size()) return false;
    for (std::size_t i = 0; i < left->size(); ++i)
      if (!SameTree((*left)[i], right[i])) return false;
    return true;
  }
  if (const json::object* left = a.if_object()) {
    const json::object& right = b.get_object();
    if (left->size() != right.size()) return false;
    for (const auto& member : *left) {
      if (member.key() == "query_location") continue;
      const json::value* other = right.if_contains(member.key());
      if (other == nullptr || !SameTree(member.value(), *other)) return false;
    }
    return true;
  }
  return a == b;
}

TextPlace PlaceOf(std::string_view text, std::uint64_t byte_offset) {
  if (byte_offset > text.size()) return {};
  TextPlace place{1, 1};
  for (std::size_t position = 0; position < byte_offset;) {
    const char32_t code_point = base::NextCodePoint(text, position);
    if (code_point == U'\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
  }
  return place;
}

std::string SafeTypeName(const Engine& engine, const wire::Column& column) {
  const std::string& name = column.database_type;
  if (!name.empty() && name.find('\0') == std::string::npos && base::IsValidUtf8(name)) {
    const SqlTree tree = ParseSql(engine, "SELECT CAST(NULL AS " + name + ")");
    if (tree.ok() && IsPlainCast(tree.root)) return name;
  }
  switch (column.type) {
    case wire::ColumnType::boolean: return "BOOLEAN";
    case wire::ColumnType::integer: return "BIGINT";
    case wire::ColumnType::number: return "DOUBLE";
    case wire::ColumnType::date: return "DATE";
    case wire::ColumnType::time: return "TIME";
    case wire::ColumnType::timestamp: return "TIMESTAMP";
    case wire::ColumnType::interval: return "INTERVAL";
    case wire::ColumnType::text:
    case wire::ColumnType::other: return "VARCHAR";
  }
  return "VARCHAR";
}

const json::value* Find(const json::value& object, std::string_view key) {
  const json::object* members = object.if_object();
  return members != nullptr ? members->if_contains(key) : nullptr;
}

std::string_view TextOf(const json::value& object, std::string_view key) {
  const json::value* found = Find(object, key);
  const json::string* text = found != nullptr ? found->if_string() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

std::string LowerName(std::string_view name) {
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace tabletalk::runner
