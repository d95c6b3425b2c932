// tabletalk run and tabletalk check: a statement, a plan or Python code, without a question.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/utf8.h"
#include "command.h"
#include "terminal.h"
#include "wire/base64.h"
#include "wire/public_json.h"

namespace tabletalk::app {
namespace {

struct RunArguments {
  DataArguments data;
  OutputArguments output;
  std::string sql;
  std::string plan_file;
  std::string python_file;  // "-" is standard input.
  wire::PythonContract contract = wire::PythonContract::result;
  std::string png;
  std::vector<std::string> params;
};

base::Result<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  // A folder opens, and fails when it is read.
  if (!file || (file.peek() != std::ifstream::traits_type::eof() && !(text << file.rdbuf())) ||
      file.bad())
    return base::InvalidArgument(path + " cannot be read");
  return text.str();
}

base::Result<std::string> ReadCode(const std::string& path) {
  if (path != "-") return ReadTextFile(path);
  std::ostringstream text;
  text << std::cin.rdbuf();
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
  if (!arguments.sql.empty() + !arguments.plan_file.empty() + !arguments.python_file.empty() != 1)
    return base::InvalidArgument("give exactly one of --sql, --plan and --python");
  if (!arguments.png.empty() && arguments.python_file.empty())
    return base::InvalidArgument("--png goes with --python: only Python draws figures");
  if (!arguments.python_file.empty()) {
    TT_ASSIGN(request.python, ReadCode(arguments.python_file));
  }
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

void Complain(std::string_view text) { std::fputs(base::EscapeControls(text).c_str(), stderr); }

ExitCode FailedRun(const wire::Run& run, bool json) {
  if (!json) {
    Complain(run.logs);
    Complain(fmt::format("tabletalk: {}\n", run.error->message));
  }
  return run.status == wire::RunStatus::cancelled ? ExitCode::interrupted
                                                  : ExitCode::execution_failed;
}

// What was printed goes where errors go, so that a table on standard output stays a table.
void PrintResult(const wire::Run& run) {
  Complain(run.logs);
  if (run.result) {
    Print(RenderTable(*run.result, Style::ForStandardOutput(), 200));
  } else if (const auto* text = run.value.if_string()) {
    Print(base::EscapeControls(std::string_view(*text)) + "\n");
  } else if (run.value.is_array() || run.value.is_object()) {
    Print(base::EscapeControls(base::ToPrettyJson(run.value)));
  } else if (!run.value.is_null()) {
    Print(base::ToJsonText(run.value) + "\n");
  } else if (!run.figure) {
    std::fputs("the result is None\n", stderr);
  }
  for (const wire::Issue& note : run.notes) Complain(fmt::format("note: {}\n", note.message));
}

base::Result<void> DeliverFigure(const wire::Run& run, const std::string& path) {
  if (path.empty()) {
    if (run.figure) std::fputs("a figure was drawn; --png FILE writes it\n", stderr);
    return {};
  }
  if (!run.figure)
    return base::MakeError(base::ErrorCode::execution_failed,
                           "the code left no figure open, so there is nothing to write to " + path);
  TT_ASSIGN(const std::string bytes, wire::FromBase64(*run.figure));
  std::ofstream file(path, std::ios::binary);
  if (!(file << bytes).flush()) return base::InvalidArgument(path + " cannot be written");
  std::fputs(fmt::format("wrote {}\n", path).c_str(), stderr);
  return {};
}

ExitCode Run(const RunArguments& arguments, const LoadedSettings& loaded) {
  auto request = ToRequest(arguments);
  if (request.has_error()) return Fail(request.error());
  const auto safe = CheckOutputs(arguments.data, arguments.output, arguments.png);
  if (safe.has_error()) return Fail(safe.error());
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
  if (arguments.output.json) Print(base::ToPrettyJson(wire::ToPublicJson(*run)));
  if (run->error) return FailedRun(*run, arguments.output.json);
  if (folder->whole().format != wire::ExportFormat::none && !run->result)
    return Fail(base::InvalidArgument(
        "the result is no table, so it cannot be written as one; leave out --csv and --parquet"));
  if (!arguments.output.json && !arguments.output.csv) PrintResult(*run);
  const auto drawn = DeliverFigure(*run, arguments.png);
  if (drawn.has_error()) return Fail(drawn.error());
  const auto delivered = folder->Deliver(arguments.output);
  return delivered.has_error() ? Fail(delivered.error()) : ExitCode::answered;
}

// Python can be checked without any data; plans and SQL need to know the tables.
base::Result<wire::Verdict> VerdictOn(const wire::RunRequest& code, const RunArguments& arguments,
                                      const Parts& parts) {
  const runs::Request asked = TerminalRequest();
  if (code.python) return parts.service->ValidatePython(*code.python, arguments.contract, asked);
  TT_ASSIGN(const std::string id, OpenData(parts, arguments.data, asked));
  if (code.plan) return parts.service->CheckPlan(id, *code.plan, asked);
  return parts.service->CheckSql(id, *code.sql, asked);
}

ExitCode Check(const RunArguments& arguments, const LoadedSettings& loaded) {
  auto request = ToRequest(arguments);
  if (request.has_error()) return Fail(request.error());
  auto parts = BuildParts(loaded.settings);
  if (parts.has_error()) return Fail(parts.error());
  const auto verdict = VerdictOn(*request, arguments, *parts);
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
  command.add_option("--python", arguments.python_file,
                     "A file with Python code that assigns `result`; `df` is the first table, "
                     "`tables` has all by name; - reads standard input");
}

}  // namespace

void AddRun(CommandLine& line) {
  CLI::App* command = AddCommand(
      line, "run", "Run a SELECT, a plan or Python code, validated and sandboxed",
      "tabletalk run sales.csv --sql \"SELECT region, sum(amount) FROM sales GROUP BY 1\"\n"
      "  tabletalk run sales.csv --python code.py --png figure.png\n"
      "  echo \"result = df.groupby('region').amount.sum()\" | tabletalk run sales.csv --python -");
  auto arguments = std::make_shared<RunArguments>();
  AddDataTo(*command, *arguments);
  command
      ->add_option("--param", arguments->params, "A bound parameter, name=value; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--png", arguments->png, "Write the figure that Python draws to this file");
  arguments->output.AddTo(*command);
  arguments->data.AddTo(*command);
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) { return Run(*arguments, loaded); };
  });
}

void AddCheck(CommandLine& line) {
  CLI::App* command =
      AddCommand(line, "check", "Say what the policy or the type check thinks; run nothing",
                 "tabletalk check sales.csv --sql \"SELECT * FROM read_csv('/etc/passwd')\"\n"
                 "  tabletalk check --python code.py --json");
  auto arguments = std::make_shared<RunArguments>();
  AddDataTo(*command, *arguments);
  command->add_flag("--json", arguments->output.json, "Print the verdict as JSON");
  const std::map<std::string, wire::PythonContract> contracts{
      {"result", wire::PythonContract::result}, {"calculate", wire::PythonContract::calculate}};
  command
      ->add_option("--contract", arguments->contract,
                   "What Python must do: assign `result`, or define calculate(input)")
      ->transform(CLI::CheckedTransformer(contracts).description("result|calculate"));
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) { return Check(*arguments, loaded); };
  });
}

}  // namespace tabletalk::app
