#include "model/loose_json.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/utf8.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;

constexpr int kMaxDepth = 64;
constexpr std::string_view kFence = "```";

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '$';
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

LooseJsonReader::LooseJsonReader(std::string_view text)
    : text_(text), steps_left_(20 * text.size() + 10'000) {}

std::optional<LooseJsonReader::Found> LooseJsonReader::ReadAt(std::size_t position) {
  at_ = position;
  cut_ = false;
  if (Peek() != '{' && Peek() != '[') return std::nullopt;
  Found found;
  if (!ReadValue(found.value, 0)) return std::nullopt;
  found.end = at_;
  found.cut = cut_;
  return found;
}

bool LooseJsonReader::Step() {
  if (steps_left_ == 0) return false;
  --steps_left_;
  return true;
}

char LooseJsonReader::Peek(std::size_t ahead) const {
  return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
}

// A closing fence ends the text as well: nothing of the object comes after it.
bool LooseJsonReader::AtEnd() const {
  return at_ >= text_.size() || text_.substr(at_).starts_with(kFence);
}

void LooseJsonReader::SkipBlanks() {
  while (at_ < text_.size() && Step()) {
    if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
      ++at_;
    } else if (Peek() == '/' && Peek(1) == '/') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (Peek() == '/' && Peek(1) == '*') {
      const auto end = text_.find("*/", at_ + 2);
      at_ = end == text_.npos ? text_.size() : end + 2;
    } else {
      return;
    }
  }
}

bool LooseJsonReader::ReadValue(json::value& out, int depth) {
  if (depth > kMaxDepth || !Step()) return false;
  switch (Peek()) {
    case '{': return ReadObject(out, depth);
    case '[': return ReadArray(out, depth);
    case '"':
    case '\'': {
      std::string text;
      if (!ReadString(text, Place::value)) return false;
      out = json::string(text);
      return true;
    }
    default:
      if (std::isalpha(static_cast<unsigned char>(Peek())) != 0) return ReadWord(out);
      return ReadNumber(out);
  }
}

bool LooseJsonReader::ReadObject(json::value& out, int depth) {
  json::object object;
  ++at_;
  const auto cut = [&] {
    // Nothing at all was said: rather a bracket in prose than an object.
    if (object.empty() && depth == 0) return false;
    cut_ = true;
    out = std::move(object);
    return true;
  };
  while (true) {
    SkipBlanks();
    if (Peek() == ',' && !object.empty()) {
      ++at_;
      SkipBlanks();
    }
    if (AtEnd()) return cut();
    if (Peek() == '}') break;
    std::string key;
    if (Peek() == '"' || Peek() == '\'') {
      if (!ReadString(key, Place::key)) return AtEnd() && cut();
    } else {
      while (IsWordCharacter(Peek()) && Step()) key += text_[at_++];
      if (key.empty()) return false;
    }
    SkipBlanks();
    if (AtEnd()) return cut();
    if (Peek() != ':') return false;
    ++at_;
    SkipBlanks();
    if (AtEnd()) return cut();
    json::value value;
    if (!ReadValue(value, depth + 1)) return AtEnd() && cut();
    object[key] = std::move(value);
    SkipBlanks();
    if (AtEnd()) return cut();
    if (Peek() != ',' && Peek() != '}') return false;
  }
  ++at_;
  out = std::move(object);
  return true;
}

bool LooseJsonReader::ReadArray(json::value& out, int depth) {
  json::array array;
  ++at_;
  const auto cut = [&] {
    cut_ = true;
    out = std::move(array);
    return true;
  };
  while (true) {
    SkipBlanks();
    if (AtEnd()) return cut();
    if (Peek() == ']') break;
    json::value value;
    if (!ReadValue(value, depth + 1)) return AtEnd() && cut();
    array.push_back(std::move(value));
    SkipBlanks();
    if (AtEnd()) return cut();
    if (Peek() == ',') {
      ++at_;
    } else if (Peek() != ']') {
      return false;
    }
  }
  ++at_;
  out = std::move(array);
  return true;
}

