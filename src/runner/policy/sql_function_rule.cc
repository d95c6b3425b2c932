// The rule that makes the list of allowed functions from DuckDB's own catalogue.
//
// A function is on the list when the catalogue says that it is a built-in scalar or aggregate whose
// answer depends on its arguments alone (stability CONSISTENT), and it is not one of the few named
// below, for which the catalogue's word is not enough: they look at settings, variables, the
// catalogue or the session, take SQL as text, or belong to the engine's insides.
//
// A few whose answer does change from run to run are useful and harmless (random numbers, clocks);
// they are listed as "changing", and a statement that calls one carries a note.
//
// A macro is on the list when everything its body calls is, taken to the fixed point, and its body
// reads no table. Window functions have no catalogue entries of their own; they are named here.
// Nothing in FROM is a function but the three that make rows from their arguments.
#include <iterator>
#include <map>
#include <set>

#include "runner/policy/sql_functions.h"
#include "runner/sql/engine.h"
#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace json = base::json;

namespace {

struct Excluded {
  std::string_view pattern;  ///< "*" at the end is a wild card.
  std::string_view reason;
};

constexpr Excluded kExcluded[] = {
    {"__internal_*", "the engine's insides"},
    {"__postfix", "the engine's insides"},
    {"vector_type", "the engine's insides"},
    {"create_sort_key", "the engine's insides"},
    {"remap_struct", "the engine's insides"},
    {"timetz_byte_comparable", "the engine's insides"},
    {"icu_collate_*", "what COLLATE is for"},
    {"combine", "reads aggregate states from bytes"},
    {"finalize", "reads aggregate states from bytes"},
    {"json_serialize_sql", "takes SQL as text"},
    {"json_serialize_plan", "takes SQL as text"},
    {"json_deserialize_sql", "writes SQL"},
    {"parse_duckdb_log_message", "reads the log"},
    {"current_setting", "reads settings"},
    {"getvariable", "reads variables"},
    {"version", "describes the engine"},
};

constexpr std::string_view kChanging[] = {"random",
                                          "uuid",
                                          "gen_random_uuid",
                                          "uuidv4",
                                          "uuidv7",
                                          "now",
                                          "today",
                                          "get_current_time",
                                          "get_current_timestamp",
                                          "transaction_timestamp",
                                          "current_date",
                                          "current_localtime",
                                          "current_localtimestamp"};

constexpr std::string_view kWindow[] = {
    "row_number", "rank", "rank_dense",  "dense_rank", "percent_rank", "cume_dist", "ntile",
    "lead",       "lag",  "first_value", "last_value", "nth_value",    "fill"};
constexpr std::string_view kTable[] = {"range", "generate_series", "unnest"};

bool IsExcluded(std::string_view name) {
  for (const Excluded& excluded : kExcluded) {
    std::string_view pattern = excluded.pattern;
    if (pattern.ends_with('*')) {
      pattern.remove_suffix(1);
      if (name.starts_with(pattern)) return true;
    } else if (name == pattern) {
      return true;
    }
  }
  return false;
}

template <std::size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view name) {
  for (std::string_view one : list)
    if (one == name) return true;
  return false;
}

/// What a macro's body needs: the functions it calls, whether it reads a table, and whether it
/// looks at its arguments at all (session_user does not).
struct Needs {
  std::set<std::string> functions;
  bool reads_table = false;
  bool uses_argument = false;
};

void Collect(const json::value& tree, Needs& needs) {
  if (const json::array* list = tree.if_array()) {
    for (const json::value& one : *list) Collect(one, needs);
  } else if (const json::object* object = tree.if_object()) {
    if (object->contains("function_name"))
      needs.functions.insert(LowerName(TextOf(tree, "function_name")));
    if (object->contains("table_name") || TextOf(tree, "type") == "TABLE_FUNCTION")
      needs.reads_table = true;
    if (const json::value* column = Find(tree, "column_names"); column && column->is_array()) {
      const std::string name(column->get_array().front().get_string());
      if (Contains(kIdentityNames, LowerName(name))) needs.reads_table = true;
      if (!IsClockName(name)) needs.uses_argument = true;
    }
    for (const auto& member : *object) Collect(member.value(), needs);
  }
}

using Names = std::map<std::string, std::string>;  // name to kind

void AddMacros(const std::map<std::string, Needs>& macros, Names& names) {
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [name, needs] : macros) {
      if (names.contains(name) || needs.reads_table || !needs.uses_argument) continue;
      bool all = true;
      for (const std::string& called : needs.functions)
        all = all && (names.contains(called) || called == "unnest") && called != name;
      if (all) grew = names.emplace(name, "macro").second || grew;
    }
  }
}

constexpr std::string_view kHeader =
    "# The functions a statement may call, by kind. Made by rule from DuckDB's catalogue; do not\n"
    "# edit. A difference between this file and the rule fails runner_test; write it again with\n"
    "#   TABLETALK_REGENERATE=1 build/dev/bin/runner_test --gtest_filter='SqlFunctions.*'\n"
    "# and read the difference before committing it. The rule: src/runner/policy/"
    "sql_function_rule.cc\n";

}  // namespace

base::Result<std::string> FunctionRule(const Engine& engine) {
  TT_ASSIGN(const auto rows,
            engine.Rows("SELECT lower(function_name), function_type, coalesce(stability, ''), "
                        "coalesce(macro_definition, '') FROM duckdb_functions() "
                        "WHERE schema_name = 'main' AND database_name = 'system' "
                        "ORDER BY ALL"));
  Names names;
  std::map<std::string, Needs> macros;
  for (const auto& row : rows) {
    const std::string& name = row[0];
    if (IsExcluded(name)) continue;
    if (Contains(kChanging, name) && (row[1] == "scalar" || row[1] == "macro")) {
      names[name] = "changing";
    } else if ((row[1] == "scalar" || row[1] == "aggregate") && row[2] == "CONSISTENT") {
      names.emplace(name, row[1]);
    } else if (row[1] == "macro") {
      // Overloads count together: one that is not pure keeps the name off the list.
      const SqlTree tree = ParseSql(engine, "SELECT " + row[3]);
      Needs& needs = macros[name];
      if (tree.ok()) Collect(tree.root, needs);
      if (!tree.ok()) needs.reads_table = true;
    }
  }
  AddMacros(macros, names);
  for (std::string_view name : kWindow) names.emplace(name, "window");

  std::set<std::string> lines;
  for (const auto& [name, kind] : names) lines.insert(kind + " " + name);
  for (std::string_view name : kTable) lines.insert("table " + std::string(name));
  std::string text(kHeader);
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace tabletalk::runner
