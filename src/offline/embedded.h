// The word lists and the templates of drafts as they are in the executable.
#pragma once

#include <string_view>
#include <vector>

namespace tabletalk::offline {

struct EmbeddedText {
  std::string_view name;  ///< "lexicon.words", "pie.tsx.txt".
  std::string_view text;
};
const std::vector<EmbeddedText>& EmbeddedTexts();

}  // namespace tabletalk::offline
