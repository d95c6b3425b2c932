// One file a command; each adds its flags to the command line and leaves a function that does it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exit_codes.h"
#include "parts.h"
#include "settings.h"

namespace tabletalk::app {

/// What main and the commands share.
struct CommandLine {
  CLI::App app{
      "Ask questions of your own tables, on your own machine, and get answers that you can "
      "check."};
  std::map<std::string, std::string> setting_flags;  ///< By setting name.
  std::function<ExitCode(const LoadedSettings&)> chosen;
};

/// A subcommand with the settings as flags (shown by --help-all) and an example in its help.
CLI::App* AddCommand(CommandLine& line, const std::string& name, const std::string& what,
                     const std::string& example);

/// Files or a registered dataset: what a command works on.
struct DataArguments {
  std::string dataset;
  std::vector<std::string> files;
  std::vector<std::string> types;  ///< "column=type", of files.
  std::string skip_lines;          ///< "1-3,17,40-", of one file.

  /// --types and --skip-lines.
  void AddTo(CLI::App& command);
};

/// invalid_argument where writing to `output` would replace one of the files that are read.
base::Result<void> KeepsInputs(const DataArguments& data, const std::string& output);

/// How a result is wanted.
struct OutputArguments {
  bool json = false;
  bool csv = false;
  std::string parquet;

  void AddTo(CLI::App& command);
};

/// An output that is one of the inputs, by name or by being the same file, would destroy it.
/// Errors: invalid_argument. Before anything is computed.
base::Result<void> CheckOutputs(const DataArguments& data, const OutputArguments& output,
                                const std::string& png = "");

/// Opens the data and returns the id to ask under; progress goes to standard error.
base::Result<std::string> OpenData(const Parts& parts, const DataArguments& data,
                                   const runs::Request& request);

/// A request from the terminal: fresh trace id, Ctrl-C as its token, a progress bar.
runs::Request TerminalRequest();

/// A folder for the whole result that goes with the object.
class ExportFolder {
 public:
  static base::Result<ExportFolder> Make(const OutputArguments& output);
  ExportFolder(ExportFolder&&) noexcept = default;
  ~ExportFolder();
  const runs::Export& whole() const { return whole_; }
  /// Writes the CSV to standard output or the Parquet file to its place.
  base::Result<void> Deliver(const OutputArguments& output) const;

 private:
  explicit ExportFolder(runs::Export whole) : whole_(std::move(whole)) {}
  runs::Export whole_;
};

ExitCode Fail(const base::Error& error);

void AddAsk(CommandLine& line);
void AddChat(CommandLine& line);
void AddRun(CommandLine& line);
void AddCheck(CommandLine& line);
void AddDatasets(CommandLine& line);
void AddDoctor(CommandLine& line);
void AddConfig(CommandLine& line);
void AddServe(CommandLine& line);

}  // namespace tabletalk::app
