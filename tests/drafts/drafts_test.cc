// The case files of this folder: prompts, and what is drafted for them without a model. Code is
// checked and run in the sandbox and its result compared; statements and views are checked there.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "../security/sandbox_fixture.h"
#include "base/testing/case_file.h"
#include "offline/drafts/draft_artifact.h"
#include "offline/drafts/draft_code.h"
#include "offline/drafts/draft_sql.h"

namespace tabletalk {
namespace {

using Case = base::testing::Case;
using namespace std::chrono;
constexpr year_month_day kToday{year(2026), January, day(15)};

std::vector<Case> ReadCases(const std::string& file) {
  auto cases = base::testing::ReadCases(TABLETALK_SOURCE_DIR "/tests/drafts/" + file);
  if (cases.has_error()) throw std::runtime_error(cases.error().public_message());
  return std::move(*cases);
}

base::json::value Json(const std::string& text) {
  auto parsed = base::ParseJson(text);
  if (parsed.has_error()) throw std::runtime_error(text + ": " + parsed.error().public_message());
  return std::move(*parsed);
}

bool Near(const base::json::value& a, const base::json::value& b) {
  if (a.is_number() && b.is_number()) {
    const double x = a.to_number<double>(), y = b.to_number<double>();
    return std::abs(x - y) <= 1e-6 * std::max({1.0, std::abs(x), std::abs(y)});
  }
  if (a.is_array() && b.is_array()) {
    const auto &x = a.get_array(), &y = b.get_array();
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), Near);
  }
  if (a.is_object() && b.is_object()) {
    const auto &x = a.get_object(), &y = b.get_object();
    return x.size() == y.size() && std::all_of(x.begin(), x.end(), [&](const auto& member) {
             const auto* other = y.if_contains(member.key());
             return other != nullptr && Near(member.value(), *other);
           });
  }
  return a == b;
}

std::string Findings(const wire::Verdict& verdict) {
  return base::ToJsonText(base::ToJson(verdict.issues));
}

class Drafts : public testing::Test {
 protected:
  static void SetUpTestSuite() { fixture_ = new security::SandboxFixture; }
  static void TearDownTestSuite() { delete fixture_; }
  static sandbox::Sandbox& sandbox() { return fixture_->sandbox(); }

  static security::SandboxFixture* fixture_;
};
security::SandboxFixture* Drafts::fixture_ = nullptr;

TEST_F(Drafts, OfCodeComputeWhatTheySay) {
  const std::vector<Case> cases = ReadCases("code.cases");
  ASSERT_GE(cases.size(), 50u);
  for (const Case& block : cases) {
    const base::json::value context =
        block.Has("context") ? Json(block["context"]) : base::json::value();
    const auto draft = offline::DraftCode(block["prompt"], context);
    if (block["result"] == "refuse") {
      EXPECT_TRUE(draft.has_error()) << block["prompt"] << "\n" << draft->code;
      if (draft.has_error()) {
        EXPECT_EQ(draft.error().code(), base::ErrorCode::not_understood) << block["prompt"];
      }
      continue;
    }
    ASSERT_TRUE(draft.has_value()) << block["prompt"] << ": " << draft.error().public_message();
    EXPECT_FALSE(draft->summary.empty());
    sandbox::PythonJob job;
    job.code = draft->code;
    job.contract = wire::PythonContract::calculate;
    job.input = Json(block["input"]).as_object();
    const auto outcome = sandbox().RunPython(job, {});
    ASSERT_TRUE(outcome.has_value()) << outcome.error().public_message();
    EXPECT_TRUE(outcome->checked.verdict.is_valid && outcome->checked.verdict.issues.empty())
        << draft->code << Findings(outcome->checked.verdict);
    if (block["result"] == "raises") {
      EXPECT_TRUE(outcome->failure.has_value()) << block["prompt"];
      continue;
    }
    ASSERT_TRUE(outcome->ran.has_value())
        << block["prompt"] << ": " << security::ErrorText(outcome) << "\n" << draft->code;
    EXPECT_TRUE(Near(outcome->ran->result, Json(block["result"])))
        << block["prompt"] << " gave " << base::ToJsonText(outcome->ran->result) << "\n"
        << draft->code;
  }
}

