#include "runs/refusal.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace tabletalk::runs {

using base::Error;
using base::ErrorCode;
using base::MakeError;

base::Result<void> CheckText(std::string_view what, std::string_view text, std::uint64_t limit) {
  if (!base::IsValidUtf8(text)) return base::InvalidArgument(fmt::format("{} is not UTF-8", what));
  if (text.find('\0') != text.npos)
    return base::InvalidArgument(fmt::format("{} holds a NUL character", what));
  if (text.find_first_not_of(" \t\r\n") == text.npos)
    return base::InvalidArgument(fmt::format("{} is empty", what));
  if (base::CodePointCount(text) > limit)
    return base::InvalidArgument(fmt::format("{} is longer than {} characters", what, limit));
  return {};
}

base::Result<void> CheckParameters(const std::map<std::string, wire::Value>& parameters,
                                   std::uint64_t limit) {
  for (const auto& [name, value] : parameters)
    if (const auto* text = value.if_text(); text != nullptr && base::CodePointCount(*text) > limit)
      return base::InvalidArgument(fmt::format("params.{} is longer than {} characters",
                                               base::EscapeControls(base::Truncate(name, 60)),
                                               limit));
  return {};
}

Error Rejected(const std::vector<wire::Issue>& issues) {
  const auto worst = std::find_if(issues.begin(), issues.end(), [](const wire::Issue& issue) {
    return issue.severity == wire::Severity::error;
  });
  return MakeError(ErrorCode::rejected, worst == issues.end() ? "rejected" : worst->message)
      .WithDetail("issues", base::ToJson(issues));
}

Error PythonIsOff() {
  return MakeError(ErrorCode::forbidden,
                   "Python execution is switched off on this server "
                   "(ENABLE_PYTHON_EXECUTION=false)");
}

Error FailureOf(const wire::Run& run) {
  const ErrorCode code = base::CodeFromName(run.error->code).value_or(ErrorCode::execution_failed);
  Error error = MakeError(code, run.error->message)
                    .WithDetail("run_id", base::json::value(run.run_id))
                    .WithDetail("timed_out", code == ErrorCode::timed_out);
  if (run.kind != wire::RunKind::python) return error;
  return std::move(error)
      .WithDetail("logs", base::json::value(run.logs))
      .WithDetail("logs_truncated", run.logs_truncated);
}

}  // namespace tabletalk::runs
