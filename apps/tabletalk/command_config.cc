// tabletalk config: every setting, its value and where it came from.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "command.h"

namespace tabletalk::app {

void AddConfig(CommandLine& line) {
  CLI::App* command = AddCommand(line, "config", "Print each setting, its value and its source",
                                 "RUN_TIMEOUT_SECONDS=30 tabletalk config");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  command->callback([&line, as_json] {
    line.chosen = [as_json](const LoadedSettings& loaded) {
      base::json::array list;
      std::size_t width = 0;
      for (const ResolvedSetting& setting : loaded.resolved)
        width = std::max(width, setting.value.size());
      for (const ResolvedSetting& setting : loaded.resolved) {
        list.push_back(base::json::object{
            {"name", setting.name}, {"value", setting.value}, {"source", setting.source}});
        if (!*as_json)
          std::fputs(
              fmt::format("{:24} {:{}}  ({})\n", setting.name, setting.value, width, setting.source)
                  .c_str(),
              stdout);
      }
      if (*as_json) std::fputs(base::ToPrettyJson(list).c_str(), stdout);
      return ExitCode::answered;
    };
  });
}

}  // namespace tabletalk::app
