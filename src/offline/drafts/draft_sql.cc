// A dataset of one table is made of the columns that were named, without rows or values, and the
// planner reads the prompt as if it were asked about it. Since no value is known, a text is only
// understood in quotes beside its column ("orders where status is 'open'").
#include "offline/drafts/draft_sql.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "offline/planner.h"
#include "offline/words/text.h"
#include "offline/words/word_file.h"
#include "plan/compile.h"
#include "plan/explain.h"

namespace tabletalk::offline {
namespace {

using wire::ColumnType;

/// A type as it is called here, by DuckDB or by pandas.
ColumnType TypeOf(const std::optional<std::string>& given) {
  if (!given) return ColumnType::other;
  const std::string type = Lower(*given);
  if (const auto named = base::EnumFromName<ColumnType>(type)) return *named;
  static const auto kTypes = EntriesOf("prompts", "types");
  for (const WordEntry* entry : kTypes)
    for (const std::string& part : entry->phrases)
      if (type.find(part) != std::string::npos)
        return base::EnumFromName<ColumnType>(entry->key).value_or(ColumnType::other);
  return ColumnType::other;
}

bool IsKey(const std::string& name) {
  const std::vector<std::string> words = NameWords(name);
  return !words.empty() && (words.back() == "id" || words.back() == "key" ||
                            words.back() == "code" || words.back() == "uuid");
}

wire::ColumnRole RoleOf(const wire::ColumnSchema& column) {
  if (IsKey(column.name)) return wire::ColumnRole::identifier;
  if (wire::IsTemporal(column.type)) return wire::ColumnRole::time;
  if (wire::IsNumeric(column.type)) return wire::ColumnRole::measure;
  if (column.type == ColumnType::boolean) return wire::ColumnRole::flag;
  return wire::ColumnRole::dimension;
}

base::Result<wire::DatasetSchema> SchemaOf(const std::vector<wire::AvailableColumn>& columns,
                                           std::string_view table_name) {
  // Enough rows for a number with many values not to look like a name of each row.
  constexpr std::uint64_t kAssumedRows = 10'000;
  wire::TableSchema table;
  table.name = table_name;
  table.rows = kAssumedRows;
  std::set<std::string> names;
  for (const wire::AvailableColumn& given : columns) {
    wire::ColumnSchema column;
    column.name = given.name;
    column.type = TypeOf(given.type);
    column.database_type = given.type.value_or("");
    column.role = RoleOf(column);
    column.profile.distinct = kAssumedRows / 10;
    if (!names.insert(Lower(given.name)).second)
      return base::InvalidArgument("available_columns has two columns of one name");
    table.columns.push_back(std::move(column));
  }
  wire::DatasetSchema dataset;
  dataset.id = dataset.name = "draft";
  dataset.origin = "files";
  dataset.tables.push_back(std::move(table));
  return dataset;
}

/// "status is open": what stands behind the word is a text, unless it means something else.
std::string QuoteValues(std::string_view prompt) {
  static const WordSet kNoValue = WordsOf("prompts", "no values");
  std::string out;
  bool is = false;
  while (!prompt.empty()) {
    const std::size_t begin = std::min(prompt.find_first_not_of(" \t\n"), prompt.size());
    const std::size_t end = std::min(prompt.find_first_of(" \t\n", begin), prompt.size());
    const std::string_view word = prompt.substr(begin, end - begin);
    const std::size_t letters = std::min(word.find_first_of(",.;?!)\"'"), word.size());
    const std::string lower = Lower(word.substr(0, letters));
    const bool value = is && !lower.empty() &&
                       (std::isalpha(static_cast<unsigned char>(word[0])) ||
                        static_cast<unsigned char>(word[0]) >= 0x80) &&
                       !kNoValue.contains(lower);
    out += prompt.substr(0, begin);
    out +=
        value ? "'" + std::string(word.substr(0, letters)) + "'" + std::string(word.substr(letters))
              : std::string(word);
    is = lower == "is" || lower == "=" || lower == "==" || lower == "equals" || lower == "are";
    prompt.remove_prefix(end);
  }
  return out;
}

/// A question begins with "what is": there is no value behind that.
bool MayHaveValues(std::string_view prompt) {
  const std::string lower = Lower(prompt);
  return lower.find("where ") != lower.npos || lower.find("with ") != lower.npos ||
         lower.find("whose ") != lower.npos;
}

bool AsksForANumber(std::string_view prompt) {
  const std::string lower = Lower(prompt);
  for (const std::string_view words : {"how many", "number of", "count"})
    if (lower.find(words) != lower.npos) return true;
  return false;
}

constexpr std::int64_t kMostGroups = 1000;  // A statement may have no more rows.

bool HasGroups(const wire::QueryPlan& plan) {
  const auto any = [&](auto is) {
    return std::any_of(plan.select.begin(), plan.select.end(),
                       [&](const wire::SelectItem& item) { return is(item.node); });
  };
  return any([](const auto& node) { return std::holds_alternative<wire::ColumnItem>(node); }) &&
         any([](const auto& node) { return std::holds_alternative<wire::AggregateItem>(node); });
}

}  // namespace

base::Result<SqlDraft> DraftSql(std::string_view prompt,
                                const std::vector<wire::AvailableColumn>& columns,
                                std::string_view table_name, std::chrono::year_month_day today) {
  TT_ASSIGN(const wire::DatasetSchema schema, SchemaOf(columns, table_name));
  const Planner planner(schema);
  const std::string asked = MayHaveValues(prompt) ? QuoteValues(prompt) : std::string(prompt);
  Reading reading = planner.Read(asked, today);
  if (const auto* refusal = std::get_if<NotUnderstood>(&reading))
    return base::MakeError(base::ErrorCode::not_understood, refusal->message);
  auto& planned = std::get<Planned>(reading);
  // "number of orders" where no table or column is one: a list of something near is no number.
  const bool lists =
      planned.intent.shape == Shape::rows || planned.intent.shape == Shape::distinct_values;
  if (lists && AsksForANumber(prompt))
    return base::MakeError(base::ErrorCode::not_understood,
                           "I could not tell what is to be counted.");
  // Groups and lists of values are not cut sooner than they must be.
  if ((HasGroups(planned.plan) || planned.plan.distinct) && !planned.plan.limit)
    planned.plan.limit = kMostGroups;
  TT_ASSIGN(plan::Compiled compiled, plan::Compile(planned.plan, schema));
  SqlDraft draft;
  draft.sql = std::move(compiled.sql);
  draft.parameters = std::move(compiled.parameters);
  draft.summary = plan::Explain(planned.plan, schema);
  for (const std::string& assumption : planned.assumptions) draft.summary += " " + assumption;
  return draft;
}

}  // namespace tabletalk::offline
