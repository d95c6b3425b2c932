// Two walls, as in the policy for Python. Names are walled by allow-list: a name that the code does
// not declare is a global, and only globals that are listed pass, so that whatever else a browser
// has or will have is closed without being known here. Elements are walled the same way. Properties
// are walled by deny-list, because a row may have a column of any name: what leads from a value to
// its constructor, or from an element to its document, is refused under every spelling that can be
// read: dots, keys in quotes, patterns, and texts that are put together out of literals.
//
// A key that is only known when the code runs (`row[params.measure]`) passes, and must: charts are
// written that way. So this policy alone does not hold somebody who is determined to reach
// `constructor` through one. The frame that shows a view does: without network, without the page's
// origin, without anything to steal.
#include "runner/policy/artifact_walk.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "runner/policy/artifact_exports.h"
#include "runner/policy/artifact_names.h"
#include "runner/policy/artifact_strings.h"
#include "runner/policy/artifact_words.h"

namespace tabletalk::runner {
namespace {

constexpr std::size_t kMaxDepth = 250;
constexpr std::size_t kMaxIssues = 100;
constexpr std::size_t kMaxMessage = 300;  // Names in it are as long as somebody wrote them.

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool IsFunction(const TsxNode& node) {
  return node.Is("arrow_function") || node.Is("function_expression");
}

class Walker {
 public:
  std::vector<wire::Issue> Run(const TsxNode& program) {
    CheckExports(program, [this](const TsxNode& at, std::string_view rule,
                                 const std::string& message) { Report(at, rule, message); });
    Walk(program);
    std::stable_sort(issues_.begin(), issues_.end(),
                     [](const wire::Issue& a, const wire::Issue& b) {
                       return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                     });
    return std::move(issues_);
  }

 private:
  void Report(const TsxNode& at, std::string_view rule, const std::string& message) {
    if (issues_.size() >= kMaxIssues) return;
    wire::Issue issue;
    issue.rule = rule;
    issue.message = base::EscapeControls(base::Truncate(message, kMaxMessage));
    issue.line = at.line();
    issue.column = at.column();
    issues_.push_back(std::move(issue));
  }

  TsxNode Parent(std::size_t up = 1) const {
    return above_.size() < up ? TsxNode() : above_[above_.size() - up];
  }

  bool Inside(std::string_view kind) const {
    return std::any_of(above_.begin(), above_.end(),
                       [kind](const TsxNode& node) { return node.Is(kind); });
  }

  void Walk(const TsxNode& node) {
    if (above_.size() > kMaxDepth) {
      if (!too_deep_) Report(node, "too_complex", "The code is nested too deeply.");
      too_deep_ = true;
      return;
    }
    if (node.named() && !IsKnownSyntax(node.kind())) return ReportSyntax(node);
    if (node.Is("import_statement")) {
      CheckImport(node, [this](const TsxNode& at, std::string_view rule,
                               const std::string& message) { Report(at, rule, message); });
      return;  // Its names declare.
    }
    const bool scope = names_.Enter(node);
    Judge(node);
    above_.push_back(node);
    for (const TsxNode& child : node.Children())
      if (child.named()) Walk(child);
    above_.pop_back();
    if (scope) names_.Leave();
  }

  void ReportSyntax(const TsxNode& node) {
    if (node.Is("import"))
      return Report(node, "import_not_allowed", "import() is not allowed; import at the top.");
    Report(node, "syntax_not_allowed",
           "This kind of code is not allowed in a view: " + std::string(node.kind()) + ".");
  }

