#include "runner/sql/sql_error.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "runner/sql/engine.h"
#include "runner/sql/sql_tree.h"

namespace tabletalk::runner {

namespace {

bool EndsPath(char c) {
  return c == '"' || c == '\'' || c == ' ' || c == '\n' || c == '\t' || c == ',' || c == ')' ||
         c == ';';
}

std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty() && parts.size() < 5) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::string WithCandidates(std::string message, const std::vector<std::string>& candidates) {
  for (std::size_t i = 0; i < candidates.size(); ++i)
    message += (i == 0 ? " Nearest: \"" : ", \"") + candidates[i] + "\"";
  return candidates.empty() ? message : message + ".";
}

}  // namespace

std::string CleanMessage(std::string_view text) {
  text = text.substr(0, std::min(text.find("\n\n"), text.size()));
  std::string clean;
  for (std::size_t i = 0; i < text.size();) {
    const bool starts = text[i] == '/' && (i == 0 || EndsPath(text[i - 1]) || text[i - 1] == '(' ||
                                           text[i - 1] == ':');
    std::size_t end = i;
    if (starts)
      while (end < text.size() && !EndsPath(text[end])) ++end;
    if (starts && end - i > 2 &&
        text.substr(i, end - i).find_first_not_of('/') != std::string_view::npos) {
      clean += "(a file)";
      i = end;
    } else {
      clean += text[i++];
    }
  }
  while (!clean.empty() && (clean.back() == '\n' || clean.back() == ' ')) clean.pop_back();
  return clean;
}

EngineError ReadEngineError(std::string_view text) {
  EngineError error;
  const std::size_t brace = text.find('{');
  const auto parsed = brace == std::string_view::npos
                          ? base::Result<base::json::value>(base::InvalidArgument("no JSON"))
                          : base::ParseJson(text.substr(brace));
  if (parsed.has_error() || Find(*parsed, "exception_message") == nullptr) {
    error.message = CleanMessage(text);
    return error;
  }
  error.type = TextOf(*parsed, "exception_type");
  error.subtype = TextOf(*parsed, "error_subtype");
  error.message = CleanMessage(TextOf(*parsed, "exception_message"));
  error.name = TextOf(*parsed, "name");
  error.missing = TextOf(*parsed, "type");
  error.candidates = Split(TextOf(*parsed, "candidates"));
  const std::string_view position = TextOf(*parsed, "position");
  std::uint64_t offset = 0;
  if (!position.empty() &&
      std::from_chars(position.data(), position.data() + position.size(), offset).ec == std::errc())
    error.position = offset;
  return error;
}

wire::Issue IssueOf(const EngineError& error, std::string_view sql) {
  wire::Issue issue;
  const std::string first_line = error.message.substr(0, error.message.find('\n'));
  if (error.subtype == "COLUMN_NOT_FOUND") {
    issue.rule = "unknown_column";
    issue.message =
        WithCandidates("There is no column \"" + error.name + "\" here.", error.candidates);
  } else if (error.subtype == "MISSING_ENTRY" && error.name == kHiddenIdentity) {
    issue.rule = "function_not_allowed";
    issue.message =
        "Functions that describe the session (user, current_schema...) are not allowed.";
  } else if (error.subtype == "MISSING_ENTRY" && error.missing == "Table") {
    issue.rule = "unknown_table";
    issue.message = "There is no table \"" + error.name + "\" in this dataset.";
  } else if (error.subtype == "MISSING_ENTRY") {
    issue.rule = "unknown_function";
    issue.message = "There is no function \"" + error.name + "\".";
  } else if (error.subtype == "NO_MATCHING_FUNCTION" || error.type == "Conversion" ||
             error.type == "Mismatch Type") {
    issue.rule = "type_mismatch";
    issue.message = first_line;
  } else if (error.type == "Parser") {
    issue.rule = "syntax_error";
    issue.message = first_line + ".";
  } else {
    issue.rule = "invalid_query";
    issue.message = error.message;
  }
  if (error.position && !sql.empty()) {
    const TextPlace place = PlaceOf(sql, *error.position);
    issue.line = place.line;
    issue.column = place.column;
  }
  return issue;
}

}  // namespace tabletalk::runner