// Whether the quote at hand ends its string, by what follows it.
bool LooseJsonReader::EndsString(char quote, Place place, bool& misleading) {
  std::size_t next = at_ + 1;
  while (next < text_.size() && std::isspace(static_cast<unsigned char>(text_[next])) != 0 &&
         Step())
    ++next;
  if (next >= text_.size() || text_.substr(next).starts_with(kFence)) return true;
  const char follower = text_[next];
  if (place == Place::key) return follower == ':';
  if (follower == ',' || follower == '}' || follower == ']') return true;
  if (follower == '/' && next + 1 < text_.size() &&
      (text_[next + 1] == '/' || text_[next + 1] == '*'))
    return true;
  // A quote before a colon ends a name: a comma was left out, and this would swallow a member.
  if (follower == ':' && quote == '"') misleading = true;
  return false;
}

bool LooseJsonReader::ReadString(std::string& out, Place place) {
  const char quote = Peek();
  if (place == Place::value && quote == Peek(1) && quote == Peek(2)) return ReadTripleQuoted(out);
  ++at_;
  while (at_ < text_.size()) {
    if (!Step()) return false;
    const char c = text_[at_];
    if (c == '\\') {
      if (!ReadEscape(out)) return false;
      continue;
    }
    if (c == quote) {
      bool misleading = false;
      const bool ends = EndsString(quote, place, misleading);
      if (misleading) return false;
      if (ends) {
        ++at_;
        return true;
      }
    }
    out += c;
    ++at_;
  }
  return false;
}

bool LooseJsonReader::ReadTripleQuoted(std::string& out) {
  const std::string quotes(3, Peek());
  const auto end = text_.find(quotes, at_ + 3);
  if (end == text_.npos) {
    at_ = text_.size();
    return false;
  }
  std::string_view inside = text_.substr(at_ + 3, end - at_ - 3);
  if (inside.starts_with('\n')) inside.remove_prefix(1);
  out = inside;
  at_ = end + 3;
  return true;
}

bool LooseJsonReader::ReadEscape(std::string& out) {
  const char escaped = Peek(1);
  if (at_ + 1 >= text_.size()) {
    at_ = text_.size();
    return false;
  }
  at_ += 2;
  switch (escaped) {
    case 'n': out += '\n'; return true;
    case 't': out += '\t'; return true;
    case 'r': out += '\r'; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case '"':
    case '\\':
    case '/':
    case '\'':
    case '_': out += escaped; return true;
    case '\n': return true;
    case 'u': break;
    default: out.append(1, '\\').append(1, escaped); return true;
  }
  return ReadUnits(out);
}

/// What follows "\\u": one code unit, or two that are one character.
bool LooseJsonReader::ReadUnits(std::string& out) {
  const auto unit = [&]() -> int {
    int code = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const int digit = HexValue(Peek(i));
      if (digit < 0) return -1;
      code = code * 16 + digit;
    }
    at_ += 4;
    return code;
  };
  int code = unit();
  if (code < 0) {
    out += "\\u";
    return true;
  }
  if (code >= 0xD800 && code < 0xDC00 && Peek() == '\\' && Peek(1) == 'u') {
    at_ += 2;
    const int low = unit();
    code =
        low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
  } else if (code >= 0xD800 && code < 0xE000) {
    code = 0xFFFD;
  }
  base::AppendUtf8(out, static_cast<char32_t>(code));
  return true;
}

bool LooseJsonReader::ReadWord(json::value& out) {
  const std::size_t start = at_;
  while (IsWordCharacter(Peek())) ++at_;
  const std::string_view word = text_.substr(start, at_ - start);
  if (word == "true" || word == "True") {
    out = true;
  } else if (word == "false" || word == "False") {
    out = false;
  } else if (word == "null" || word == "None") {
    out = nullptr;
  } else {
    return false;
  }
  return true;
}

bool LooseJsonReader::ReadNumber(json::value& out) {
  const std::size_t start = at_;
  while (at_ < text_.size() &&
         std::string_view("+-.0123456789eE").find(text_[at_]) != std::string_view::npos)
    ++at_;
  // The last digits may be missing.
  if (at_ >= text_.size()) return false;
  const std::string_view text = text_.substr(start, at_ - start);
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc() && read.ptr == end) {
    out = whole;
    return true;
  }
  double real = 0;
  const auto read = std::from_chars(text.data(), end, real);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(real)) return false;
  out = real;
  return true;
}

}  // namespace tabletalk::model
