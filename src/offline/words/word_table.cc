#include "offline/words/word_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "offline/embedded.h"

namespace tabletalk::offline {
namespace {

bool IsIn(const std::vector<std::string_view>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

void AddFaults(const WordFile& file, std::string_view name, std::vector<std::string>& faults) {
  std::vector<std::string_view> sections;
  for (const SectionSpec& spec : WordTable()) {
    if (spec.file != name) continue;
    sections.push_back(spec.section);
    const auto has = [&](std::string_view key) {
      return std::any_of(file.entries.begin(), file.entries.end(), [&](const WordEntry& entry) {
        return entry.section == spec.section && (key.empty() || entry.key == key);
      });
    };
    if (spec.section != "*" && !has(""))
      faults.push_back(fmt::format("{}: [{}] is missing or empty", file.name, spec.section));
    for (const std::string_view key : spec.keys)
      if (!has(key))
        faults.push_back(fmt::format("{}: [{}] has no \"{}\"", file.name, spec.section, key));
    for (const WordEntry& entry : file.entries)
      if (entry.section == spec.section && !spec.keys.empty() && !IsIn(spec.keys, entry.key))
        faults.push_back(
            fmt::format("{}: nothing reads \"{}\" of [{}]", file.name, entry.key, entry.section));
  }
  if (IsIn(sections, "*")) return;
  std::vector<std::string_view> said;
  for (const WordEntry& entry : file.entries) {
    if (IsIn(sections, entry.section) || IsIn(said, entry.section)) continue;
    said.push_back(entry.section);
    faults.push_back(fmt::format("{}: nothing reads [{}]", file.name, entry.section));
  }
}

}  // namespace

const std::vector<SectionSpec>& WordTable() {
  static const std::vector<std::string_view> words = {"words"};
  static const std::vector<SectionSpec> table = {
      {"lexicon", "*", {}},
      {"costs", "*", {}},
      {"calculations", "*", {}},
      {"statistics", "*", {}},
      {"thesaurus", "synonyms", {}},
      {"thesaurus", "short forms", {}},
      {"thesaurus", "no short forms", words},
      {"thesaurus", "genders", {"female", "male"}},
      {"thesaurus", "gender values", {"female", "male"}},
      {"thesaurus", "plain words", {}},
      {"thesaurus", "additivity", {"does_not", "not_in_time", "adds_up"}},
      {"thesaurus", "compound heads", {"does_not", "adds_up"}},
      {"thesaurus", "light name words", words},
      {"thesaurus", "units", {}},
      {"names", "people", {"traits", "persons"}},
      {"names", "tallies", {"things", "people", "harmed people", "sold things"}},
      {"names", "money", {"amounts", "income", "whole"}},
      {"names",
       "head nouns",
       {"times", "codes", "texts", "sums of money", "levels", "other numbers"}},
      {"names", "priced names", words},
      {"names", "speed names", words},
      {"text", "numbers", {}},
      {"text", "scales", {}},
      {"text", "ordinals", words},
      {"text", "irregular plurals", {}},
      {"text", "irregular verbs", {}},
      {"text", "kin endings", words},
      {"text", "months", {}},
      {"text", "quarters", {}},
      {"text", "relations of time", {"from then", "after", "until then", "before"}},
      {"views", "verbs", {"words", "asking"}},
      {"views", "nouns", words},
      {"views", "behind a noun", words},
      {"views", "kinds", {}},
      {"follow_ups", "before", {"plain", "adds", "replaces", "polite"}},
      {"follow_ups", "behind", {"plain", "adds", "replaces", "polite"}},
      {"follow_ups", "anywhere", {"shares", "those"}},
      {"follow_ups", "orders", {"lowest first", "highest first", "the other way"}},
      {"follow_ups", "sorting", {"verbs", "objects"}},
      {"follow_ups", "referring", {"at the end", "anywhere", "explained behind"}},
      {"follow_ups", "leaving out", words},
      {"follow_ups", "asking", words},
      {"prompts", "filler", words},
      {"prompts", "filler of calculations", words},
      {"prompts", "operations", words},
      {"prompts", "periods per year", {}},
      {"prompts", "window units", words},
      {"prompts", "no values", words},
      {"prompts", "types", {}},
      {"prompts", "shapes", {}},
      {"prompts", "unknown shapes", words},
      {"prompts", "colors", {}},
      {"prompts", "times", words},
      {"prompts", "unsafe in artifacts", words},
  };
  return table;
}

std::vector<std::string> WordFaults(const std::vector<EmbeddedText>& files) {
  std::vector<std::string> faults;
  std::vector<std::string_view> seen;
  for (const EmbeddedText& text : files) {
    if (!text.name.ends_with(".words")) continue;
    const auto file = ParseWords(text.name, text.text);
    const std::string_view name = text.name.substr(0, text.name.size() - 6);
    seen.push_back(name);
    if (!file) {
      faults.push_back(file.error().public_message());
      continue;
    }
    AddFaults(*file, name, faults);
    for (std::string& fault : name == "lexicon"        ? LexiconFaults(*file)
                              : name == "costs"        ? CostFaults(*file)
                              : name == "calculations" ? CalculationFaults(*file, files)
                                                       : std::vector<std::string>())
      faults.push_back(std::move(fault));
  }
  for (const SectionSpec& spec : WordTable())
    if (!IsIn(seen, spec.file)) {
      faults.push_back(fmt::format("{}.words is missing", spec.file));
      seen.push_back(spec.file);
    }
  return faults;
}

}  // namespace tabletalk::offline
