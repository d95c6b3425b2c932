// tabletalk ask: a question, answered in the terminal.
#include <fmt/format.h>

#include <cstdio>

#include "base/utf8.h"
#include "command.h"
#include "reply_text.h"
#include "terminal.h"
#include "wire/public_json.h"

namespace tabletalk::app {
namespace {

struct AskArguments {
  DataArguments data;
  OutputArguments output;
  std::vector<std::string> words;  // FILE... QUESTION
  ShownWork work;
  bool show_egress = false;
};

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// To standard error, so that an answer in JSON or CSV stays whole.
void PrintEgress(const Parts& parts, const std::string& message_id) {
  const auto sent = parts.service->EgressOf(message_id);
  if (sent.has_error()) return PrintError(sent.error());
  if (sent->empty()) std::fputs("Nothing was sent to a model.\n", stderr);
  for (const wire::Egress& one : *sent)
    std::fputs(fmt::format("Sent to {} at {} ({} bytes):\n{}\n", one.model, one.url,
                           one.body.size(), base::EscapeControls(one.body))
                   .c_str(),
               stderr);
}

ExitCode Ask(AskArguments arguments, const LoadedSettings& loaded) {
  const std::string question = arguments.words.back();
  arguments.words.pop_back();
  arguments.data.files = std::move(arguments.words);
  if (arguments.data.dataset.empty() && arguments.data.files.empty())
    return Fail(base::InvalidArgument(
        "name a file or a dataset: tabletalk ask sales.csv \"total amount by region\", or "
        "tabletalk ask --dataset ecommerce \"how many orders per month?\""));
  auto kept = KeepsInputs(arguments.data, arguments.output.parquet);
  if (kept.has_error()) return Fail(kept.error());
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
    Print(base::ToPrettyJson(wire::ToPublicJson(*reply)));
  } else if (!reply->understood) {
    Print(RefusalText(*reply, style));
  } else if (!arguments.output.csv) {
    if (!reply->logs.empty()) std::fputs(base::EscapeControls(reply->logs).c_str(), stderr);
    Print(ReplyText(*reply, arguments.work, style));
  }
  if (arguments.show_egress) PrintEgress(*parts, reply->message_id);
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
  command->add_flag("--sql", arguments->work.sql, "Print the SQL that gave the answer");
  command->add_flag("--plan", arguments->work.plan, "Print the plan, in words and as JSON");
  command->add_flag("--python", arguments->work.python, "Print the Python that gave the answer");
  command->add_flag("--egress", arguments->show_egress,
                    "Print what was sent to a model, byte for byte, to standard error");
  arguments->output.AddTo(*command);
  arguments->data.AddTo(*command);
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) { return Ask(*arguments, loaded); };
  });
}

}  // namespace tabletalk::app
