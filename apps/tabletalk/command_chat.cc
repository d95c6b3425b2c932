// tabletalk chat: questions one after the other, each knowing what was asked before.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <iostream>

#include "base/utf8.h"
#include "command.h"
#include "reply_text.h"
#include "terminal.h"

namespace tabletalk::app {
namespace {

struct ChatArguments {
  DataArguments data;
  ShownWork work;
};

constexpr std::string_view kHelp =
    "Type a question, \"SQL: …\" or \"PYTHON: …\". Where a question could mean several things, its "
    "number\npicks one. Also: /sql, /plan and /python show or hide the work, /new begins a new "
    "thread,\nhelp shows this, quit (or Ctrl-D) ends.\n";

void Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Ctrl-C ends the waiting for a line, too.
void LetInterruptsEndReading() {
  struct sigaction action {};
  if (::sigaction(SIGINT, nullptr, &action) != 0) return;
  action.sa_flags &= ~SA_RESTART;
  (void)::sigaction(SIGINT, &action, nullptr);
}

/// One conversation at the terminal.
class Conversation {
 public:
  Conversation(const Parts& parts, std::string dataset_id, ShownWork work)
      : parts_(parts), dataset_id_(std::move(dataset_id)), work_(work) {}

  /// False at the end.
  bool Take(const std::string& line) {
    const auto from = line.find_first_not_of(" \t\r");
    if (from == line.npos) return true;
    const std::string said = line.substr(from, line.find_last_not_of(" \t\r") - from + 1);
    const std::string word = Lower(said);
    for (const char* end :
         {"/quit", "/exit", "quit", "exit", "quit()", "exit()", "bye", "\\q", ":q"})
      if (word == end) return false;
    if (said.front() == '/' || word == "help" || word == "?" || word == "\\?" || word == "\\h")
      Command(said);
    else if (said.size() == 1 && said[0] >= '1' && std::size_t(said[0] - '1') < readings_.size())
      Ask(refused_, readings_[static_cast<std::size_t>(said[0] - '1')].id);
    else
      Ask(said, std::nullopt);
    return true;
  }
  ExitCode last() const { return last_; }

 private:
  void Command(const std::string& said) {
    if (said == "/new") {
      thread_id_.reset();
      return Print("A new thread.\n");
    }
    for (const auto& [name, flag] :
         {std::pair{"/sql", &work_.sql}, {"/plan", &work_.plan}, {"/python", &work_.python}}) {
      if (said != name) continue;
      *flag = !*flag;
      return Print(std::string(name + 1) + (*flag ? " is shown.\n" : " is hidden.\n"));
    }
    Print(kHelp);
  }

  void Ask(const std::string question, std::optional<std::string> pick) {
    wire::ChatRequest chat;
    chat.pick = std::move(pick);
    chat.dataset_id = dataset_id_;
    chat.message = question;
    chat.thread_id = thread_id_;
    const auto reply = parts_.service->Chat(chat, TerminalRequest());
    if (reply.has_error()) {
      last_ = Fail(reply.error());
      return;
    }
    thread_id_ = reply->thread_id;
    refused_ = question;
    readings_ = reply->readings;
    const Style style = Style::ForStandardOutput();
    if (!reply->logs.empty()) std::fputs(base::EscapeControls(reply->logs).c_str(), stderr);
    Print(reply->understood ? ReplyText(*reply, work_, style) : RefusalText(*reply, style));
    if (!readings_.empty()) Print("\nIts number picks one.\n");
    last_ = reply->understood ? ExitCode::answered : ExitCode::not_understood;
  }

  const Parts& parts_;
  const std::string dataset_id_;
  ShownWork work_;
  std::optional<std::string> thread_id_;
  std::string refused_;  // The last question, where it has readings.
  std::vector<wire::Reading> readings_;
  ExitCode last_ = ExitCode::answered;
};

ExitCode Chat(const ChatArguments& arguments, const LoadedSettings& loaded) {
  if (arguments.data.dataset.empty() && arguments.data.files.empty())
    return Fail(base::InvalidArgument(
        "name a file or a dataset: tabletalk chat sales.csv, or tabletalk chat --dataset "
        "ecommerce"));
  auto parts = BuildParts(loaded.settings);
  if (parts.has_error()) return Fail(parts.error());
  const runs::Request request = TerminalRequest();
  auto id = OpenData(*parts, arguments.data, request);
  if (id.has_error()) return Fail(id.error());
  Conversation conversation(*parts, *id, arguments.work);
  const bool prompting = ::isatty(STDIN_FILENO) != 0;
  if (prompting) Print(kHelp);
  std::string line;
  while (true) {
    if (prompting) Print("\n> ");
    LetInterruptsEndReading();
    if (!std::getline(std::cin, line) || !conversation.Take(line)) break;
    if (request.cancel.Cancelled()) return ExitCode::interrupted;
  }
  if (request.cancel.Cancelled()) return ExitCode::interrupted;
  // Somebody at a terminal saw each answer; a script wants to know of the last one.
  return prompting ? ExitCode::answered : conversation.last();
}

}  // namespace

void AddChat(CommandLine& line) {
  CLI::App* command = AddCommand(line, "chat", "Ask one question after the other, with follow-ups",
                                 "tabletalk chat sales.csv");
  auto arguments = std::make_shared<ChatArguments>();
  command->add_option("FILE…", arguments->data.files, "Files");
  command->add_option("-d,--dataset", arguments->data.dataset, "A registered dataset's id");
  arguments->data.AddTo(*command);
  command->add_flag("--sql", arguments->work.sql, "Print the SQL of each answer");
  command->add_flag("--plan", arguments->work.plan, "Print the plan of each answer");
  command->add_flag("--python", arguments->work.python, "Print the Python of each answer");
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) { return Chat(*arguments, loaded); };
  });
}

}  // namespace tabletalk::app
