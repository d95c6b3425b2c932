#include "runner/policy/artifact_strings.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"

namespace tabletalk::runner {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxTexts = 16;

/// Digits of base 8 or 16 at `position`, at most `most`.
std::optional<char32_t> Digits(std::string_view raw, std::size_t& position, std::size_t most,
                               int base) {
  std::uint32_t value = 0;
  const char* begin = raw.data() + position;
  const auto [end, error] =
      std::from_chars(begin, begin + std::min(most, raw.size() - position), value, base);
  if (error != std::errc()) return std::nullopt;
  position += static_cast<std::size_t>(end - begin);
  return value;
}

/// The escape whose letter is at `position`.
void DecodeEscape(std::string_view raw, std::size_t& position, std::string& out) {
  const char letter = raw[position];
  std::optional<char32_t> code;
  if (letter == 'x') {
    code = Digits(raw, ++position, 2, 16);
  } else if (letter == 'u' && raw.substr(position + 1).starts_with('{')) {
    code = Digits(raw, position += 2, 6, 16);
    ++position;  // The closing brace.
  } else if (letter == 'u') {
    code = Digits(raw, ++position, 4, 16);
  } else if (letter >= '0' && letter <= '7') {
    code = Digits(raw, position, 3, 8);
  } else {
    constexpr std::string_view kLetters = "nrtbfv";
    constexpr std::string_view kControls = "\n\r\t\b\f\v";
    const std::size_t at = kLetters.find(letter);
    if (letter != '\n' && letter != '\r') out += at == kLetters.npos ? letter : kControls[at];
    ++position;
    return;
  }
  if (code && *code <= 0x10FFFF && !(*code >= 0xD800 && *code <= 0xDFFF))
    base::AppendUtf8(out, *code);
}

class Folder {
 public:
  explicit Folder(const Names& names) : names_(names) {}

  std::vector<std::string> Texts(const TsxNode& node, int depth = 0) const {
    if (depth > kMaxDepth || node.null()) return {};
    const std::string_view kind = node.kind();
    if (kind == "string") return {DecodeText(Inside(node))};
    if (kind == "number") return {std::string(node.text())};
    if (kind == "template_string") return Template(node, depth);
    if (kind == "parenthesized_expression" || kind == "as_expression" ||
        kind == "satisfies_expression" || kind == "non_null_expression" ||
        kind == "jsx_expression") {
      const auto parts = node.NamedChildren();
      return parts.empty() ? std::vector<std::string>{} : Texts(parts.front(), depth + 1);
    }
    if (kind == "ternary_expression")
      return Either(Texts(node.Field("consequence"), depth + 1),
                    Texts(node.Field("alternative"), depth + 1));
    if (kind == "binary_expression") return Binary(node, depth);
    if (kind == "call_expression") return Call(node, depth);
    if (kind == "identifier") {
      const Declared* declared = names_.Find(node.text());
      if (declared != nullptr && declared->binding == Binding::constant)
        return Texts(declared->value, depth + 1);
    }
    return {};
  }

 private:
  static std::string_view Inside(const TsxNode& quoted) {
    const std::string_view text = quoted.text();
    return text.size() < 2 ? "" : text.substr(1, text.size() - 2);
  }

  static std::vector<std::string> Either(std::vector<std::string> a, std::vector<std::string> b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  }

  static std::vector<std::string> Joined(const std::vector<std::string>& a,
                                         const std::vector<std::string>& b) {
    std::vector<std::string> all;
    for (const std::string& left : a)
      for (const std::string& right : b)
        if (all.size() < kMaxTexts) all.push_back(left + right);
    return all;
  }

  std::vector<std::string> Binary(const TsxNode& node, int depth) const {
    const auto left = Texts(node.Field("left"), depth + 1);
    const auto right = Texts(node.Field("right"), depth + 1);
    if (node.HasToken("+")) return Joined(left, right);
    if (node.HasToken("||") || node.HasToken("??") || node.HasToken("&&"))
      return Either(left, right);
    return {};
  }

  std::vector<std::string> Template(const TsxNode& node, int depth) const {
    std::vector<std::string> all = {""};
    for (const TsxNode& part : node.NamedChildren()) {
      if (part.Is("template_substitution")) {
        const auto inner = part.NamedChildren();
        all = Joined(all,
                     inner.empty() ? std::vector<std::string>{} : Texts(inner.front(), depth + 1));
      } else {
        all = Joined(all, {DecodeText(part.text())});
      }
    }
    return all;
  }

  // ["a", "b"].join("") and "a".concat("b").
  std::vector<std::string> Call(const TsxNode& node, int depth) const {
    const TsxNode method = node.Field("function");
    const std::string_view name = method.Field("property").text();
    const TsxNode object = method.Field("object");
    const auto arguments = node.Field("arguments").NamedChildren();
    if (name == "concat" && !object.Is("array")) {
      auto all = Texts(object, depth + 1);
      for (const TsxNode& argument : arguments) all = Joined(all, Texts(argument, depth + 1));
      return all;
    }
    if (name != "join" || !object.Is("array")) return {};
    const auto between =
        arguments.empty() ? std::vector<std::string>{","} : Texts(arguments.front(), depth + 1);
    std::vector<std::string> all = {""};
    bool first = true;
    for (const TsxNode& element : object.NamedChildren()) {
      if (!first) all = Joined(all, between);
      first = false;
      all = Joined(all, Texts(element, depth + 1));
    }
    return all;
  }

  const Names& names_;
};

}  // namespace

std::string DecodeText(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size();) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      out += raw[i++];
    } else {
      DecodeEscape(raw, ++i, out);
    }
  }
  return out;
}

std::vector<std::string> PossibleTexts(const TsxNode& expression, const Names& names) {
  return Folder(names).Texts(expression);
}

std::optional<std::string> TextBeginning(const TsxNode& expression, const Names& names) {
  const auto texts = PossibleTexts(expression, names);
  if (!texts.empty()) return texts.front();
  if (expression.Is("jsx_expression") || expression.Is("parenthesized_expression")) {
    const auto inner = expression.NamedChildren();
    return inner.empty() ? std::nullopt : TextBeginning(inner.front(), names);
  }
  if (!expression.Is("template_string")) return std::nullopt;
  const auto parts = expression.NamedChildren();
  if (parts.empty() || parts.front().Is("template_substitution")) return std::nullopt;
  return DecodeText(parts.front().text());
}

bool IsInnerAddress(std::string_view address) {
  return address.starts_with('#') || address.starts_with("data:image/");
}

bool LoadsOrRuns(std::string_view text) {
  std::string plain;  // As a browser reads an address: without spaces and controls, in any case.
  for (const char c : text)
    if (static_cast<unsigned char>(c) > ' ')
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const std::string_view scheme : {"javascript:", "vbscript:", "data:text/", "blob:"})
    if (plain.starts_with(scheme)) return true;
  for (const std::string_view css : {"@import", "image-set(", "expression("})
    if (plain.find(css) != plain.npos) return true;
  for (std::size_t at = plain.find("url("); at != plain.npos; at = plain.find("url(", at + 1)) {
    std::string_view address = std::string_view(plain).substr(at + 4);
    if (address.starts_with('"') || address.starts_with('\'')) address.remove_prefix(1);
    // What a slot of a template goes on with is not seen: only an address that begins inside.
    if (!IsInnerAddress(address)) return true;
  }
  return false;
}

}  // namespace tabletalk::runner
