// tabletalk: reads the command line and the settings, then does what was asked.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "base/log.h"
#include "base/spelling.h"
#include "command.h"
#include "terminal.h"

namespace tabletalk::app {
namespace {

base::Error NoSuchCommand(const CLI::App& app, const std::string& given) {
  std::vector<std::string_view> names;
  for (const CLI::App* command : app.get_subcommands({})) names.emplace_back(command->get_name());
  std::string message = fmt::format("there is no command \"{}\"", given);
  if (const auto nearest = base::NearestName(given, names))
    message += fmt::format("; did you mean \"{}\"?", *nearest);
  return base::InvalidArgument(message + " tabletalk --help lists them");
}

ExitCode Main(int argc, char** argv) {
  CommandLine line;
  line.app.set_version_flag("--version", TABLETALK_VERSION);
  line.app.require_subcommand(1);
  line.app.footer(
      "Example:\n  tabletalk ask --dataset ecommerce \"How many orders per month in "
      "2024?\"");
  AddAsk(line);
  AddChat(line);
  AddRun(line);
  AddCheck(line);
  AddDatasets(line);
  AddDoctor(line);
  AddConfig(line);
  AddServe(line);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Without this a misspelt command is told that a subcommand is required.
    if (argc > 1 && argv[1][0] != '-' && line.app.get_subcommands().empty())
      return Fail(NoSuchCommand(line.app, argv[1]));
    return line.app.exit(error) == 0 ? ExitCode::answered : ExitCode::usage;
  }
  std::error_code deleted;  // The folder that we were started in: absolute paths still work.
  const auto folder = std::filesystem::current_path(deleted).string();
  const auto loaded = LoadSettings(
      {line.setting_flags, [](const char* name) { return std::getenv(name); }, folder});
  if (loaded.has_error()) return Fail(loaded.error());
  // A command that ends at once tells its user what went wrong; the log would tell it twice.
  const bool serving = line.app.got_subcommand("serve");
  const bool asked_for = std::any_of(
      loaded->resolved.begin(), loaded->resolved.end(), [](const ResolvedSetting& setting) {
        return setting.name == "LOG_LEVEL" && setting.source != "default";
      });
  base::ConfigureLog(serving || asked_for ? loaded->settings.log_level : base::LogLevel::off,
                     loaded->settings.log_format);
  const ExitCode code = line.chosen(*loaded);
  // An answer that nobody got is no answer: a full disk, a closed pipe.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return Fail(base::SystemError(base::ErrorCode::execution_failed,
                                  "the output could not be written", errno));
  return code;
}

}  // namespace
}  // namespace tabletalk::app

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  try {
    return static_cast<int>(tabletalk::app::Main(argc, argv));
  } catch (const std::exception& error) {
    std::fputs(fmt::format("tabletalk: something is broken here: {}\n", error.what()).c_str(),
               stderr);
    return static_cast<int>(tabletalk::app::ExitCode::execution_failed);
  }
}