std::vector<wire::AvailableColumn> ColumnsOf(const std::string& text) {
  std::vector<wire::AvailableColumn> columns;
  std::istringstream in(text);
  for (std::string one; std::getline(in >> std::ws, one, ',');) {
    const std::size_t colon = one.rfind(':');
    columns.push_back({one.substr(0, colon), colon == one.npos
                                                 ? std::nullopt
                                                 : std::optional(one.substr(colon + 1))});
  }
  return columns;
}

std::string OneLine(const std::string& sql) {
  std::istringstream in(sql);
  std::string line;
  for (std::string word; in >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

TEST_F(Drafts, OfSqlPassThePolicy) {
  const std::vector<Case> cases = ReadCases("sql.cases");
  ASSERT_GE(cases.size(), 20u);
  for (const Case& block : cases) {
    const auto columns = ColumnsOf(block["columns"]);
    const auto draft = offline::DraftSql(block["prompt"], columns, block["table"], kToday);
    if (block["sql"] == "refuse") {
      EXPECT_TRUE(draft.has_error()) << block["prompt"] << "\n" << draft->sql;
      continue;
    }
    ASSERT_TRUE(draft.has_value()) << block["prompt"] << ": " << draft.error().public_message();
    EXPECT_EQ(OneLine(draft->sql), block["sql"]) << block["prompt"];
    base::json::object bound;
    for (const auto& [name, value] : draft->parameters) bound[name] = base::ToJson(value);
    EXPECT_EQ(base::ToJsonText(bound), block.Has("bound") ? block["bound"] : "{}")
        << block["prompt"];
    sandbox::SqlJob job;
    job.sql = draft->sql;
    sandbox::TableFile table;
    table.name = block["table"];
    for (const wire::AvailableColumn& column : columns)
      table.columns.push_back({column.name, *base::EnumFromName<wire::ColumnType>(*column.type), ""});
    job.tables = {table};
    const auto checked = sandbox().CheckSql(job, {});
    ASSERT_TRUE(checked.has_value()) << checked.error().public_message();
    EXPECT_TRUE(checked->verdict.is_valid) << draft->sql << Findings(checked->verdict);
  }
}

wire::Table TableOf(const std::string& text, std::size_t rows) {
  wire::Table table;
  for (const wire::AvailableColumn& column : ColumnsOf(text))
    table.columns.push_back({column.name, *base::EnumFromName<wire::ColumnType>(*column.type), ""});
  table.rows.resize(rows, std::vector<wire::Value>(table.columns.size()));
  table.total_rows = rows;
  return table;
}

TEST_F(Drafts, OfArtifactsPassThePolicy) {
  const std::vector<Case> cases = ReadCases("artifact.cases");
  ASSERT_GE(cases.size(), 30u);
  for (const Case& block : cases) {
    std::optional<wire::ChartSpec> chart;
    if (block.Has("chart")) chart = base::FromJson<wire::ChartSpec>(Json(block["chart"])).value();
    const std::size_t rows = block.Has("rows") ? std::stoul(block["rows"]) : 5;
    const auto draft = offline::DraftArtifact(block["prompt"], TableOf(block["columns"], rows), chart);
    if (block["summary"] == "refuse") {
      EXPECT_TRUE(draft.has_error()) << block["prompt"] << "\n" << draft->summary;
      continue;
    }
    ASSERT_TRUE(draft.has_value()) << block["prompt"] << ": " << draft.error().public_message();
    EXPECT_EQ(draft->summary, block["summary"]) << block["prompt"];
    if (block.Has("has")) {
      EXPECT_NE(draft->artifact.code.find(block["has"]), std::string::npos)
          << block["has"] << " in\n" << draft->artifact.code;
    }
    std::string parameters;
    for (const wire::ArtifactParameter& parameter : draft->artifact.parameters)
      parameters += (parameters.empty() ? "" : " ") + parameter.name;
    EXPECT_TRUE(parameters.starts_with("title color")) << parameters;
    if (block.Has("title")) {
      EXPECT_EQ(draft->artifact.parameters[0].default_, base::json::value(block["title"]));
    }
    for (const char* slot : {"$imports", "$constants", "$Series", "$layout", "$axes", "$look"})
      EXPECT_EQ(draft->artifact.code.find(slot), std::string::npos) << draft->artifact.code;
    const auto checked = sandbox().CheckArtifact(draft->artifact.code, {});
    ASSERT_TRUE(checked.has_value()) << checked.error().public_message();
    EXPECT_TRUE(checked->verdict.is_valid && checked->verdict.issues.empty())
        << draft->artifact.code << Findings(checked->verdict);
  }
}

}  // namespace
}  // namespace tabletalk