  void Judge(const TsxNode& node) {
    const std::string_view kind = node.kind();
    if (kind == "identifier" || kind == "shorthand_property_identifier") {
      JudgeName(node);
    } else if (kind == "type_identifier") {
      const Closed closed = WhyClosed(node.text());
      if (closed.rule != "unknown_name" && names_.Find(node.text()) == nullptr &&
          (node.text().front() < 'A' || node.text().front() > 'Z'))
        Report(node, closed.rule, Says(node.text(), closed.reason));
    } else if (kind == "member_expression") {
      JudgeMember(node);
    } else if (kind == "subscript_expression") {
      JudgeKeyExpression(node.Field("index"));
      JudgeComputedGlobal(node.Field("object"));
    } else if (kind == "computed_property_name") {
      for (const TsxNode& key : node.NamedChildren()) JudgeKeyExpression(key);
    } else if (kind == "pair" || kind == "method_definition" || kind == "public_field_definition") {
      JudgeOwnKey(node);
    } else if (kind == "pair_pattern") {
      JudgeProperty(node.Field("key"), node.Field("key").text());
    } else if (kind == "shorthand_property_identifier_pattern") {
      JudgeProperty(node, node.text());
      if (node.text() == "view") JudgeView(node);
    } else if (kind == "string" || kind == "template_string" || kind == "binary_expression") {
      JudgeText(node);
    } else if (kind == "call_expression") {
      JudgeText(node);
    } else if (kind == "this" && !Inside("class_body")) {
      Report(node, "this_not_allowed",
             "`this` outside of a class can be the window; a view needs none.");
    } else if (kind == "export_statement" && !Parent().Is("program")) {
      Report(node, "export_not_allowed", "An export must stand at the top level.");
    } else {
      JudgeJsx(node, kind);
    }
    if (node.NamedChildren().empty() && kind.ends_with("identifier") &&
        node.text().find('\\') != std::string_view::npos)
      Report(node, "escaped_name", "A name must be written without escapes.");
  }

  static std::string Says(std::string_view name, std::string_view reason) {
    return "\"" + std::string(name) + "\" is not allowed: " + std::string(reason) + ".";
  }

  void JudgeName(const TsxNode& node) {
    const std::string_view name = node.text();
    if (IsTag(node) || names_.Find(name) != nullptr) return;
    const TsxNode parent = Parent();
    if (parent.Is("tuple_type") || parent.Is("export_specifier")) return;
    // The namespace of a type (JSX.Element), which is gone when the code runs.
    if (parent.Is("nested_type_identifier") && WhyClosed(name).rule == "unknown_name") return;
    const auto use = UseOfGlobal(name);
    if (!use) {
      const Closed closed = WhyClosed(name);
      return Report(node, closed.rule, Says(name, closed.reason));
    }
    const bool before_dot = parent.Is("member_expression") && parent.Field("object") == node;
    if (before_dot) {
      const std::string_view member = parent.Field("property").text();
      if (!MayReadMember(name, member))
        Report(parent.Field("property"), "property_not_allowed",
               "\"" + std::string(name) + "." + std::string(member) + "\" is not allowed.");
      if (Assigned(parent))
        Report(parent, "global_changed", "\"" + std::string(name) + "\" must not be changed.");
    } else if (Assigned(node)) {
      Report(node, "global_changed", "\"" + std::string(name) + "\" must not be changed.");
    }
    if (*use == GlobalUse::namespace_ && !before_dot && !parent.Is("nested_identifier"))
      Report(node, "global_as_value",
             "\"" + std::string(name) + "\" may only stand before a dot: " + std::string(name) +
                 ".name.");
    if (*use == GlobalUse::timer) JudgeTimer(node, parent);
  }

  /// True where `node`, whose parent is at `up`, is what an assignment changes.
  bool Assigned(const TsxNode& node) const {
    for (const TsxNode& above : above_)
      if ((above.Is("assignment_expression") || above.Is("augmented_assignment_expression")) &&
          above.Field("left") == node)
        return true;
    return Parent().Is("update_expression");
  }

  void JudgeTimer(const TsxNode& node, const TsxNode& parent) {
    const auto arguments = parent.Field("arguments").NamedChildren();
    bool function =
        parent.Is("call_expression") && parent.Field("function") == node && !arguments.empty();
    if (function && !IsFunction(arguments.front())) {
      const Declared* declared =
          arguments.front().Is("identifier") ? names_.Find(arguments.front().text()) : nullptr;
      function = declared != nullptr &&
                 (declared->binding == Binding::function || IsFunction(declared->value));
    }
    if (!function)
      Report(node, "eval_not_allowed",
             std::string(node.text()) + " must be called, with a function written in this file.");
  }

  void JudgeMember(const TsxNode& node) {
    const TsxNode property = node.Field("property");
    JudgeProperty(property, property.text());
    if (property.text() == "view" && node.Field("object").text() != "params") JudgeView(property);
  }

