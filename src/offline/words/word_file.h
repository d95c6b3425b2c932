// Word lists as reviewed files: src/offline/words/*.words and src/offline/drafts/*.words, embedded
// at build. One format for all of them:
//
//   # A comment, from the first column on.
//   [section]
//   key (note): phrase | phrase |
//       phrase
//
// An entry goes on in lines that begin with a blank. What sections, keys and notes mean is said at
// the head of each file and held against a table (word_table.cc): a section or key that nothing
// reads, or one that is missing, is a fault, and a fault stops the start.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tabletalk::offline {

struct EmbeddedText;

struct WordEntry {
  std::string section;
  std::string key;
  std::string note;  ///< What stands in brackets behind the key.
  std::vector<std::string> phrases;
};

struct WordFile {
  std::string name;  ///< "lexicon.words"
  std::vector<WordEntry> entries;
};

/// Errors (unavailable): the line and what is wrong with it.
base::Result<WordFile> ParseWords(std::string_view name, std::string_view text);

using WordSet = std::set<std::string, std::less<>>;

/// The entries of a section of an embedded file, in its order. `file` is named without its ending.
/// CheckWords has seen to it that there are such; what is not there is a programmer's error.
std::vector<const WordEntry*> EntriesOf(std::string_view file, std::string_view section);

/// All entries of an embedded file, in its order.
const std::vector<WordEntry>& EntriesOf(std::string_view file);

/// The phrases of one entry.
WordSet WordsOf(std::string_view file, std::string_view section, std::string_view key = "words");

/// A template of src/offline/drafts as it is in the executable: "loan_payment.py.txt".
std::string_view DraftText(std::string_view name);

/// What is wrong with these files, a sentence each; empty where all is well.
std::vector<std::string> WordFaults(const std::vector<EmbeddedText>& files);

/// Of the files in the executable. Errors: unavailable, with every fault.
base::Result<void> CheckWords();

}  // namespace tabletalk::offline
