// tabletalk ask: a question, answered in the terminal.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

#include "ask_words.h"
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
  std::size_t pick = 0;  // From 1; 0 is none.
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

// One that a key takes; none where nobody sits there or something else was pressed.
std::optional<std::size_t> PickByKey(const wire::ChatReply& reply) {
  if (reply.readings.empty() || ::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0)
    return std::nullopt;
  std::fputs(fmt::format("\nPress 1{} to have it answered, any other key to leave: ",
                         reply.readings.size() > 1 ? fmt::format("–{}", reply.readings.size()) : "")
                 .c_str(),
             stderr);
  const auto key = ReadKey();
  std::fputs("\n", stderr);
  if (!key || *key < '1' || *key >= static_cast<char>('1' + reply.readings.size()))
    return std::nullopt;
  return static_cast<std::size_t>(*key - '1');
}

base::Result<wire::ChatReply> AskPicking(const AskArguments& arguments, const Parts& parts,
                                         wire::ChatRequest chat, const runs::Request& request,
                                         const runs::Export& whole) {
  auto reply = parts.service->Chat(chat, request, whole);
  if (reply.has_error() || reply->understood) return reply;
  std::optional<std::size_t> picked;
  if (arguments.pick > 0) {
    if (arguments.pick > reply->readings.size())
      return base::InvalidArgument(fmt::format(
          "--pick {}: this question has {}", arguments.pick,
          reply->readings.empty() ? "no readings to pick from"
                                  : fmt::format("{} reading{}", reply->readings.size(),
                                                reply->readings.size() == 1 ? "" : "s")));
    picked = arguments.pick - 1;
  } else if (!arguments.output.json) {
    Print(RefusalText(*reply, Style::ForStandardOutput()));
    std::fflush(stdout);
    picked = PickByKey(*reply);
  }
  if (!picked) return reply;
  chat.pick = reply->readings[*picked].id;
  return parts.service->Chat(chat, request, whole);
}

ExitCode Ask(AskArguments arguments, const LoadedSettings& loaded) {
  auto words = ReadAskWords(arguments.words);
  if (words.has_error()) return Fail(words.error());
  arguments.data.files = std::move(words->files);
  if (arguments.data.dataset.empty() && arguments.data.files.empty())
    return Fail(base::InvalidArgument(
        "name a file or a dataset: tabletalk ask sales.csv \"total amount by region\", or "
        "tabletalk ask --dataset ecommerce \"how many orders per month?\""));
  const auto safe = CheckOutputs(arguments.data, arguments.output);
  if (safe.has_error()) return Fail(safe.error());
  auto folder = ExportFolder::Make(arguments.output);
  if (folder.has_error()) return Fail(folder.error());
  auto parts = BuildParts(loaded.settings);
  if (parts.has_error()) return Fail(parts.error());
  const runs::Request request = TerminalRequest();
  auto id = OpenData(*parts, arguments.data, request);
  if (id.has_error()) return Fail(id.error());
  wire::ChatRequest chat;
  chat.dataset_id = *id;
  chat.message = std::move(words->question);
  const auto reply = AskPicking(arguments, *parts, std::move(chat), request, folder->whole());
  if (reply.has_error()) return Fail(reply.error());
  if (arguments.output.json) {
    Print(base::ToPrettyJson(wire::ToPublicJson(*reply)));
  } else if (reply->understood && !arguments.output.csv) {
    if (!reply->logs.empty()) std::fputs(base::EscapeControls(reply->logs).c_str(), stderr);
    Print(ReplyText(*reply, arguments.work, Style::ForStandardOutput()));
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
  command
      ->add_option("FILE… QUESTION", arguments->words,
                   "Files, then the question; quotes are good, and not needed")
      ->required();
  command->add_option("-d,--dataset", arguments->data.dataset, "A registered dataset's id");
  command->add_flag("--sql", arguments->work.sql, "Print the SQL that gave the answer");
  command->add_flag("--plan", arguments->work.plan, "Print the plan, in words and as JSON");
  command->add_flag("--python", arguments->work.python, "Print the Python that gave the answer");
  command->add_flag("--egress", arguments->show_egress,
                    "Print what was sent to a model, byte for byte, to standard error");
  command
      ->add_option("--pick", arguments->pick,
                   "Where the question is not understood: answer the N-th reading that is offered")
      ->check(CLI::Range(1, 9));
  arguments->output.AddTo(*command);
  arguments->data.AddTo(*command);
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) { return Ask(*arguments, loaded); };
  });
}

}  // namespace tabletalk::app
