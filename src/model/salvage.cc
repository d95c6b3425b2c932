#include "model/salvage.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/utf8.h"
#include "model/loose_json.h"

namespace tabletalk::model {
namespace {

constexpr std::string_view kFence = "```";

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

struct Block {
  std::string language;
  std::string_view code;
};

/// What stands between fences; one that is not closed goes to the end.
std::vector<Block> FencedBlocks(std::string_view text) {
  std::vector<Block> blocks;
  std::size_t at = 0;
  while ((at = text.find(kFence, at)) != text.npos) {
    const std::size_t word = at + kFence.size();
    const std::size_t line_end = text.find('\n', word);
    if (line_end == text.npos) break;
    std::string_view info = text.substr(word, line_end - word);
    info = info.substr(0, info.find_first_of(" \t\r{"));
    const std::size_t end = std::min(text.find(kFence, line_end), text.size());
    blocks.push_back(
        {Lower(info), text.substr(line_end + 1, end > line_end ? end - line_end - 1 : 0)});
    at = std::min(end + kFence.size(), text.size());
  }
  return blocks;
}

/// Without blank lines around it; the indentation of the first line counts in Python.
std::string WithoutBlankLines(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  const auto line = text.rfind('\n', first);
  const auto start = line == text.npos ? 0 : line + 1;
  return std::string(text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1));
}

bool StartsWithWord(std::string_view line, std::string_view word) {
  return line.starts_with(word) &&
         (line.size() == word.size() ||
          std::isalnum(static_cast<unsigned char>(line[word.size()])) == 0);
}

bool LooksLikePython(std::string_view line) {
  for (const std::string_view word : {"def", "import", "from", "for", "with", "class", "if"})
    if (StartsWithWord(line, word) && (word == "import" || line.find_first_of(":(.") != line.npos ||
                                       line.find(" import ") != line.npos))
      return true;
  const auto equals = line.find(" = ");
  return equals != line.npos && equals > 0 &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                  std::string_view("_.,[]'\" ").find(c) != std::string_view::npos;
         });
}

bool LooksLike(std::string_view text, std::string_view language) {
  std::string_view line = text.substr(text.find_first_not_of(" \t\r\n"));
  line = line.substr(0, line.find_first_of("\r\n"));
  const std::string lower = Lower(line);
  if (language == "sql")
    return StartsWithWord(lower, "select") || StartsWithWord(lower, "with") ||
           StartsWithWord(lower, "from");
  if (language == "python") return line.starts_with('#') || LooksLikePython(line);
  if (language == "tsx") {
    for (const std::string_view word :
         {"import", "export", "function", "const", "type", "interface"})
      if (StartsWithWord(line, word) && line.find_first_of("({=\"'<*") != line.npos) return true;
    return line.starts_with("\"use client\"") || line.starts_with("'use client'");
  }
  return false;
}

/// Other names that models give to a language.
bool IsCalled(std::string_view written, std::string_view language) {
  if (written == language) return true;
  if (language == "python") return written == "py" || written == "python3";
  if (language == "sql")
    return written == "duckdb" || written == "postgresql" || written == "postgres";
  if (language == "tsx")
    return written == "jsx" || written == "typescript" || written == "ts" ||
           written == "javascript" || written == "js";
  return false;
}

}  // namespace

std::vector<base::json::object> FindJsonObjects(std::string_view text) {
  std::vector<base::json::object> objects;
  LooseJsonReader reader(text);
  std::size_t at = 0;
  while (!reader.exhausted() && (at = text.find('{', at)) != text.npos) {
    auto found = reader.ReadAt(at);
    if (!found) {
      ++at;
      continue;
    }
    if (auto* object = found->value.if_object()) objects.push_back(std::move(*object));
    at = found->end;
  }
  return objects;
}

std::optional<std::string> FindCode(std::string_view text,
                                    const std::vector<std::string_view>& languages) {
  const auto blocks = FencedBlocks(text);
  const Block* best = nullptr;
  const auto wanted = [&](const Block& block) {
    return std::any_of(languages.begin(), languages.end(), [&](std::string_view language) {
      return IsCalled(block.language, language);
    });
  };
  const auto untold = [](const Block& block) { return block.language.empty(); };
  const auto consider = [&](auto accept) {
    for (const auto& block : blocks)
      if (accept(block) && (best == nullptr || block.code.size() > best->code.size()))
        best = &block;
  };
  consider(wanted);
  if (best == nullptr) consider(untold);
  if (best != nullptr) {
    std::string code = WithoutBlankLines(best->code);
    if (code.empty()) return std::nullopt;
    return code;
  }
  if (!blocks.empty() || text.find(kFence) != text.npos) return std::nullopt;
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return std::nullopt;
  const std::string code = WithoutBlankLines(text.substr(first));
  for (const auto language : languages)
    if (LooksLike(code, language)) return code;
  return std::nullopt;
}

}  // namespace tabletalk::model
