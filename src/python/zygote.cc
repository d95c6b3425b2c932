// The zygote: one process in which Python has been made warm, and which is copied for each run.
//
// Importing pandas takes half a second, a fork a millisecond. So the slow part is done once, by
// trusted code and before any untrusted byte is there: the imports, one pass over ordinary work
// (what pandas and matplotlib import lazily is then there), one figure. gc.freeze takes all of it
// out of the collector's sight, whose marks would otherwise touch, and so copy, every page in every
// child.
//
// Three generations follow from it. A *branch* is a copy that loads the tables of one dataset
// version and is copied in its turn; a *run* is a copy that serves one job and ends. A run warms up
// once more when it is parked, before it has been spoken to: by doing a little ordinary work it
// takes its copies of the pages that work writes to, so that a request does not wait for them.
//
// The zygote must have one thread when it is copied: another one might hold a lock, and its copy
// has nobody who gives it back. The environment sees to that (OPENBLAS_NUM_THREADS=1 and the like),
// and ServeForks refuses a process that has more.
#include "python/zygote.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "confine/fork_server.h"
#include "python/check.h"
#include "python/heap_image.h"
#include "python/run.h"
#include "python/serve.h"
#include "wire/frame.h"

namespace tabletalk::python {

namespace {

using base::Result;

constexpr int kCannotStart = 3;

int Complain(const base::Error& error) {
  std::fprintf(stderr, "%s %s\n", error.public_message().c_str(),
               error.internal_detail().text.c_str());
  return kCannotStart;
}

Result<void> Exercise(const Interpreter& interpreter, bool with_figure) {
  const Ref scope = Ref::Steal(PyObject_CallNoArgs(interpreter.Function("frames", "scope")));
  const Ref done =
      Ref::Steal(scope ? PyObject_CallFunction(interpreter.Function("warmup", "exercise"), "OO",
                                               scope.get(), with_figure ? Py_True : Py_False)
                       : nullptr);
  if (!done)
    return base::MakeError(base::ErrorCode::unavailable, "Python does not work here.", TakeError());
  return {};
}

/// Draws what the exercise left open, checks and runs a program as a request would.
Result<void> Rehearse(const Interpreter& interpreter) {
  wire::RunPythonRequest request;
  request.code =
      "result = pd.DataFrame({'a': [1, 2], 'b': ['x', None]}) if 'df' not in globals() "
      "else df.head(20)";
  TT_CHECK(CheckPython(interpreter, {.code = request.code}));
  const bool collects = PyGC_IsEnabled() != 0;
  auto reply = RunPython(interpreter, request);
  if (collects) PyGC_Enable();
  if (reply.has_error()) return std::move(reply).error();
  return {};
}

Result<void> Settle(const Interpreter& interpreter) {
  Ref::Steal(PyObject_CallNoArgs(interpreter.Function("warmup", "settle")));
  PyErr_Clear();
  return MapHeapFromFile();
}

/// What libraries of the packages take from the environment, whatever the parent thought of.
void PrepareEnvironment() {
  // A broken pipe or a file at its size limit is an error that Python shows, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // Arrow's own copy of jemalloc starts a thread when it is loaded, used or not.
  ::setenv("JE_ARROW_MALLOC_CONF", "background_thread:false", 1);
}

int Run(const Interpreter& interpreter, int socket) {
  // Warm where that works; a run that cannot rehearse will say why when it is asked to run.
  if (Rehearse(interpreter).has_error()) PyErr_Clear();
  return ServeRun(interpreter, socket);
}

int Branch(const Interpreter& interpreter, int socket) {
  bool loaded = false;
  const int status = ServeLoading(interpreter, socket, loaded);
  if (!loaded) return status;
  if (const auto rehearsed = Rehearse(interpreter); rehearsed.has_error())
    return Complain(rehearsed.error());
  if (const auto settled = Settle(interpreter); settled.has_error())
    return Complain(settled.error());
  return confine::ServeForks({.run = [&] { return Run(interpreter, socket); }, .branch = {}});
}

}  // namespace

int ServeAsZygote(const std::vector<std::string>& paths, int socket) {
  PrepareEnvironment();
  UseOneHeap();
  auto interpreter = Interpreter::Start(paths);
  if (interpreter.has_error()) return Complain(interpreter.error());
  if (const auto done = ConfigurePolicy(*interpreter); done.has_error())
    return Complain(done.error());
  if (const auto done = Exercise(*interpreter, true); done.has_error())
    return Complain(done.error());
  if (const auto done = Rehearse(*interpreter); done.has_error()) return Complain(done.error());
  if (const auto done = Settle(*interpreter); done.has_error()) return Complain(done.error());
  const base::json::object warmed{{"engine", EngineName(*interpreter)}};
  if (wire::WriteFrame(socket, "warmed", warmed, base::Deadline::Never()).has_error()) return 1;
  return confine::ServeForks({.run = [&] { return Run(*interpreter, socket); },
                              .branch = [&] { return Branch(*interpreter, socket); }});
}

}  // namespace tabletalk::python
