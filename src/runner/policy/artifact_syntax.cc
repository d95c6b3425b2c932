#include "runner/policy/artifact_syntax.h"

#include <algorithm>

#include "base/utf8.h"

extern "C" const TSLanguage* tree_sitter_tsx();

namespace tabletalk::runner {
namespace {

constexpr std::uint64_t kParseMicroseconds = 2'000'000;

}  // namespace

std::string_view TsxNode::text() const {
  if (null()) return {};
  const std::uint32_t begin = ts_node_start_byte(node_);
  return source_.substr(begin, ts_node_end_byte(node_) - begin);
}

TsxNode TsxNode::Field(std::string_view name) const {
  if (null()) return {};
  return {ts_node_child_by_field_name(node_, name.data(), static_cast<std::uint32_t>(name.size())),
          source_};
}

std::vector<TsxNode> TsxNode::Children() const {
  std::vector<TsxNode> children;
  if (null()) return children;
  // A cursor, because asking for the n-th child takes n steps.
  TSTreeCursor cursor = ts_tree_cursor_new(node_);
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more;
       more = ts_tree_cursor_goto_next_sibling(&cursor))
    children.emplace_back(ts_tree_cursor_current_node(&cursor), source_);
  ts_tree_cursor_delete(&cursor);
  return children;
}

std::vector<TsxNode> TsxNode::NamedChildren() const {
  std::vector<TsxNode> children = Children();
  std::erase_if(children,
                [](const TsxNode& child) { return !child.named() || child.Is("comment"); });
  return children;
}

bool TsxNode::HasToken(std::string_view token) const {
  const std::vector<TsxNode> children = Children();
  return std::any_of(children.begin(), children.end(), [token](const TsxNode& child) {
    return !child.named() && child.kind() == token;
  });
}

std::int64_t TsxNode::line() const {
  return null() ? 0 : std::int64_t{ts_node_start_point(node_).row} + 1;
}

std::int64_t TsxNode::column() const {
  if (null()) return 0;
  const std::uint32_t bytes = ts_node_start_point(node_).column;
  const std::uint32_t begin = ts_node_start_byte(node_);
  return static_cast<std::int64_t>(base::CodePointCount(source_.substr(begin - bytes, bytes))) + 1;
}

std::optional<TsxTree> TsxTree::Parse(std::string_view source) {
  const std::unique_ptr<TSParser, void (*)(TSParser*)> parser(ts_parser_new(), &ts_parser_delete);
  if (!ts_parser_set_language(parser.get(), tree_sitter_tsx())) return std::nullopt;
  ts_parser_set_timeout_micros(parser.get(), kParseMicroseconds);
  TSTree* tree = ts_parser_parse_string(parser.get(), nullptr, source.data(),
                                        static_cast<std::uint32_t>(source.size()));
  if (tree == nullptr) return std::nullopt;
  return TsxTree(tree, source);
}