  // `event.view` is the window; `params.view` is somebody's choice.
  void JudgeView(const TsxNode& at) {
    Report(at, "property_not_allowed",
           "\"view\" is not allowed as a property, because an event's view is the window; give a "
           "column of that name another name.");
  }

  void JudgeProperty(const TsxNode& at, std::string_view name) {
    if (at.Is("string")) name = name.size() < 2 ? "" : name.substr(1, name.size() - 2);
    if (IsClosedMember(DecodeText(name)))
      Report(at, Rule(name), Says(name, "it leads out of the view"));
  }

  static std::string_view Rule(std::string_view name) {
    return name == "dangerouslySetInnerHTML" ? "inner_html" : "property_not_allowed";
  }

  // Keys in quotes are judged as texts too; here those that only matter as keys.
  void JudgeKeyExpression(const TsxNode& key) {
    for (const std::string& text : PossibleTexts(key, names_))
      if (IsClosedMember(text) || text == "view")
        return Report(key, Rule(text), Says(text, "it leads out of the view"));
  }

  void JudgeComputedGlobal(const TsxNode& object) {
    if (object.Is("identifier") && names_.Find(object.text()) == nullptr &&
        UseOfGlobal(object.text()))
      Report(object, "property_not_allowed",
             "A property of \"" + std::string(object.text()) + "\" must be written with a dot.");
  }

  void JudgeOwnKey(const TsxNode& node) {
    const TsxNode key = node.Is("pair") ? node.Field("key") : node.Field("name");
    if (!key.Is("property_identifier")) return;
    if (node.Is("method_definition") && Parent().Is("class_body")) return;
    if (IsClosedKey(key.text())) Report(key, Rule(key.text()), Says(key.text(), "it is closed"));
  }

  void JudgeText(const TsxNode& node) {
    for (const std::string& text : PossibleTexts(node, names_)) {
      if (LoadsOrRuns(text))
        return Report(node, "url_not_allowed",
                      "An address in a view must begin with # or data:image/.");
      const std::string lower = Lower(text);
      if (lower.find("dangerouslysetinnerhtml") != lower.npos)
        return Report(node, "inner_html", "HTML as text is not allowed.");
      for (const std::string_view element : {"<script", "<iframe", "<object", "<embed", "<svg"})
        if (lower.find(element) != lower.npos)
          return Report(node, "element_not_allowed", "HTML as text is not allowed.");
      if (HasClosedPath(text))
        return Report(node, "property_not_allowed", Says(text, "it leads out of the view"));
    }
    // A template with slots: its pieces.
    if (!node.Is("template_string")) return;
    for (const TsxNode& piece : node.NamedChildren())
      if (piece.Is("string_fragment") && LoadsOrRuns(DecodeText(piece.text())))
        return Report(node, "url_not_allowed",
                      "An address in a view must begin with # or data:image/.");
  }

  /// "constructor", "a.__proto__.b": recharts reads a dataKey as a path.
  static bool HasClosedPath(std::string_view text) {
    for (const std::string_view key : {"constructor", "__proto__"})
      for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
        constexpr std::string_view kEnds = ".[]'\"";
        const bool begins = at == 0 || kEnds.find(text[at - 1]) != kEnds.npos;
        const std::size_t end = at + key.size();
        if (begins && (end == text.size() || kEnds.find(text[end]) != kEnds.npos)) return true;
      }
    return false;
  }

  /// The name of an element; closing tags are judged with their opening ones.
  bool IsTag(const TsxNode& node) const {
    const TsxNode parent = Parent();
    return parent.Is("jsx_closing_element") ||
           ((parent.Is("jsx_opening_element") || parent.Is("jsx_self_closing_element")) &&
            parent.Field("name") == node);
  }

  void JudgeJsx(const TsxNode& node, std::string_view kind) {
    if (kind == "jsx_opening_element" || kind == "jsx_self_closing_element") {
      JudgeElement(node, node.Field("name"));
    } else if (kind == "jsx_attribute") {
      JudgeAttribute(node);
    }
  }

