// What the words of `tabletalk ask` are: files, then a question, quoted or not.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace tabletalk::app {

struct AskWords {
  std::vector<std::string> files;
  std::string question;
};

/// Leading words that are files are files, and so is one that looks like a file and is none, so
/// that a misspelt name is told as such; all others are the question. Errors: invalid_argument
/// where no question is left.
base::Result<AskWords> ReadAskWords(const std::vector<std::string>& words);

}  // namespace tabletalk::app
