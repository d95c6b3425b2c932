// Which sections and keys of the word lists the code reads.
#pragma once

#include <string_view>
#include <vector>

#include "offline/words/word_file.h"

namespace tabletalk::offline {

struct SectionSpec {
  std::string_view file;               ///< Without its ending.
  std::string_view section;            ///< "*" for sections of any name.
  std::vector<std::string_view> keys;  ///< All of them, each needed; empty where any key will do.
};
const std::vector<SectionSpec>& WordTable();

/// What the lexicon's own rules find wrong: a section that is no cue, a key that its cue cannot
/// carry.
std::vector<std::string> LexiconFaults(const WordFile& file);
/// A cost that is missing, unknown, or no number.
std::vector<std::string> CostFaults(const WordFile& file);
/// A calculation without phrases, inputs, summary or template.
std::vector<std::string> CalculationFaults(const WordFile& file,
                                           const std::vector<EmbeddedText>& files);

}  // namespace tabletalk::offline
