#include "command.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/utf8.h"
#include "reply_text.h"
#include "terminal.h"

namespace tabletalk::app {

namespace fs = std::filesystem;

CLI::App* AddCommand(CommandLine& line, const std::string& name, const std::string& what,
                     const std::string& example) {
  CLI::App* command = line.app.add_subcommand(name, what);
  command->footer("Example:\n  " + example);
  command->set_help_all_flag("--help-all", "Show the settings too");
  const bool shown = name == "serve";
  for (const SettingSpec& spec : AllSettings()) {
    CLI::Option* option = command->add_option_function<std::string>(
        spec.Flag(),
        [&line, name = spec.name](const std::string& value) { line.setting_flags[name] = value; },
        spec.help);
    option->default_str(spec.default_text)->group(shown ? "Settings" : "");
  }
  return command;
}

void DataArguments::AddTo(CLI::App& command) {
  command
      .add_option("--types", types,
                  "What a column of the files is, as in --types zip=text: text, integer, number, "
                  "boolean, date, timestamp or time")
      ->type_name("COLUMN=TYPE")
      ->take_all()
      ->allow_extra_args(false);
  command
      .add_option("--skip-lines", skip_lines,
                  "Lines of the file to leave out, as in --skip-lines 1-3,17,40-")
      ->type_name("LINES");
}

base::Result<void> KeepsInputs(const DataArguments& data, const std::string& output) {
  std::error_code missing;
  for (const std::string& file : data.files)
    if (!output.empty() && fs::equivalent(file, output, missing) && !missing)
      return base::InvalidArgument(fmt::format(
          "{} is a file that is read, so the result is not written over it; name another "
          "file",
          output));
  return {};
}

namespace {

base::Result<wire::ReadingChoices> ReadChoices(const DataArguments& data) {
  wire::ReadingChoices choices;
  choices.skip_lines = data.skip_lines;
  if (!data.skip_lines.empty() && data.files.size() != 1)
    return base::InvalidArgument("--skip-lines goes with one file");
  for (const std::string& text : data.types) {
    const auto equals = text.rfind('=');
    if (equals == text.npos || equals == 0)
      return base::InvalidArgument("--types takes column=type, as in --types zip=text");
    auto type = base::FromJson<wire::ColumnChoice>(base::json::value(text.substr(equals + 1)));
    if (type.has_error())
      return base::InvalidArgument(
          fmt::format("\"{}\" is no type of a column; use text, integer, number, boolean, date, "
                      "timestamp or time",
                      base::EscapeControls(text.substr(equals + 1))));
    choices.types[text.substr(0, equals)] = *type;
  }
  return choices;
}

}  // namespace

void OutputArguments::AddTo(CLI::App& command) {
  command.add_flag("--json", json, "Print one JSON object, as the HTTP API gives it");
  command.add_flag("--csv", csv, "Print the whole result as CSV and nothing else");
  command.add_option("--parquet", parquet, "Write the whole result to this file");
}

// A shell has opened standard output before anybody could look at its name.
base::Result<void> CheckOutputs(const DataArguments& data, const OutputArguments& output,
                                const std::string& png) {
  TT_CHECK(KeepsInputs(data, output.parquet));
  TT_CHECK(KeepsInputs(data, png));
  struct stat standard {};
  if (!output.csv || ::fstat(STDOUT_FILENO, &standard) != 0 || !S_ISREG(standard.st_mode))
    return {};
  for (const std::string& file : data.files) {
    struct stat input {};
    if (::stat(file.c_str(), &input) == 0 && input.st_dev == standard.st_dev &&
        input.st_ino == standard.st_ino)
      return base::InvalidArgument(fmt::format(
          "standard output is {}, a file that is read; send the result to another one", file));
  }
  return {};
}

runs::Request TerminalRequest() {
  runs::Request request;
  request.trace_id = base::TraceId::Fresh();
  request.cancel = WatchInterrupt();
  auto bar = std::make_shared<ProgressBar>();
  request.progress = [bar](const wire::Progress& progress) { bar->Show(progress); };
  if (::isatty(STDERR_FILENO) != 0)
    request.emit = [](const wire::Event& event) {
      const std::string step = StepText(event);
      if (!step.empty()) std::fputs((step + "\n").c_str(), stderr);
    };
  return request;
}

base::Result<std::string> OpenData(const Parts& parts, const DataArguments& data,
                                   const runs::Request& request) {
  const sandbox::JobContext context{request.deadline, request.cancel, request.progress};
  if (!data.dataset.empty()) {
    if (!data.files.empty()) return base::InvalidArgument("give files or --dataset, not both");
    if (!data.types.empty() || !data.skip_lines.empty())
      return base::InvalidArgument(
          "--types and --skip-lines go with files; for a dataset they stand in the registry");
    TT_ASSIGN(const auto dataset, parts.catalog->Open(data.dataset, context));
    return dataset->schema.id;
  }
  TT_ASSIGN(const wire::ReadingChoices choices, ReadChoices(data));
  TT_ASSIGN(const auto dataset, parts.catalog->OpenFiles(data.files, context, choices));
  for (const wire::TableSchema& table : dataset->schema.tables)
    for (const std::string& warning : table.warnings)
      std::fputs(fmt::format("note: {}: {}\n", table.name, warning).c_str(), stderr);
  return dataset->schema.id;
}

base::Result<ExportFolder> ExportFolder::Make(const OutputArguments& output) {
  if (output.csv && !output.parquet.empty())
    return base::InvalidArgument("give --csv or --parquet, not both");
  if (!output.csv && output.parquet.empty()) return ExportFolder(runs::Export{});
  std::string folder = (fs::temp_directory_path() / "tabletalk-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr)
    return base::SystemError(base::ErrorCode::internal, "no temporary folder can be made", errno);
  return ExportFolder(
      runs::Export{output.csv ? wire::ExportFormat::csv : wire::ExportFormat::parquet, folder});
}

ExportFolder::~ExportFolder() {
  std::error_code ignored;
  if (!whole_.directory.empty()) fs::remove_all(whole_.directory, ignored);
}

base::Result<void> ExportFolder::Deliver(const OutputArguments& output) const {
  if (whole_.format == wire::ExportFormat::none) return {};
  const fs::path made =
      fs::path(whole_.directory) / ("result." + std::string(base::EnumName(whole_.format)));
  if (output.csv) {
    std::ifstream file(made, std::ios::binary);
    std::vector<char> buffer(1 << 20);
    while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
           file.gcount() > 0)
      std::fwrite(buffer.data(), 1, static_cast<std::size_t>(file.gcount()), stdout);
    return {};
  }
  std::error_code failed;
  fs::copy_file(made, output.parquet, fs::copy_options::overwrite_existing, failed);
  if (failed)
    return base::InvalidArgument(
        fmt::format("{} cannot be written: {}", output.parquet, failed.message()));
  std::fputs(fmt::format("wrote {}\n", output.parquet).c_str(), stderr);
  return {};
}

ExitCode Fail(const base::Error& error) {
  PrintError(error);
  return ExitCodeFor(error.code());
}

}  // namespace tabletalk::app
