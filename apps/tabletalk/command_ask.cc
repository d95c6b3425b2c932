// tabletalk ask: a question, answered in the terminal.
#include <fmt/format.h>

#include <cstdio>

#include "base/utf8.h"
#include "command.h"
#include "terminal.h"

namespace tabletalk::app {
namespace {

struct AskArguments {
  DataArguments data;
  OutputArguments output;
  std::vector<std::string> words;  // FILE... QUESTION
  bool show_sql = false;
  bool show_plan = false;
  bool show_python = false;
};

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void PrintRefusal(const wire::ChatReply& reply, const Style& style) {
  Print(base::EscapeControls(reply.answer) + "\n");
  if (reply.suggestions.empty()) return;
  Print("\n" + style.Bold("You could ask:") + "\n");
  for (const std::string& suggestion : reply.suggestions)
    Print("  " + base::EscapeControls(suggestion) + "\n");
}

void PrintReply(const wire::ChatReply& reply, const AskArguments& arguments, const Style& style) {
  Print(style.Bold(base::EscapeControls(reply.answer)) + "\n");
  if (!reply.logs.empty()) std::fputs(base::EscapeControls(reply.logs).c_str(), stderr);
  if (reply.result) {
    const wire::Table& table = *reply.result;
    if (table.rows.size() > 1 || table.columns.size() > 1) Print("\n" + RenderTable(table, style));
    const std::string drawn = reply.chart ? RenderChart(*reply.chart, table, style) : "";
    if (!drawn.empty()) Print("\n" + drawn);
  } else if (reply.value.is_array() || reply.value.is_object()) {
    Print("\n" + base::EscapeControls(base::ToPrettyJson(reply.value)));
  }
  std::string notes;
  for (const std::string& assumption : reply.assumptions)
    notes += "  " + base::EscapeControls(assumption) + "\n";
  for (const wire::TrustCheck& check : reply.verified.checks)
    notes += "  " + base::EscapeControls(check.message) + "\n";
  if (!notes.empty()) Print("\n" + style.Dim("Good to know:\n" + notes));
  if (arguments.show_plan && reply.plan) {
    Print("\n" + style.Bold("Plan: ") + base::EscapeControls(reply.explanation) + "\n");
    Print(base::ToPrettyJson(base::ToJson(*reply.plan)));
  }
  if (arguments.show_python && !reply.python.empty())
    Print("\n" + style.Bold("Python:") + "\n" + base::EscapeControls(reply.python) + "\n");
  if (arguments.show_sql && !reply.sql.empty()) {
    Print("\n" + style.Bold("SQL:") + "\n" + base::EscapeControls(reply.sql) + "\n");
    for (const auto& [name, value] : reply.parameters)
      Print(base::EscapeControls(
          fmt::format("-- ${} = {}\n", name, base::ToJsonText(base::ToJson(value)))));
  }
}

ExitCode Ask(AskArguments arguments, const LoadedSettings& loaded) {
  const std::string question = arguments.words.back();
  arguments.words.pop_back();
  arguments.data.files = std::move(arguments.words);
  if (arguments.data.dataset.empty() && arguments.data.files.empty())
    return Fail(base::InvalidArgument(
        "name a file or a dataset: tabletalk ask sales.csv \"total amount by region\", or "
        "tabletalk ask --dataset ecommerce \"how many orders per month?\""));
  auto folder = ExportFolder::Make(arguments.output);
  if (folder.has_error()) return Fail(folder.error());
  auto parts = BuildParts(loaded.settings);
  if (parts.has_error()) return Fail(parts.error());
  const runs::Request request = TerminalRequest();
  auto id = OpenData(*parts, arguments.data, request);
  if (id.has_error()) return Fail(id.error());
  wire::ChatRequest chat;
  chat.dataset_id = *id;
  chat.message = question;
  auto reply = parts->service->Chat(chat, request, folder->whole());
  if (reply.has_error()) return Fail(reply.error());

  const Style style = Style::ForStandardOutput();
  if (arguments.output.json) {
    Print(base::ToPrettyJson(base::ToJson(*reply)));
  } else if (!reply->understood) {
    PrintRefusal(*reply, style);
  } else if (!arguments.output.csv) {
    PrintReply(*reply, arguments, style);
  }
  if (!reply->understood) return ExitCode::not_understood;
  if (folder->whole().format != wire::ExportFormat::none && !reply->result)
    return Fail(base::InvalidArgument(
        "the result is no table, so it cannot be written as one; leave out --csv and --parquet"));
  const auto delivered = folder->Deliver(arguments.output);
  if (delivered.has_error()) return Fail(delivered.error());
  return ExitCode::answered;
}

}  // namespace

void AddAsk(CommandLine& line) {
  CLI::App* command =
      AddCommand(line, "ask", "Ask a question of files or of a dataset",
                 "tabletalk ask sales.csv \"What was the average amount by region in 2024?\"");
  auto arguments = std::make_shared<AskArguments>();
  command->add_option("FILE… QUESTION", arguments->words, "Files, then the question")->required();
  command->add_option("-d,--dataset", arguments->data.dataset, "A registered dataset's id");
  command->add_flag("--sql", arguments->show_sql, "Print the SQL that gave the answer");
  command->add_flag("--plan", arguments->show_plan, "Print the plan, in words and as JSON");
  command->add_flag("--python", arguments->show_python, "Print the Python that gave the answer");
  arguments->output.AddTo(*command);
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) { return Ask(*arguments, loaded); };
  });
}

}  // namespace tabletalk::app
