// tabletalk run and tabletalk check: a statement or a plan, without a question.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/utf8.h"
#include "command.h"
#include "terminal.h"

namespace tabletalk::app {
namespace {

struct RunArguments {
  DataArguments data;
  OutputArguments output;
  std::string sql;
  std::string plan_file;
  std::vector<std::string> params;
};

base::Result<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return base::InvalidArgument(path + " cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// name=value: a JSON literal where it is one, else text.
base::Result<std::pair<std::string, wire::Value>> ReadParam(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == text.npos || equals == 0)
    return base::InvalidArgument("--param takes name=value, as in --param region=North");
  const std::string value = text.substr(equals + 1);
  const auto literal = base::FromJsonText<wire::Value>(value);
  return std::pair(text.substr(0, equals), literal.has_value() ? *literal : wire::Value(value));
}

base::Result<wire::RunRequest> ToRequest(const RunArguments& arguments) {
  wire::RunRequest request;
  if (arguments.sql.empty() == arguments.plan_file.empty())
    return base::InvalidArgument("give exactly one of --sql and --plan");
  if (!arguments.sql.empty()) request.sql = arguments.sql;
  if (!arguments.plan_file.empty()) {
    TT_ASSIGN(const std::string text, ReadTextFile(arguments.plan_file));
    auto plan = base::FromJsonText<wire::QueryPlan>(text);
    if (plan.has_error()) return std::move(plan).error().WithContext(arguments.plan_file);
    request.plan = std::move(*plan);
  }
  for (const std::string& param : arguments.params) {
    TT_ASSIGN(auto pair, ReadParam(param));
    request.params.insert(std::move(pair));
  }
  return request;
}

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

ExitCode Run(const RunArguments& arguments, const LoadedSettings& loaded) {
  auto request = ToRequest(arguments);
  if (request.has_error()) return Fail(request.error());
  auto folder = ExportFolder::Make(arguments.output);
  if (folder.has_error()) return Fail(folder.error());
  auto parts = BuildParts(loaded.settings);
  if (parts.has_error()) return Fail(parts.error());
  const runs::Request asked = TerminalRequest();
  auto id = OpenData(*parts, arguments.data, asked);
  if (id.has_error()) return Fail(id.error());
  request->dataset_id = *id;
  auto run = parts->service->Execute(*request, asked, folder->whole());
  if (run.has_error()) return Fail(run.error());
  if (arguments.output.json) Print(base::ToPrettyJson(base::ToJson(*run)));
  if (run->error) {
    if (!arguments.output.json)
      std::fputs(fmt::format("tabletalk: {}\n", base::EscapeControls(run->error->message)).c_str(),
                 stderr);
    return run->status == wire::RunStatus::cancelled ? ExitCode::interrupted
                                                     : ExitCode::execution_failed;
  }
  if (!arguments.output.json && !arguments.output.csv) {
    Print(RenderTable(*run->result, Style::ForStandardOutput(), 200));
    for (const wire::Issue& note : run->notes)
      std::fputs(fmt::format("note: {}\n", base::EscapeControls(note.message)).c_str(), stderr);
  }
  const auto delivered = folder->Deliver(arguments.output);
  return delivered.has_error() ? Fail(delivered.error()) : ExitCode::answered;
}

ExitCode Check(const RunArguments& arguments, const LoadedSettings& loaded) {
  auto request = ToRequest(arguments);
  if (request.has_error()) return Fail(request.error());
  auto parts = BuildParts(loaded.settings);
  if (parts.has_error()) return Fail(parts.error());
  const runs::Request asked = TerminalRequest();
  auto id = OpenData(*parts, arguments.data, asked);
  if (id.has_error()) return Fail(id.error());
  auto verdict = request->plan ? parts->service->CheckPlan(*id, *request->plan, asked)
                               : parts->service->CheckSql(*id, *request->sql, asked);
  if (verdict.has_error()) return Fail(verdict.error());
  if (arguments.output.json) {
    Print(base::ToPrettyJson(base::ToJson(*verdict)));
  } else {
    for (const wire::Issue& issue : verdict->issues) {
      const std::string place =
          issue.line > 0 ? fmt::format("{}:{}: ", issue.line, issue.column) : "";
      Print(fmt::format("{}{} [{}] {}\n", place, base::EnumName(issue.severity), issue.rule,
                        base::EscapeControls(issue.message)));
    }
    Print(verdict->is_valid ? "valid\n" : "rejected\n");
  }
  return verdict->is_valid ? ExitCode::answered : ExitCode::rejected;
}

void AddDataTo(CLI::App& command, RunArguments& arguments) {
  command.add_option("FILE", arguments.data.files, "Files; each becomes a table named after it");
  command.add_option("-d,--dataset", arguments.data.dataset, "A registered dataset's id");
  command.add_option("--sql", arguments.sql, "One SELECT statement");
  command.add_option("--plan", arguments.plan_file, "A file with a QueryPlan as JSON");
}

}  // namespace

void AddRun(CommandLine& line) {
  CLI::App* command = AddCommand(
      line, "run", "Run a SELECT or a plan, validated and sandboxed",
      "tabletalk run sales.csv --sql \"SELECT region, sum(amount) FROM sales GROUP BY 1\"");
  auto arguments = std::make_shared<RunArguments>();
  AddDataTo(*command, *arguments);
  command
      ->add_option("--param", arguments->params, "A bound parameter, name=value; may be repeated")
      ->allow_extra_args(false);
  arguments->output.AddTo(*command);
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) { return Run(*arguments, loaded); };
  });
}

void AddCheck(CommandLine& line) {
  CLI::App* command =
      AddCommand(line, "check", "Say what the policy or the type check thinks; run nothing",
                 "tabletalk check sales.csv --sql \"SELECT * FROM read_csv('/etc/passwd')\"");
  auto arguments = std::make_shared<RunArguments>();
  AddDataTo(*command, *arguments);
  command->add_flag("--json", arguments->output.json, "Print the verdict as JSON");
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) { return Check(*arguments, loaded); };
  });
}

}  // namespace tabletalk::app
