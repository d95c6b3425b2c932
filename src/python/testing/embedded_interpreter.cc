#include "python/testing/embedded_interpreter.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "python/check.h"
#include "python/frames.h"

namespace tabletalk::python::testing {

namespace {

// Makes the file with the very library that reads it; the types are what DuckDB writes.
constexpr char kMakeTable[] = R"(
import datetime, decimal, pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({
    "city": pa.array(["Bonn", "Köln", "Bonn"]),
    "amount": pa.array([1.5, 2.0, 5.0]),
    "count": pa.array([1, None, 3], pa.int64()),
    "day": pa.array([datetime.date(2026, 1, 1), datetime.date(2026, 1, 2),
                     datetime.date(2026, 2, 3)]),
    "price": pa.array([decimal.Decimal("1.10"), decimal.Decimal("2.25"), None],
                      pa.decimal128(9, 2)),
}), path)
)";

[[noreturn]] void Give(const std::string& up) {
  std::fprintf(stderr, "no Python for the tests: %s\n", up.c_str());
  std::_Exit(1);
}

void LoadTable(const Interpreter& interpreter) {
  char path[] = "/tmp/tabletalk_python_XXXXXX";
  ::close(::mkstemp(path));
  const Ref scope = Ref::Steal(PyDict_New());
  PyDict_SetItemString(scope.get(), "__builtins__", PyEval_GetBuiltins());
  PyDict_SetItemString(scope.get(), "path", Ref::Steal(PyUnicode_FromString(path)).get());
  if (!Ref::Steal(PyRun_String(kMakeTable, Py_file_input, scope.get(), scope.get())))
    Give(TakeError());
  const auto loaded = LoadFrames(interpreter, {{{"orders", ::open(path, O_RDONLY | O_CLOEXEC)}}});
  ::unlink(path);
  if (loaded.has_error()) Give(loaded.error().internal_detail().text);
}

}  // namespace

const Interpreter& TheInterpreter() {
  static const Interpreter* interpreter = [] {
    std::vector<std::string> paths;
    const std::string all = TABLETALK_TEST_PYTHON_PATH;
    for (std::size_t start = 0; start < all.size();) {
      const std::size_t end = std::min(all.find(':', start), all.size());
      paths.push_back(all.substr(start, end - start));
      start = end + 1;
    }
    auto started = Interpreter::Start(paths);
    if (started.has_error()) Give(started.error().internal_detail().text);
    auto* kept = new Interpreter(std::move(*started));  // lives as long as the process
    if (const auto done = ConfigurePolicy(*kept); done.has_error())
      Give(done.error().internal_detail().text);
    LoadTable(*kept);
    return kept;
  }();
  return *interpreter;
}

}  // namespace tabletalk::python::testing
