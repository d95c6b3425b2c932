// tabletalk datasets: what can be asked about.
#include <fmt/format.h>

#include <cstdio>

#include "command.h"
#include "terminal.h"

namespace tabletalk::app {
namespace {

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string Describe(const wire::ColumnSchema& column) {
  std::string text(base::EnumName(column.type));
  if (column.unit) text += ", " + *column.unit;
  if (column.profile.nulls > 0) text += fmt::format(", {} nulls", column.profile.nulls);
  if (!column.description.empty()) text += ". " + column.description;
  return text;
}

ExitCode List(const Parts& parts, bool as_json) {
  const auto list = parts.service->Datasets();
  if (as_json) {
    Print(base::ToPrettyJson(base::ToJson(list)));
    return ExitCode::answered;
  }
  const Style style = Style::ForStandardOutput();
  for (const datasets::Summary& dataset : list) {
    std::string tables;
    for (const auto& table : dataset.tables) tables += (tables.empty() ? "" : ", ") + table.name;
    Print(fmt::format("{}  {}\n    {}\n", style.Bold(dataset.id), style.Dim(tables),
                      dataset.description));
    for (std::size_t i = 0; i < dataset.prompts.size() && i < 3; ++i)
      Print(fmt::format("    ? {}\n", dataset.prompts[i]));
  }
  return ExitCode::answered;
}

ExitCode Show(const Parts& parts, const std::string& id, bool as_json) {
  auto schema = parts.service->Schema(id, TerminalRequest());
  if (schema.has_error()) return Fail(schema.error());
  if (as_json) {
    Print(base::ToPrettyJson(base::ToJson(*schema)));
    return ExitCode::answered;
  }
  const Style style = Style::ForStandardOutput();
  Print(fmt::format("{}\n{}\nversion {}\n", style.Bold(schema->name), schema->description,
                    schema->version));
  for (const wire::TableSchema& table : schema->tables) {
    Print(fmt::format("\n{}  {} rows\n", style.Bold(table.name), table.rows));
    for (const wire::ColumnSchema& column : table.columns)
      Print(fmt::format("  {:24} {}\n", column.name, Describe(column)));
  }
  Print("\n" + style.Bold("You could ask:") + "\n");
  for (const std::string& prompt : schema->prompts) Print("  " + prompt + "\n");
  return ExitCode::answered;
}

}  // namespace

void AddDatasets(CommandLine& line) {
  CLI::App* command = AddCommand(line, "datasets", "List the datasets, or show one",
                                 "tabletalk datasets ecommerce");
  struct Arguments {
    std::string id;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  command->add_option("ID", arguments->id, "Show this one: tables, columns, suggested questions");
  command->add_flag("--json", arguments->json, "Print JSON, as the HTTP API gives it");
  command->callback([&line, arguments] {
    line.chosen = [arguments](const LoadedSettings& loaded) {
      auto parts = BuildParts(loaded.settings);
      if (parts.has_error()) return Fail(parts.error());
      return arguments->id.empty() ? List(*parts, arguments->json)
                                   : Show(*parts, arguments->id, arguments->json);
    };
  });
}

}  // namespace tabletalk::app
