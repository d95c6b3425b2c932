#include "python/run.h"

#include <unistd.h>

#include <chrono>

#include "python/encode.h"
#include "python/plain_object.h"
#include "python/run_error.h"
#include "python/table_rows.h"

namespace tabletalk::python {

using base::ErrorCode;
using base::MakeError;
using base::Result;

namespace {

void WriteLog(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(STDERR_FILENO, text.data() + done, text.size() - done);
    if (written <= 0) return;
    done += static_cast<std::size_t>(written);
  }
}

/// The exception that is set, as an error; its traceback goes to the logs.
base::Error Raised(const Interpreter& interpreter, const std::string& code) {
  RunError raised = TakeRunError(interpreter, code);
  interpreter.Flush();
  WriteLog(raised.traceback);
  return std::move(raised.error);
}

/// A fresh `__main__` with what the contract puts in scope.
Result<Ref> MakeScope(const Interpreter& interpreter, wire::PythonContract contract) {
  const Ref module = Ref::Steal(PyModule_New("__main__"));
  PyObject* modules = PyImport_GetModuleDict();
  if (!module || PyDict_SetItemString(modules, "__main__", module.get()) != 0)
    return MakeError(ErrorCode::internal, "the run could not be set up", TakeError());
  const Ref scope = Ref::Borrow(PyModule_GetDict(module.get()));
  PyDict_SetItemString(scope.get(), "__builtins__", PyEval_GetBuiltins());
  if (contract == wire::PythonContract::calculate) return scope;
  const Ref names = Ref::Steal(PyObject_CallNoArgs(interpreter.Function("frames", "scope")));
  if (!names || PyDict_Update(scope.get(), names.get()) != 0)
    return MakeError(ErrorCode::internal, "the run could not be set up", TakeError());
  return scope;
}

Ref Compile(const std::string& code) {
  if (code.find('\0') != code.npos) {
    PyErr_SetString(PyExc_SyntaxError, "the code contains a NUL character");
    return {};
  }
  // The text is UTF-8 whatever a coding comment in it says.
  PyCompilerFlags flags{PyCF_SOURCE_IS_UTF8 | PyCF_IGNORE_COOKIE, PY_MINOR_VERSION};
  return Ref::Steal(Py_CompileStringExFlags(code.c_str(), kCodeFile, Py_file_input, &flags, 0));
}

Result<Ref> Calculate(const Interpreter& interpreter, const wire::RunPythonRequest& request,
                      PyObject* scope) {
  const Ref function = Ref::Borrow(PyDict_GetItemString(scope, "calculate"));
  if (!function || !PyCallable_Check(function.get()))
    return MakeError(ErrorCode::execution_failed, "The code must define calculate(input).");
  const Ref input = PlainObject(request.input.is_null() ? base::json::object() : request.input);
  if (!input) return Raised(interpreter, request.code);
  Ref value = Ref::Steal(PyObject_CallOneArg(function.get(), input.get()));
  if (!value) return Raised(interpreter, request.code);
  return value;
}

/// Runs the code; what it left behind as its result, or none where it left a figure instead.
Result<Ref> Execute(const Interpreter& interpreter, const wire::RunPythonRequest& request) {
  TT_ASSIGN(const Ref scope, MakeScope(interpreter, request.contract));
  const Ref seed = Ref::Steal(PyLong_FromUnsignedLongLong(request.seed));
  if (!Ref::Steal(PyObject_CallOneArg(interpreter.Function("warmup", "seed"), seed.get())))
    return MakeError(ErrorCode::internal, "the run could not be set up", TakeError());
  const Ref code = Compile(request.code);
  if (!code || !Ref::Steal(PyEval_EvalCode(code.get(), scope.get(), scope.get())))
    return Raised(interpreter, request.code);
  if (request.contract == wire::PythonContract::calculate)
    return Calculate(interpreter, request, scope.get());
  return Ref::Borrow(PyDict_GetItemString(scope.get(), "result"));
}

/// Hooks that the code left behind must not run in what follows.
void TakeBackInterpreter() {
  PyErr_Clear();
  PyEval_SetTrace(nullptr, nullptr);
  PyEval_SetProfile(nullptr, nullptr);
  Py_SetRecursionLimit(1000);
  PyGC_Disable();
}

Result<std::string> Bytes(const Interpreter& interpreter, const std::string& code, const Ref& bytes,
                          std::uint64_t max_bytes) {
  if (!bytes) return Raised(interpreter, code);
  if (!PyBytes_CheckExact(bytes.get())) return std::string();
  const auto size = static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get()));
  if (size > max_bytes) return TooLarge(max_bytes);
  return std::string(PyBytes_AS_STRING(bytes.get()), size);
}

Result<std::string> Export(const Interpreter& interpreter, const wire::RunPythonRequest& request,
                           PyObject* value, Encoded& encoded) {
  if (request.export_format == wire::ExportFormat::none || !encoded.table) return std::string();
  if (request.export_format == wire::ExportFormat::csv) return std::move(encoded.csv);
  return Bytes(interpreter, request.code,
               Ref::Steal(PyObject_CallOneArg(interpreter.Function("export", "parquet"), value)),
               request.max_result_bytes);
}

}  // namespace

Result<PythonReply> RunPython(const Interpreter& interpreter,
                              const wire::RunPythonRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  auto executed = Execute(interpreter, request);
  PythonReply reply;
  reply.ran.execution_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  TakeBackInterpreter();
  interpreter.Flush();
  if (executed.has_error()) return std::move(executed).error();

  TT_ASSIGN(reply.attachment,
            Bytes(interpreter, request.code,
                  Ref::Steal(PyObject_CallNoArgs(interpreter.Function("figures", "first_as_png"))),
                  request.max_result_bytes));
  reply.ran.figure_bytes = reply.attachment.size();
  if (!*executed && reply.attachment.empty())
    return MakeError(ErrorCode::execution_failed, "The code must assign its answer to `result`.");
  PyObject* value = *executed ? executed->get() : Py_None;

  Encoder encoder(interpreter,
                  {request.max_rows, request.max_text_chars, request.max_result_bytes});
  TT_ASSIGN(Encoded encoded,
            encoder.Encode(value, request.export_format == wire::ExportFormat::csv));
  TT_ASSIGN(const std::string file, Export(interpreter, request, value, encoded));
  reply.attachment += file;
  reply.ran.export_bytes = file.size();
  reply.ran.result = std::move(encoded.result);
  reply.ran.table = std::move(encoded.table);
  reply.ran.digest = std::move(encoded.digest);
  reply.ran.engine = EngineName(interpreter);
  interpreter.Flush();
  return reply;
}

std::string EngineName(const Interpreter& interpreter) {
  return TextOf(interpreter.Function("warmup", "ENGINE"));
}

}  // namespace tabletalk::python
