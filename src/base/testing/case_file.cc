#include "base/testing/case_file.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>

#include "base/utf8.h"

namespace tabletalk::base::testing {
namespace {

std::string Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

}  // namespace

const std::string& Case::operator[](const std::string& key) const {
  static const std::string nothing;
  const auto found = fields.find(key);
  return found == fields.end() ? nothing : found->second;
}

Result<std::vector<Case>> ReadCases(const std::string& path) {
  std::ifstream file(path);
  if (!file) return InvalidArgument(path + " cannot be read");
  const std::string name = std::filesystem::path(path).filename().string();
  std::vector<Case> cases;
  bool open = false;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.starts_with('#')) continue;
    if (Trim(line).empty()) {
      open = false;
      continue;
    }
    const auto colon = line.find(':');
    if (colon == line.npos)
      return InvalidArgument(fmt::format("{}:{}: expected key: value", name, number));
    if (!open) cases.push_back({number, {}});
    open = true;
    cases.back().fields[line.substr(0, colon)] = Trim(std::string_view(line).substr(colon + 1));
  }
  return cases;
}

std::string Unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool code_point = text.compare(i, 3, "<U+") == 0;
    const std::size_t start = i + (code_point ? 3 : 2);
    const std::size_t end = text.find('>', i);
    unsigned value = 0;
    if ((code_point || text.compare(i, 2, "<x") == 0) && end != text.npos && end > start &&
        std::from_chars(text.data() + start, text.data() + end, value, 16).ptr ==
            text.data() + end) {
      if (code_point) {
        AppendUtf8(out, static_cast<char32_t>(value));
      } else {
        out += static_cast<char>(value);
      }
      i = end + 1;
    } else {
      out += text[i++];
    }
  }
  return out;
}

void ReplaceAll(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

}  // namespace tabletalk::base::testing
