#include "offline/words/word_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "offline/embedded.h"

namespace tabletalk::offline {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlank), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

/// Reads a file line by line; the first fault ends it.
class Parser {
 public:
  explicit Parser(std::string_view name) { file_.name = name; }

  base::Result<WordFile> Run(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      TT_CHECK(Line(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    TT_CHECK(EndEntry());
    return std::move(file_);
  }

 private:
  base::Error Fault(std::string_view what) const {
    return base::MakeError(base::ErrorCode::unavailable,
                           fmt::format("{}:{}: {}", file_.name, line_, what));
  }

  base::Result<void> Line(std::string_view line) {
    ++line_;
    if (line.starts_with('#')) return {};
    const std::string_view plain = Trimmed(line);
    if (plain.empty()) return EndEntry();
    if (line.front() == ' ' || line.front() == '\t') {
      if (!open_) return Fault("this line goes on from no entry");
      return Phrases(plain);
    }
    TT_CHECK(EndEntry());
    if (plain.front() == '[') {
      if (plain.size() < 3 || plain.back() != ']') return Fault("a section is written [name]");
      section_ = plain.substr(1, plain.size() - 2);
      return {};
    }
    return Entry(plain);
  }

  base::Result<void> Entry(std::string_view line) {
    const std::size_t colon = line.find(": ");
    if (colon == line.npos || colon == 0)
      return Fault("an entry is written \"key: phrase | phrase\"");
    if (section_.empty()) return Fault("an entry stands in no [section]");
    WordEntry entry;
    entry.section = section_;
    std::string_view key = Trimmed(line.substr(0, colon));
    if (const std::size_t bracket = key.find(" ("); bracket != key.npos && key.ends_with(')')) {
      entry.note = key.substr(bracket + 2, key.size() - bracket - 3);
      key = Trimmed(key.substr(0, bracket));
    }
    entry.key = key;
    for (const WordEntry& other : file_.entries)
      if (other.section == entry.section && other.key == entry.key && other.note == entry.note)
        return Fault(fmt::format("[{}] has \"{}\" twice", section_, entry.key));
    file_.entries.push_back(std::move(entry));
    open_ = true;
    goes_on_ = true;
    return Phrases(line.substr(colon + 1));
  }

  base::Result<void> Phrases(std::string_view text) {
    std::vector<std::string>& phrases = file_.entries.back().phrases;
    if (!goes_on_) return Fault("the line before does not end with \"|\"");
    for (text = Trimmed(text); !text.empty();) {
      const std::size_t bar = text.find('|');
      const std::string phrase(Trimmed(text.substr(0, bar)));
      if (phrase.empty()) return Fault("a phrase is empty");
      if (std::find(phrases.begin(), phrases.end(), phrase) != phrases.end())
        return Fault(fmt::format("\"{}\" stands there twice", phrase));
      phrases.push_back(phrase);
      goes_on_ = bar != text.npos;
      text = goes_on_ ? Trimmed(text.substr(bar + 1)) : std::string_view();
    }
    return {};
  }

  base::Result<void> EndEntry() {
    if (open_ && goes_on_) return Fault("the entry before this line ends with \"|\" or is empty");
    open_ = false;
    return {};
  }

  WordFile file_;
  std::string section_;
  int line_ = 0;
  bool open_ = false;     ///< An entry that the next line may go on.
  bool goes_on_ = false;  ///< It ends with "|", or has no phrase yet.
};

const std::map<std::string, WordFile, std::less<>>& Files() {
  static const auto kFiles = [] {
    std::map<std::string, WordFile, std::less<>> files;
    for (const EmbeddedText& text : EmbeddedTexts())
      if (text.name.ends_with(".words"))
        files.emplace(text.name, ParseWords(text.name, text.text).value());
    return files;
  }();
  return kFiles;
}

}  // namespace

base::Result<WordFile> ParseWords(std::string_view name, std::string_view text) {
  return Parser(name).Run(text);
}

const std::vector<WordEntry>& EntriesOf(std::string_view file) {
  const auto at = Files().find(fmt::format("{}.words", file));
  if (at == Files().end()) throw std::logic_error(fmt::format("there is no {}.words", file));
  return at->second.entries;
}

std::vector<const WordEntry*> EntriesOf(std::string_view file, std::string_view section) {
  std::vector<const WordEntry*> found;
  for (const WordEntry& entry : EntriesOf(file))
    if (entry.section == section) found.push_back(&entry);
  if (found.empty()) throw std::logic_error(fmt::format("{}.words has no [{}]", file, section));
  return found;
}

WordSet WordsOf(std::string_view file, std::string_view section, std::string_view key) {
  for (const WordEntry* entry : EntriesOf(file, section))
    if (entry->key == key) return WordSet(entry->phrases.begin(), entry->phrases.end());
  throw std::logic_error(fmt::format("{}.words has no \"{}\" in [{}]", file, key, section));
}

std::string_view DraftText(std::string_view name) {
  for (const EmbeddedText& text : EmbeddedTexts())
    if (text.name == name) return text.text;
  throw std::logic_error(fmt::format("there is no template \"{}\"", name));
}

base::Result<void> CheckWords() {
  const std::vector<std::string> faults = WordFaults(EmbeddedTexts());
  if (faults.empty()) return {};
  return base::MakeError(base::ErrorCode::unavailable,
                         fmt::format("The word lists are broken: {}.", fmt::join(faults, "; ")));
}

}  // namespace tabletalk::offline
