#include "runner/policy/artifact_names.h"

namespace tabletalk::runner {
namespace {

bool IsFunctionLike(const TsxNode& node) {
  return !node.Field("parameters").null() || node.Is("arrow_function");
}

}  // namespace

void Names::Bind(Scope& scope, const TsxNode& owner, const TsxNode& pattern, Binding binding,
                 const TsxNode& value) {
  const std::string_view kind = pattern.kind();
  if (kind == "identifier" || kind == "type_identifier" ||
      kind == "shorthand_property_identifier_pattern") {
    scope[pattern.text()] = {binding, value, owner};
  } else if (kind == "pair_pattern") {
    Bind(scope, owner, pattern.Field("value"), binding);
  } else if (kind == "object_assignment_pattern" || kind == "assignment_pattern") {
    Bind(scope, owner, pattern.Field("left"), binding);
  } else if (kind == "object_pattern" || kind == "array_pattern" || kind == "rest_pattern") {
    for (const TsxNode& part : pattern.NamedChildren()) Bind(scope, owner, part, binding);
  }
}

void Names::DeclareImport(Scope& scope, const TsxNode& owner, const TsxNode& import) {
  if (import.HasToken("type")) return;
  for (const TsxNode& clause : import.NamedChildren()) {
    if (!clause.Is("import_clause")) continue;
    for (const TsxNode& part : clause.NamedChildren()) {
      if (part.Is("named_imports")) {
        for (const TsxNode& one : part.NamedChildren()) {
          if (one.HasToken("type")) continue;
          const TsxNode alias = one.Field("alias");
          Bind(scope, owner, alias.null() ? one.Field("name") : alias, Binding::imported);
        }
      } else if (part.Is("namespace_import")) {
        for (const TsxNode& name : part.NamedChildren())
          Bind(scope, owner, name, Binding::imported);
      } else {
        Bind(scope, owner, part, Binding::imported);
      }
    }
  }
}

void Names::Declare(Scope& scope, const TsxNode& owner, const TsxNode& statement) {
  const std::string_view kind = statement.kind();
  if (kind == "lexical_declaration" || kind == "variable_declaration") {
    const bool constant = statement.HasToken("const");
    for (const TsxNode& part : statement.NamedChildren())
      Bind(scope, owner, part.Field("name"), constant ? Binding::constant : Binding::variable,
           part.Field("value"));
  } else if (kind == "function_declaration" || kind == "generator_function_declaration" ||
             kind == "class_declaration") {
    Bind(scope, owner, statement.Field("name"), Binding::function);
  } else if (kind == "enum_declaration") {
    Bind(scope, owner, statement.Field("name"), Binding::variable);
  } else if (kind == "import_statement") {
    DeclareImport(scope, owner, statement);
  } else if (kind == "export_statement") {
    Declare(scope, owner, statement.Field("declaration"));
  } else if (kind == "labeled_statement") {
    Declare(scope, owner, statement.Field("body"));
  } else if (kind == "switch_case" || kind == "switch_default") {
    for (const TsxNode& part : statement.NamedChildren()) Declare(scope, owner, part);
  }
}

bool Names::Enter(const TsxNode& node) {
  const std::string_view kind = node.kind();
  Scope scope;
  if (kind == "program" || kind == "statement_block" || kind == "switch_body") {
    for (const TsxNode& statement : node.NamedChildren()) Declare(scope, node, statement);
  } else if (kind == "for_statement") {
    Declare(scope, node, node.Field("initializer"));
  } else if (kind == "for_in_statement") {
    if (node.Field("kind").null()) return false;
    Bind(scope, node, node.Field("left"), Binding::variable);
  } else if (kind == "catch_clause") {
    Bind(scope, node, node.Field("parameter"), Binding::parameter);
  } else if (kind == "index_signature") {
    Bind(scope, node, node.Field("name"), Binding::parameter);
  } else if (kind == "class") {
    Bind(scope, node, node.Field("name"), Binding::function);
  } else if (IsFunctionLike(node)) {
    if (kind == "function_expression" || kind == "generator_function")
      Bind(scope, node, node.Field("name"), Binding::function);
    Bind(scope, node, node.Field("parameter"), Binding::parameter);
    for (const TsxNode& parameter : node.Field("parameters").NamedChildren())
      Bind(scope, node, parameter.Field("pattern"), Binding::parameter);
  } else {
    return false;
  }
  scopes_.push_back(std::move(scope));
  return true;
}

const Declared* Names::Find(std::string_view name) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
    if (const auto found = scope->find(name); found != scope->end()) return &found->second;
  return nullptr;
}

}  // namespace tabletalk::runner
