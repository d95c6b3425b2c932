// Replies of Python runs that do not add up. Those of SQL come from a lying runner, in
// hostile_runner_test.cc.
#include "sandbox/jobs/reply_check.h"

#include <gtest/gtest.h>

#include <array>

namespace tabletalk::sandbox {
namespace {

constexpr char kHonest[] = R"({"result": 1, "table": null, "digest": ")"
                           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                           R"(", "execution_ms": 1, "engine": "python 3",
                               "figure_bytes": 0, "export_bytes": 0})";

struct Reply {
  base::json::value body = base::ParseJson(kHonest).value();
  std::uint64_t attachment = 0;
  bool export_asked_for = false;

  Reply With(const char* name, std::string_view json) && {
    body.as_object()[name] = base::ParseJson(json).value();
    return std::move(*this);
  }
  Reply Attached(std::uint64_t bytes, bool asked) && {
    attachment = bytes;
    export_asked_for = asked;
    return std::move(*this);
  }
  std::string Verdict() const {
    constexpr std::uint64_t kMaxRows = 2;
    if (const auto shape = CheckPythonShape(body, kMaxRows); shape.has_error())
      return shape.error().internal_detail().text;
    const auto ran = base::FromJson<wire::PythonRan>(body);
    if (ran.has_error()) return ran.error().public_message();
    const auto fits = CheckPythonRan(*ran, kMaxRows, attachment, export_asked_for);
    return fits.has_error() ? fits.error().internal_detail().text : "fine";
  }
};

std::string Nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(ReplyCheck, PythonRepliesMustAddUp) {
  const std::string column = R"({"columns":[{"name":"a","type":"integer"}],)";
  const struct {
    const char* what;
    Reply reply;
    const char* expected;
  } cases[] = {
      {"honest", Reply(), "fine"},
      {"nested", Reply().With("result", Nested(40)), "fine"},
      {"a table",
       Reply().With("table", column + R"("rows":[[1]],"total_rows":9,"truncated":true})"), "fine"},
      {"an empty table",
       Reply().With("table", R"({"columns":[],"rows":[],"total_rows":0,"truncated":false})"),
       "fine"},
      {"figure and export",
       Reply().With("figure_bytes", "3").With("export_bytes", "4").Attached(7, true), "fine"},
      {"nested too deep", Reply().With("result", Nested(61)), "a result that is nested too deep"},
      {"table of no shape", Reply().With("table", "7"), "a result that is no table"},
      {"wide row",
       Reply().With("table", column + R"("rows":[[1,2]],"total_rows":1,"truncated":false})"),
       "a row that is not as wide as its table"},
      {"too many rows",
       Reply().With("table", column + R"("rows":[[1],[1],[1]],"total_rows":3,"truncated":false})"),
       "more rows than were asked for"},
      {"rows not counted",
       Reply().With("table", column + R"("rows":[[1]],"total_rows":0,"truncated":false})"),
       "rows that do not add up"},
      {"digest", Reply().With("digest", R"("../x")"), "a digest that is no SHA-256"},
      {"engine", Reply().With("engine", R"("\u001b[2J")"), "an engine whose name cannot be shown"},
      {"a figure beyond the end", Reply().With("figure_bytes", "9").Attached(7, true),
       "files that do not add up"},
      {"lengths that overflow",
       Reply()
           .With("figure_bytes", "9223372036854775807")
           .With("export_bytes", "9223372036854775807")
           .Attached(7, true),
       "files that do not add up"},
      {"an attachment of nothing", Reply().Attached(7, true), "files that do not add up"},
      {"an export nobody wants", Reply().With("export_bytes", "7").Attached(7, false),
       "a file nobody asked for"},
  };
  for (const auto& c : cases) EXPECT_EQ(c.reply.Verdict(), c.expected) << c.what;
}

TEST(ReplyCheck, VerdictsMustFollowFromTheirFindings) {
  const auto verdict = [](const std::string& json) {
    const auto read = base::FromJson<wire::Verdict>(base::ParseJson(json).value());
    const auto fits = CheckVerdict(read.value());
    return fits.has_error() ? fits.error().internal_detail().text : std::string("fine");
  };
  const std::string error = R"({"rule": "r", "message": "m", "severity": "error"})";
  const std::string info = R"({"rule": "r", "message": "m", "severity": "info"})";
  for (const auto& [issues, rest, expected] : std::vector<std::array<std::string, 3>>{
           {"", R"("is_valid": true, "severity": "none")", "fine"},
           {info, R"("is_valid": true, "severity": "info")", "fine"},
           {info + "," + error, R"("is_valid": false, "severity": "error")", "fine"},
           {error, R"("is_valid": true, "severity": "error")",
            "a verdict that its findings do not bear out"},
           {error, R"("is_valid": true, "severity": "none")",
            "a verdict that its findings do not bear out"},
           {"", R"("is_valid": false, "severity": "none")",
            "a verdict that its findings do not bear out"},
           {R"({"rule": "", "message": "m"})", R"("is_valid": false, "severity": "error")",
            "a finding that cannot be shown"},
           {R"({"rule": "r", "message": "\u001b[2J"})", R"("is_valid": false, "severity": "error")",
            "a finding that cannot be shown"},
           {R"({"rule": "r", "message": "m", "line": -1})",
            R"("is_valid": false, "severity": "error")", "a finding that has no place"}})
    EXPECT_EQ(verdict("{\"issues\": [" + issues + "], " + rest + "}"), expected) << issues << rest;
  std::string many = info;
  for (int i = 0; i < 1000; ++i) many += "," + info;
  EXPECT_EQ(verdict("{\"issues\": [" + many + R"(], "is_valid": true, "severity": "info"})"),
            "too many findings");
}

}  // namespace
}  // namespace tabletalk::sandbox
