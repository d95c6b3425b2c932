// The prompts as they are in the executable: prompts/*.md.
#pragma once

#include <string_view>
#include <vector>

namespace tabletalk::analyst {

struct EmbeddedText {
  std::string_view name;  ///< "analyst.md".
  std::string_view text;
};
const std::vector<EmbeddedText>& EmbeddedTexts();

}  // namespace tabletalk::analyst
