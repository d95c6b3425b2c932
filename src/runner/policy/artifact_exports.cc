#include "runner/policy/artifact_exports.h"

#include <algorithm>

#include "runner/policy/artifact_strings.h"

namespace tabletalk::runner {
namespace {

constexpr char kForm[] = "Write `export default function Viz({ data, params }) { ... }`.";

/// `{ data, params }`, with defaults or without, or only one of the two.
bool TakesDataAndParams(const TsxNode& parameters) {
  const auto list = parameters.NamedChildren();
  if (list.size() != 1 || !list.front().Is("required_parameter")) return false;
  const TsxNode pattern = list.front().Field("pattern");
  if (!pattern.Is("object_pattern")) return false;
  const auto parts = pattern.NamedChildren();
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), [](const TsxNode& part) {
    const TsxNode name = part.Is("object_assignment_pattern") ? part.Field("left") : part;
    return name.Is("shorthand_property_identifier_pattern") &&
           (name.text() == "data" || name.text() == "params");
  });
}

void CheckDefault(const TsxNode& statement, const ReportIssue& report) {
  const TsxNode view = statement.Field("declaration");
  if (!view.Is("function_declaration") || view.Field("name").text() != "Viz" ||
      view.HasToken("async"))
    return report(statement, "default_export",
                  std::string("The default export must be a function with the name Viz. ") + kForm);
  if (!TakesDataAndParams(view.Field("parameters")))
    report(view.Field("parameters"), "default_export",
           std::string("Viz must take one object with `data` and `params`. ") + kForm);
}

bool IsType(const TsxNode& declaration) {
  return declaration.Is("interface_declaration") || declaration.Is("type_alias_declaration");
}

}  // namespace

void CheckImport(const TsxNode& import, const ReportIssue& report) {
  const TsxNode source = import.Field("source");
  const std::string_view quoted = source.text();
  const std::string name = quoted.size() < 2 ? "" : DecodeText(quoted.substr(1, quoted.size() - 2));
  if (name != "react" && name != "recharts")
    return report(import, "import_not_allowed",
                  "\"" + name + "\" cannot be imported; only \"react\" and \"recharts\" can.");
  for (const TsxNode& clause : import.NamedChildren())
    for (const TsxNode& part : clause.NamedChildren())
      for (const TsxNode& one : part.NamedChildren()) {
        std::string_view imported = one.Field("name").text();
        if (one.Field("name").Is("string")) imported = imported.substr(1, imported.size() - 2);
        if (imported == "createElement" || imported == "cloneElement" ||
            imported == "createFactory" || imported == "lazy")
          report(one, "import_not_allowed",
                 std::string(imported) + " cannot be imported; write the element as JSX.");
      }
}

void CheckExports(const TsxNode& program, const ReportIssue& report) {
  int defaults = 0;
  for (const TsxNode& statement : program.NamedChildren()) {
    if (!statement.Is("export_statement")) continue;
    if (statement.HasToken("default")) {
      if (++defaults > 1)
        report(statement, "default_export", "There may be one default export only.");
      else
        CheckDefault(statement, report);
    } else if (!IsType(statement.Field("declaration"))) {
      report(statement, "export_not_allowed",
             "Nothing but the default export may be exported, and types.");
    }
  }
  if (defaults == 0)
    report({}, "missing_default_export", std::string("There is no default export. ") + kForm);
}

}  // namespace tabletalk::runner
