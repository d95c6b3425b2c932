// Texts that are part of the executable: src/python/lib/*.py and policies/python.json.
#pragma once

#include <string_view>
#include <vector>

namespace tabletalk::python {

struct EmbeddedText {
  std::string_view name;  ///< "results.py", "python.json".
  std::string_view text;
};
/// In the order in which modules are to be loaded.
const std::vector<EmbeddedText>& EmbeddedTexts();

}  // namespace tabletalk::python
