#include "offline/drafts/calculations.h"

#include <fmt/format.h>

#include <algorithm>

#include "offline/embedded.h"
#include "offline/words/word_table.h"

namespace tabletalk::offline {
namespace {

constexpr std::string_view kInput = "input ";

/// "list", "from %", "default 12", with ", " between.
void ReadNote(std::string_view note, CalculationInput& input) {
  while (!note.empty()) {
    const std::string_view one = note.substr(0, note.find(", "));
    note.remove_prefix(std::min(note.size(), one.size() + 2));
    if (one == "list") input.list = true;
    if (one.starts_with("from ")) input.from_prompt = one.substr(5);
    if (one.starts_with("default ")) input.otherwise = one.substr(8);
  }
}

/// The last of the list if it is of this name, else a new one.
template <class T>
T& Named(std::vector<T>& list, const std::string& name) {
  if (list.empty() || list.back().name != name) list.emplace_back().name = name;
  return list.back();
}

std::vector<Calculation> ReadCalculations() {
  std::vector<Calculation> calculations;
  for (const WordEntry& entry : EntriesOf("calculations")) {
    Calculation& calculation = Named(calculations, entry.section);
    if (entry.key == "asked as") calculation.phrases = entry.phrases;
    if (entry.key == "summary") calculation.summary = entry.phrases.front();
    if (entry.key == "code") calculation.code = DraftText(entry.phrases.front());
    if (!entry.key.starts_with(kInput)) continue;
    CalculationInput& input = calculation.inputs.emplace_back();
    input.key = entry.key.substr(kInput.size());
    input.aliases = entry.phrases;
    ReadNote(entry.note, input);
  }
  return calculations;
}

std::vector<Statistic> ReadStatistics() {
  std::vector<Statistic> statistics;
  for (const WordEntry& entry : EntriesOf("statistics")) {
    Statistic& statistic = Named(statistics, entry.section);
    if (entry.key == "asked as") statistic.phrases = entry.phrases;
    if (entry.key == "value") statistic.expression = entry.phrases.front();
    if (entry.key == "population") statistic.population = entry.phrases.front();
    if (entry.key == "said") statistic.said = entry.phrases.front();
    if (entry.key == "least") statistic.least = std::stoi(entry.phrases.front());
  }
  return statistics;
}

}  // namespace

const std::vector<Calculation>& Calculations() {
  static const std::vector<Calculation> kCalculations = ReadCalculations();
  return kCalculations;
}

const std::vector<Statistic>& Statistics() {
  static const std::vector<Statistic> kStatistics = ReadStatistics();
  return kStatistics;
}

std::vector<std::string> CalculationFaults(const WordFile& file,
                                           const std::vector<EmbeddedText>& files) {
  std::vector<std::string> faults;
  const auto has = [&](std::string_view section, std::string_view key) {
    return std::any_of(file.entries.begin(), file.entries.end(), [&](const WordEntry& entry) {
      return entry.section == section && entry.key.starts_with(key);
    });
  };
  for (const WordEntry& entry : file.entries) {
    const bool known = entry.key == "asked as" || entry.key == "summary" || entry.key == "code" ||
                       entry.key.starts_with(kInput);
    if (!known)
      faults.push_back(
          fmt::format("{}: nothing reads \"{}\" of [{}]", file.name, entry.key, entry.section));
    if (entry.key == "asked as")
      for (const std::string_view needed :
           {kInput, std::string_view("summary"), std::string_view("code")})
        if (!has(entry.section, needed))
          faults.push_back(fmt::format("{}: [{}] has no \"{}\"", file.name, entry.section, needed));
    if (entry.key != "code") continue;
    const auto text = std::find_if(files.begin(), files.end(), [&](const EmbeddedText& one) {
      return one.name == entry.phrases.front();
    });
    if (text == files.end() || text->text.find("    $inputs\n") == std::string_view::npos)
      faults.push_back(fmt::format("{}: the template \"{}\" is missing, or has no line $inputs",
                                   file.name, entry.phrases.front()));
  }
  return faults;
}

}  // namespace tabletalk::offline
