#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "analyst/answer/narrator.h"
#include "analyst/card/preview.h"
#include "analyst/prompts.h"
#include "analyst/tools/closed_schema.h"
#include "analyst/tools/plan_mending.h"
#include "analyst/tools/toolbox.h"
#include "base/spelling.h"

namespace tabletalk::analyst {

namespace json = base::json;
using wire::ChartKind;

namespace {

class ChartCheck {
 public:
  ChartCheck(const wire::Table& table, const Desk& desk) : table_(table), desk_(desk) {}

  std::vector<wire::Issue> Issues(wire::ChartSpec& spec) {
    if (!spec.x.empty()) Resolve("x", spec.x);
    for (std::size_t i = 0; i < spec.y.size(); ++i) Resolve(fmt::format("y[{}]", i), spec.y[i]);
    if (spec.series) Resolve("series", *spec.series);
    CheckNeeds(spec);
    if (spec.title)
      for (const std::string& fault :
           NumberFaults(*spec.title, desk_.question, desk_.bench.dataset()))
        Fail("chart_title", "title", fault);
    return std::move(issues_);
  }

 private:
  void Fail(std::string rule, std::string path, std::string_view message) {
    wire::Issue& issue = issues_.emplace_back();
    issue.rule = std::move(rule);
    issue.message = fmt::format("{}: {}", path, message);
    issue.path = std::move(path);
  }

  const wire::Column* Find(std::string_view name) const {
    for (const wire::Column& column : table_.columns)
      if (column.name == name) return &column;
    return nullptr;
  }

  /// A name that differs in nothing but its table's prefix or the case of a letter is put right.
  void Resolve(const std::string& path, std::string& name) {
    if (Find(name) != nullptr) return;
    const auto dot = name.rfind('.');
    if (dot != name.npos && Find(name.substr(dot + 1)) != nullptr) {
      name = name.substr(dot + 1);
      return;
    }
    std::vector<std::string_view> names;
    for (const wire::Column& column : table_.columns) names.push_back(column.name);
    const auto nearest = base::NearestName(name, names);
    if (nearest && EqualLetters(name, *nearest)) {
      name = *nearest;
      return;
    }
    Fail("unknown_column", path,
         fmt::format("\"{}\" is not a column of the run{}. Its columns are: {}", name,
                     nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : "",
                     fmt::join(names, ", ")));
  }

  static bool EqualLetters(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
      const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
      return lower(x) == lower(y);
    });
  }

  void CheckNumeric(const std::string& path, const std::string& name) {
    const wire::Column* column = Find(name);
    if (column != nullptr && !wire::IsNumeric(column->type))
      Fail("chart_needs_numbers", path, fmt::format("\"{}\" holds no numbers", name));
  }

  void CheckNeeds(const wire::ChartSpec& spec) {
    const auto need = [&](bool there, std::string_view path) {
      if (!there)
        Fail("chart_incomplete", std::string(path),
             fmt::format("a chart of kind {} needs this column", base::EnumName(spec.kind)));
    };
    switch (spec.kind) {
      case ChartKind::table: return;
      case ChartKind::number: need(!spec.y.empty(), "y"); break;
      case ChartKind::histogram:
      case ChartKind::box:
        need(!spec.y.empty() || !spec.x.empty(), "y");
        if (spec.y.empty() && !spec.x.empty()) CheckNumeric("x", spec.x);
        break;
      case ChartKind::bar:
      case ChartKind::line:
      case ChartKind::area:
      case ChartKind::scatter:
      case ChartKind::pie:
      case ChartKind::heatmap:
        need(!spec.x.empty(), "x");
        need(!spec.y.empty(), "y");
        break;
    }
    for (std::size_t i = 0; i < spec.y.size(); ++i)
      CheckNumeric(fmt::format("y[{}]", i), spec.y[i]);
  }

  const wire::Table& table_;
  const Desk& desk_;
  std::vector<wire::Issue> issues_;
};

/// Candidates are the columns of runs: their names were written in the statements that ran, unless
/// a cell became a name, as in a pivot.
Outcome RefusedChart(std::vector<wire::Issue> issues, const Arguments& arguments,
                     const Desk& desk) {
  std::string written = arguments.written();
  for (const wire::Run& run : desk.runs) {
    if (run.plan) written += "\n" + base::ToJsonText(base::ToJson(*run.plan));
    written += "\n" + run.sql + "\n" + run.python;
  }
  Outcome outcome;
  outcome.ok = false;
  outcome.summary = "The chart was refused.";
  outcome.parts = PreviewError(base::MakeError(base::ErrorCode::rejected, issues.front().message)
                                   .WithDetail("issues", base::ToJson(issues)),
                               written, desk.bench.dataset(), PreviewOptions::From(desk.options));
  return outcome;
}

/// The run "r2", or the last one that a chart can show.
std::optional<std::size_t> RunOf(const Arguments& arguments, const Desk& desk) {
  const auto shows = [&](std::size_t i) {
    return i < desk.runs.size() && !desk.runs[i].error && desk.runs[i].result;
  };
  if (const auto name = arguments.Text({"run", "run_id"})) {
    for (std::size_t i = 0; i < desk.runs.size(); ++i)
      if (shows(i) && (RunName(i) == *name || desk.runs[i].run_id == *name)) return i;
    return std::nullopt;
  }
  for (std::size_t i = desk.runs.size(); i-- > 0;)
    if (shows(i)) return i;
  return std::nullopt;
}

wire::Issue NoRun(const Desk& desk) {
  wire::Issue issue;
  issue.rule = "unknown_run";
  issue.path = "run";
  issue.message = "run: there is no such run with a table that could be drawn";
  std::string names;
  for (std::size_t i = 0; i < desk.runs.size(); ++i)
    if (!desk.runs[i].error && desk.runs[i].result)
      names += (names.empty() ? "" : ", ") + RunName(i);
  issue.message += names.empty() ? "; run something first" : "; there are: " + names;
  return issue;
}

base::Result<Outcome> Call(const Arguments& arguments, Desk& desk) {
  const auto run = RunOf(arguments, desk);
  if (!run) return RefusedChart({NoRun(desk)}, arguments, desk);
  json::value chart = arguments.AsJson();
  for (const std::string_view name : {"chart", "spec"})
    if (const auto* inner = arguments.Find({name}); inner != nullptr && inner->is_object()) {
      json::value held = *inner;
      chart = std::move(held);
    }
  MendChart(chart);
  auto spec = base::FromJson<wire::ChartSpec>(chart);
  if (spec.has_error()) {
    wire::Issue issue;
    issue.rule = "malformed_call";
    issue.message = spec.error().public_message();
    return RefusedChart({issue}, arguments, desk);
  }
  auto issues = ChartCheck(*desk.runs[*run].result, desk).Issues(*spec);
  if (!issues.empty()) return RefusedChart(std::move(issues), arguments, desk);
  desk.charts[*run] = std::move(*spec);
  Outcome outcome;
  outcome.summary = fmt::format("Drew {}.", RunName(*run));
  outcome.parts = {
      {wire::DataClass::instructions, "The chart is drawn and will be shown with the answer."}};
  return outcome;
}

json::object Form() {
  json::object form = ClosedSchema<wire::ChartSpec>();
  form.at("properties").as_object()["run"] = json::object{{"type", "string"}};
  return form;
}

}  // namespace

Tool DrawChart() { return {{"draw_chart", Render("tool_draw_chart"), Form()}, Call}; }

}  // namespace tabletalk::analyst
