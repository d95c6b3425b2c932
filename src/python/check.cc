#include "python/check.h"

#include <algorithm>

#include "python/embedded.h"
#include "python/plain_object.h"

namespace tabletalk::python {

using base::ErrorCode;
using base::MakeError;
using base::Result;

Result<void> ConfigurePolicy(const Interpreter& interpreter) {
  for (const EmbeddedText& embedded : EmbeddedTexts()) {
    if (embedded.name != "python.json") continue;
    const Ref text = PlainObject(base::json::string(embedded.text));
    if (text &&
        Ref::Steal(PyObject_CallOneArg(interpreter.Function("policy", "configure"), text.get())))
      return {};
    return MakeError(ErrorCode::unavailable, "The policy for Python is broken.", TakeError());
  }
  return MakeError(ErrorCode::unavailable, "The policy for Python is missing.");
}

Result<wire::PythonChecked> CheckPython(const Interpreter& interpreter,
                                        const wire::CheckPythonRequest& request) {
  const std::string contract(base::EnumName(request.contract));
  const Ref code = PlainObject(base::json::string(request.code));
  const Ref found = Ref::Steal(
      PyObject_CallFunction(interpreter.Function("policy", "check"), "OsKK", code.get(),
                            contract.c_str(), static_cast<unsigned long long>(request.max_chars),
                            static_cast<unsigned long long>(request.max_loop_depth)));
  if (!found) return MakeError(ErrorCode::internal, "the policy failed", TakeError());
  const Ref allowed =
      Ref::Steal(PyObject_CallNoArgs(interpreter.Function("policy", "allowed_imports")));
  if (!allowed) return MakeError(ErrorCode::internal, "the policy failed", TakeError());

  wire::PythonChecked checked;
  TT_ASSIGN(checked.verdict.issues,
            base::FromJson<std::vector<wire::Issue>>(PlainJson(found.get())));
  TT_ASSIGN(checked.allowed_imports,
            base::FromJson<std::vector<std::string>>(PlainJson(allowed.get())));
  for (const wire::Issue& issue : checked.verdict.issues)
    checked.verdict.severity = std::max(checked.verdict.severity, issue.severity);
  checked.verdict.is_valid = checked.verdict.severity != wire::Severity::error;
  return checked;
}

}  // namespace tabletalk::python
