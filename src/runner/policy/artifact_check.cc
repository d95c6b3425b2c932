// The order matters: the text is looked at first, a tree with syntax errors is not judged (its
// repaired parts mean nothing), and only a whole tree is walked.
#include "runner/policy/artifact_check.h"

#include <algorithm>

#include "base/utf8.h"
#include "runner/policy/artifact_syntax.h"
#include "runner/policy/artifact_walk.h"
#include "runner/policy/hidden_characters.h"

namespace tabletalk::runner {
namespace {

constexpr std::size_t kMaxBytes = 128 << 10;
constexpr std::size_t kMaxSyntaxErrors = 5;

wire::Issue MakeIssue(std::string rule, std::string message, const TsxNode& at = {},
                      wire::Severity severity = wire::Severity::error) {
  wire::Issue issue;
  issue.rule = std::move(rule);
  issue.message = std::move(message);
  issue.line = at.line();
  issue.column = at.column();
  issue.severity = severity;
  return issue;
}

std::string Shown(std::string_view text) {
  return base::EscapeControls(base::Truncate(text.substr(0, text.find('\n')), 40));
}

/// The places the parser could not make sense of, outermost only.
void FindSyntaxErrors(const TsxNode& node, std::vector<wire::Issue>& issues, int depth) {
  if (issues.size() >= kMaxSyntaxErrors || depth > 300) return;
  if (node.missing()) {
    issues.push_back(
        MakeIssue("syntax_error", "\"" + std::string(node.kind()) + "\" is missing here.", node));
    return;
  }
  if (node.Is("ERROR")) {
    issues.push_back(
        MakeIssue("syntax_error",
                  "This cannot be read as TSX, at or after \"" + Shown(node.text()) + "\".", node));
    return;
  }
  for (const TsxNode& child : node.Children())
    if (child.has_error() || child.missing()) FindSyntaxErrors(child, issues, depth + 1);
}

std::vector<wire::Issue> Judge(const wire::CheckArtifactRequest& request) {
  const std::string& code = request.code;
  if (!base::IsValidUtf8(code)) return {MakeIssue("not_utf8", "The code is not valid UTF-8.")};
  if (code.find('\0') != std::string::npos)
    return {MakeIssue("nul_byte", "The code has a NUL byte in it.")};
  if (code.size() > kMaxBytes || base::CodePointCount(code) > request.max_chars)
    return {MakeIssue("too_long", "The code is longer than " + std::to_string(request.max_chars) +
                                      " characters.")};
  std::vector<wire::Issue> issues;
  if (HasHiddenCharacter(code))
    issues.push_back(MakeIssue("hidden_character",
                               "The code has characters that hide or reorder text.", {},
                               wire::Severity::warning));
  const auto tree = TsxTree::Parse(code);
  if (!tree) {
    issues.push_back(MakeIssue("too_complex", "The code takes too long to read."));
    return issues;
  }
  const std::size_t before = issues.size();
  if (tree->root().has_error()) {
    FindSyntaxErrors(tree->root(), issues, 0);
    if (issues.size() == before)
      issues.push_back(MakeIssue("syntax_error", "This cannot be read as TSX."));
    return issues;
  }
  for (wire::Issue& issue : WalkArtifact(tree->root())) issues.push_back(std::move(issue));
  return issues;
}

}  // namespace

wire::ArtifactChecked CheckArtifact(const wire::CheckArtifactRequest& request) {
  wire::ArtifactChecked checked;
  checked.verdict.issues = Judge(request);
  for (const wire::Issue& issue : checked.verdict.issues)
    checked.verdict.severity = std::max(checked.verdict.severity, issue.severity);
  checked.verdict.is_valid = checked.verdict.severity != wire::Severity::error;
  return checked;
}

}  // namespace tabletalk::runner
