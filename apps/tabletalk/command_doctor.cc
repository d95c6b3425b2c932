// tabletalk doctor: what this host gives the sandbox, and whether a run works here and now.
#include <fmt/format.h>

#include <cstdio>

#include "command.h"
#include "confine/confine.h"
#include "terminal.h"

namespace tabletalk::app {
namespace {

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

base::json::object AsJson(const confine::LayerReport& layer) {
  return {{"layer", confine::Name(layer.layer)},
          {"present", layer.present},
          {"required", layer.required},
          {"detail", layer.detail},
          {"cost", layer.cost},
          {"remedy", layer.remedy}};
}

ExitCode Doctor(bool as_json, const LoadedSettings& loaded) {
  const auto layers = confine::ProbeHost();
  bool healthy = true;
  for (const auto& layer : layers) healthy &= layer.present || !layer.required;

  auto parts = BuildParts(loaded.settings);
  auto ready =
      parts.has_error() ? base::Result<std::string>(parts.error()) : (*parts).sandbox->Ready();
  healthy &= ready.has_value();
  const std::string run = ready.has_value() ? *ready : ready.error().public_message();

  if (as_json) {
    base::json::array list;
    for (const auto& layer : layers) list.push_back(AsJson(layer));
    Print(base::ToPrettyJson(base::json::object{
        {"healthy", healthy},
        {"layers", std::move(list)},
        {"test_run", base::json::object{{"ok", ready.has_value()}, {"detail", run}}}}));
  } else {
    const Style style = Style::ForStandardOutput();
    for (const auto& layer : layers) {
      Print(fmt::format("{} {:18} {}\n", layer.present ? "✓" : (layer.required ? "✗" : "–"),
                        confine::Name(layer.layer), layer.detail));
      if (!layer.cost.empty()) Print(fmt::format("    without it: {}\n", layer.cost));
      if (!layer.remedy.empty()) Print(fmt::format("    remedy: {}\n", layer.remedy));
    }
    Print(fmt::format("{} {:18} {}\n", ready.has_value() ? "✓" : "✗", "test run", run));
    Print("\n" +
          style.Bold(healthy ? "Runs are possible on this host."
                             : "No run is possible on this host; nothing is ever run "
                               "outside of the sandbox.") +
          "\n");
  }
  return healthy ? ExitCode::answered : ExitCode::missing_part;
}

}  // namespace

void AddDoctor(CommandLine& line) {
  CLI::App* command = AddCommand(line, "doctor", "Say which layers of the sandbox this host gives",
                                 "tabletalk doctor");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  command->callback([&line, as_json] {
    line.chosen = [as_json](const LoadedSettings& loaded) { return Doctor(*as_json, loaded); };
  });
}

}  // namespace tabletalk::app
