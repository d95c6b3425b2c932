// The order of the checks matters. The text is looked at before the parser sees it (a NUL byte
// would end it early), the tree is judged before anything is bound (binding may evaluate constant
// calls), and only a statement without errors so far is bound against empty tables of the dataset's
// schema, which is what says whether columns exist and types fit.
#include "runner/policy/sql_policy.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "base/utf8.h"
#include "runner/policy/hidden_characters.h"
#include "runner/policy/sql_limit.h"
#include "runner/policy/sql_walk.h"
#include "runner/sql/engine.h"
#include "runner/sql/sql_error.h"
#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace json = base::json;

namespace {

/// Beyond this many raw columns a SELECT without filter or aggregate counts as a dump.
constexpr idx_t kManyColumns = 5;

wire::Issue MakeIssue(std::string rule, std::string message,
                      wire::Severity severity = wire::Severity::error) {
  wire::Issue issue;
  issue.rule = std::move(rule);
  issue.message = std::move(message);
  issue.severity = severity;
  return issue;
}

bool HasErrors(const std::vector<wire::Issue>& issues) {
  return std::any_of(issues.begin(), issues.end(), [](const wire::Issue& issue) {
    return issue.severity == wire::Severity::error;
  });
}

void CheckText(const wire::CheckSqlRequest& request, std::vector<wire::Issue>& issues) {
  constexpr std::size_t kMaxBytes = 64 << 10;
  if (!base::IsValidUtf8(request.sql)) {
    issues.push_back(MakeIssue("not_utf8", "The statement is not valid UTF-8."));
    return;
  }
  if (request.sql.find('\0') != std::string::npos)
    issues.push_back(MakeIssue("nul_byte", "The statement has a NUL byte in it."));
  if (request.sql.size() > kMaxBytes || base::CodePointCount(request.sql) > request.max_chars)
    issues.push_back(MakeIssue("too_long", "The statement is longer than " +
                                               std::to_string(request.max_chars) + " characters."));
  if (HasHiddenCharacter(request.sql))
    issues.push_back(MakeIssue("hidden_character",
                               "The statement has characters that hide or reorder text.",
                               wire::Severity::warning));
}

/// SELECT of plain columns from plain tables, with nothing that narrows or folds the rows.
bool IsPlainDump(const json::value& root) {
  const json::value* node = OutermostNode(root);
  if (node == nullptr || TextOf(*node, "type") != "SELECT_NODE") return false;
  for (std::string_view clause : {"where_clause", "having", "qualify", "sample"})
    if (const json::value* found = Find(*node, clause); found != nullptr && !found->is_null())
      return false;
  const json::value* groups = Find(*node, "group_sets");
  if (groups == nullptr || !groups->is_array() || !groups->get_array().empty()) return false;
  for (const json::value& modifier : Find(*node, "modifiers")->as_array())
    if (TextOf(modifier, "type") == "DISTINCT_MODIFIER") return false;
  const json::value* from = Find(*node, "from_table");
  const std::string_view source = from != nullptr ? TextOf(*from, "type") : "";
  if (source != "BASE_TABLE" && source != "JOIN") return false;
  const json::array& list = Find(*node, "select_list")->as_array();
  return std::all_of(list.begin(), list.end(), [](const json::value& item) {
    return TextOf(item, "class") == "COLUMN_REF" || TextOf(item, "class") == "STAR";
  });
}

std::vector<std::string> ParameterNames(const json::value& root) {
  std::vector<std::pair<std::uint64_t, std::string>> numbered;
  if (const json::value* map = Find(root, "named_param_map"); map != nullptr && map->is_array()) {
    for (const json::value& entry : map->get_array()) {
      const json::value* number = Find(entry, "value");
      numbered.emplace_back(number != nullptr ? number->to_number<std::uint64_t>() : 0,
                            std::string(TextOf(entry, "key")));
    }
  }
  std::sort(numbered.begin(), numbered.end());
  std::vector<std::string> names;
  for (auto& [number, name] : numbered) names.push_back(std::move(name));
  return names;
}

/// Binds the statement; the finding if it does not fit the schema, else its number of columns.
struct Bound {
  std::optional<wire::Issue> issue;
  idx_t columns = 0;
};

Bound Bind(const Engine& engine, const LimitedSql& limited) {
  Bound bound;
  duckdb_prepared_statement statement = nullptr;
  if (duckdb_prepare(engine.connection(), limited.sql.c_str(), &statement) != DuckDBSuccess) {
    const char* text = duckdb_prepare_error(statement);
    bound.issue = IssueOf(ReadEngineError(text != nullptr ? text : ""),
                          limited.kept_places ? std::string_view(limited.sql) : "");
  } else if (duckdb_prepared_statement_type(statement) != DUCKDB_STATEMENT_TYPE_SELECT) {
    bound.issue = MakeIssue("not_a_select", "Only one SELECT statement may run.");
  } else {
    bound.columns = duckdb_prepared_statement_column_count(statement);
  }
  duckdb_destroy_prepare(&statement);
  return bound;
}

void CheckTree(const wire::CheckSqlRequest& request, EngineSource& engines,
               wire::SqlChecked& checked) {
  std::vector<wire::Issue>& issues = checked.verdict.issues;
  const auto opened = engines.ForCheck(request);
  if (opened.has_error()) {
    if (opened.error().code() == base::ErrorCode::internal)
      throw std::runtime_error(opened.error().internal_detail().text);
    issues.push_back(MakeIssue("invalid_schema", opened.error().public_message()));
    return;
  }
  const Engine& engine = **opened;
  const SqlTree tree = ParseSql(engine, request.sql);
  if (!tree.ok()) {
    issues.push_back(tree.issue);
    return;
  }
  SqlFindings findings = WalkSql(request.sql, tree.root, request.tables);
  for (wire::Issue& issue : findings.issues) issues.push_back(std::move(issue));
  checked.parameters = ParameterNames(tree.root);
  if (HasErrors(issues)) return;

  const LimitedSql limited =
      LimitSql(engine, request.sql, tree.root, request.default_limit, request.max_limit);
  if (limited.issue) issues.push_back(*limited.issue);
  if (HasErrors(issues)) return;
  const Bound bound = Bind(engine, limited);
  if (bound.issue) {
    issues.push_back(*bound.issue);
    return;
  }
  checked.sql = limited.sql;
  engines.Remember(limited.sql, HasTopLevelOrder(limited.root));
  if (findings.changing)
    issues.push_back(MakeIssue("not_repeatable",
                               "Random numbers or the clock are used: another run may differ.",
                               wire::Severity::info));
  if (bound.columns > kManyColumns && IsPlainDump(tree.root))
    issues.push_back(MakeIssue("raw_dump",
                               "This lists raw rows with no filter and no aggregate; the rows are "
                               "shown, and are not sent to a model.",
                               wire::Severity::info));
}

}  // namespace

wire::SqlChecked CheckSql(const wire::CheckSqlRequest& request, EngineSource& engines) {
  wire::SqlChecked checked;
  wire::Verdict& verdict = checked.verdict;
  CheckText(request, verdict.issues);
  if (!HasErrors(verdict.issues)) CheckTree(request, engines, checked);
  for (const wire::Issue& issue : verdict.issues)
    verdict.severity = std::max(verdict.severity, issue.severity);
  verdict.is_valid = !HasErrors(verdict.issues);
  return checked;
}

wire::SqlChecked CheckSql(const wire::CheckSqlRequest& request) {
  FreshEngines engines;
  return CheckSql(request, engines);
}

}  // namespace tabletalk::runner
