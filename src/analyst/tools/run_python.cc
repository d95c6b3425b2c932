#include <boost/describe.hpp>
#include <string>

#include "analyst/prompts.h"
#include "analyst/tools/closed_schema.h"
#include "analyst/tools/run_outcome.h"
#include "analyst/tools/toolbox.h"

namespace tabletalk::analyst {
namespace {

struct PythonCall {
  std::string code;
};
BOOST_DESCRIBE_STRUCT(PythonCall, (), (code))

base::Result<Outcome> Call(const Arguments& arguments, Desk& desk) {
  const auto written = arguments.Text({"code", "python", "python_code", "script"}, true);
  if (!written) return Lacking("code", "code", arguments, desk);
  const std::string code = Unfenced(*written, "python");
  return TakeRun(desk.bench.RunPython(code), code, wire::Stage::python_execution, desk);
}

}  // namespace

Tool RunPython() {
  return {{"run_python", Render("tool_run_python"), ClosedSchema<PythonCall>()}, Call};
}

}  // namespace tabletalk::analyst