// Left out on purpose: import() and import.meta, `with`, `debugger`, `declare` and namespaces
// (which declare names that are not there when the code runs), decorators, `import x = require()`,
// `<!--` comments (which are comments in some kinds of script only), flow's types.
const std::vector<std::string_view>& KnownSyntax() {
  static const std::vector<std::string_view> known = [] {
    std::vector<std::string_view> kinds = {"accessibility_modifier",
                                           "arguments",
                                           "array",
                                           "array_pattern",
                                           "array_type",
                                           "arrow_function",
                                           "as_expression",
                                           "asserts",
                                           "asserts_annotation",
                                           "assignment_expression",
                                           "assignment_pattern",
                                           "augmented_assignment_expression",
                                           "await_expression",
                                           "binary_expression",
                                           "break_statement",
                                           "call_expression",
                                           "call_signature",
                                           "catch_clause",
                                           "class",
                                           "class_body",
                                           "class_declaration",
                                           "class_heritage",
                                           "class_static_block",
                                           "comment",
                                           "computed_property_name",
                                           "conditional_type",
                                           "constraint",
                                           "construct_signature",
                                           "constructor_type",
                                           "continue_statement",
                                           "default_type",
                                           "do_statement",
                                           "else_clause",
                                           "empty_statement",
                                           "enum_assignment",
                                           "enum_body",
                                           "enum_declaration",
                                           "escape_sequence",
                                           "export_clause",
                                           "export_specifier",
                                           "export_statement",
                                           "expression_statement",
                                           "extends_clause",
                                           "extends_type_clause",
                                           "false",
                                           "finally_clause",
                                           "for_in_statement",
                                           "for_statement",
                                           "formal_parameters",
                                           "function_declaration",
                                           "function_expression",
                                           "function_signature",
                                           "function_type",
                                           "generator_function",
                                           "generator_function_declaration",
                                           "generic_type",
                                           "html_character_reference",
                                           "identifier",
                                           "if_statement",
                                           "implements_clause",
                                           "import_clause",
                                           "import_specifier",
                                           "import_statement",
                                           "index_signature",
                                           "index_type_query",
                                           "infer_type",
                                           "instantiation_expression",
                                           "interface_body",
                                           "interface_declaration",
                                           "intersection_type",
                                           "jsx_attribute",
                                           "jsx_closing_element",
                                           "jsx_element",
                                           "jsx_expression",
                                           "jsx_namespace_name",
                                           "jsx_opening_element",
                                           "jsx_self_closing_element",
                                           "jsx_text",
                                           "labeled_statement",
                                           "lexical_declaration",
                                           "literal_type",
                                           "lookup_type",
                                           "mapped_type_clause",
                                           "member_expression",
                                           "method_definition",
                                           "method_signature",
                                           "named_imports",
                                           "namespace_import",
                                           "nested_identifier",
                                           "nested_type_identifier",
                                           "new_expression",
                                           "non_null_expression",
                                           "null",
                                           "number",
                                           "object",
                                           "object_assignment_pattern",
                                           "object_pattern",
                                           "object_type",
                                           "omitting_type_annotation",
                                           "opting_type_annotation",
                                           "optional_chain",
                                           "optional_parameter",
                                           "optional_type",
                                           "override_modifier",
                                           "pair",
                                           "pair_pattern",
                                           "parenthesized_expression",
                                           "parenthesized_type",
                                           "predefined_type",
                                           "private_property_identifier",
                                           "program",
                                           "property_identifier",
                                           "property_signature",
                                           "public_field_definition",
                                           "readonly_type",
                                           "regex",
                                           "regex_flags",
                                           "regex_pattern",
                                           "required_parameter",
                                           "rest_pattern",
                                           "rest_type",
                                           "return_statement",
                                           "satisfies_expression",
                                           "sequence_expression",
                                           "shorthand_property_identifier",
                                           "shorthand_property_identifier_pattern",
                                           "spread_element",
                                           "statement_block",
                                           "statement_identifier",
                                           "string",
                                           "string_fragment",
                                           "subscript_expression",
                                           "super",
                                           "switch_body",
                                           "switch_case",
                                           "switch_default",
                                           "switch_statement",
                                           "template_literal_type",
                                           "template_string",
                                           "template_substitution",
                                           "template_type",
                                           "ternary_expression",
                                           "this",
                                           "this_type",
                                           "throw_statement",
                                           "true",
                                           "try_statement",
                                           "tuple_type",
                                           "type_alias_declaration",
                                           "type_annotation",
                                           "type_arguments",
                                           "type_identifier",
                                           "type_parameter",
                                           "type_parameters",
                                           "type_predicate",
                                           "type_predicate_annotation",
                                           "type_query",
                                           "unary_expression",
                                           "undefined",
                                           "union_type",
                                           "update_expression",
                                           "variable_declaration",
                                           "variable_declarator",
                                           "while_statement",
                                           "yield_expression"};
    std::sort(kinds.begin(), kinds.end());
    return kinds;
  }();
  return known;
}

bool IsKnownSyntax(std::string_view kind) {
  return std::binary_search(KnownSyntax().begin(), KnownSyntax().end(), kind);
}

bool GrammarHas(std::string_view kind) {
  return ts_language_symbol_for_name(tree_sitter_tsx(), kind.data(),
                                     static_cast<std::uint32_t>(kind.size()), true) != 0;
}

}  // namespace tabletalk::runner