  void JudgeElement(const TsxNode& node, const TsxNode& name) {
    if (name.null()) return;  // A fragment.
    const std::string_view text = name.text();
    if (name.Is("identifier") && !text.empty() && text.front() >= 'a' && text.front() <= 'z') {
      if (!IsKnownElement(text))
        Report(name, "element_not_allowed", "<" + std::string(text) + "> is not allowed.");
      if (!HasAddress(text)) return;
      for (const TsxNode& part : node.NamedChildren())
        if (part.Is("jsx_expression") && part.text().find("...") != std::string_view::npos)
          Report(part, "url_not_allowed",
                 "Attributes of <" + std::string(text) + "> must be written out.");
      return;
    }
    if (name.Is("jsx_namespace_name") || !IsComponent(name, 0))
      Report(name, "element_not_allowed",
             "<" + std::string(text) +
                 "> must be a component that is imported or written in this "
                 "file.");
  }

  /// True for an expression whose value can be nothing but a component.
  bool IsComponent(const TsxNode& value, int depth) const {
    if (depth > 8 || value.null()) return false;
    const std::string_view kind = value.kind();
    if (IsFunction(value) || kind == "class") return true;
    if (kind == "identifier" || kind == "shorthand_property_identifier") {
      const Declared* declared = names_.Find(value.text());
      if (declared == nullptr) return value.text() == "React";  // Where JSX is, it is in scope.
      return declared->binding == Binding::imported || declared->binding == Binding::function ||
             (declared->binding == Binding::constant && IsComponent(declared->value, depth + 1));
    }
    if (kind == "ternary_expression")
      return IsComponent(value.Field("consequence"), depth + 1) &&
             IsComponent(value.Field("alternative"), depth + 1);
    if (kind == "binary_expression")
      return IsComponent(value.Field("right"), depth + 1) &&
             (value.HasToken("&&") || IsComponent(value.Field("left"), depth + 1));
    if (kind == "subscript_expression" || kind == "member_expression")
      return IsComponent(value.Field("object"), depth + 1);
    if (kind == "call_expression") {
      const std::string_view wrapper = value.Field("function").text();
      const auto arguments = value.Field("arguments").NamedChildren();
      return (wrapper.ends_with("memo") || wrapper.ends_with("forwardRef")) && !arguments.empty() &&
             IsComponent(arguments.front(), depth + 1);
    }
    const auto parts = value.NamedChildren();
    if (kind == "nested_identifier") return !parts.empty() && IsComponent(parts.front(), depth + 1);
    if (kind == "object")
      return std::all_of(parts.begin(), parts.end(), [&](const TsxNode& part) {
        const bool pair = part.Is("pair");
        return (pair || part.Is("shorthand_property_identifier")) &&
               IsComponent(pair ? part.Field("value") : part, depth + 1);
      });
    const bool wrapped = kind == "parenthesized_expression" || kind == "as_expression" ||
                         kind == "satisfies_expression" || kind == "non_null_expression";
    return wrapped && !parts.empty() && IsComponent(parts.front(), depth + 1);
  }

  void JudgeAttribute(const TsxNode& node) {
    const auto parts = node.NamedChildren();
    if (parts.empty()) return;
    const std::string name = Lower(parts.front().text());
    const TsxNode value = parts.size() > 1 ? parts[1] : TsxNode();
    if (name == "dangerouslysetinnerhtml" || name == "innerhtml" || name == "srcdoc")
      return Report(node, "inner_html", "HTML as text is not allowed; write the elements.");
    if (name.starts_with("on") && value.Is("string"))
      return Report(node, "eval_not_allowed", "A handler must be a function, not text.");
    if (!IsAddressAttribute(name)) return;
    const auto texts = PossibleTexts(value, names_);
    const bool known = !texts.empty() && std::all_of(texts.begin(), texts.end(), IsInnerAddress);
    const auto beginning = texts.empty() ? TextBeginning(value, names_) : std::nullopt;
    if (!known && !(beginning && IsInnerAddress(*beginning)))
      Report(node, "url_not_allowed",
             "`" + std::string(parts.front().text()) +
                 "` must be written here and begin with # or data:image/.");
  }

  Names names_;
  std::vector<TsxNode> above_;
  std::vector<wire::Issue> issues_;
  bool too_deep_ = false;
};

}  // namespace

std::vector<wire::Issue> WalkArtifact(const TsxNode& program) { return Walker().Run(program); }

}  // namespace tabletalk::runner
