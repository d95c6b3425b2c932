#include "python/frames.h"

#include <unistd.h>

namespace tabletalk::python {

using base::ErrorCode;
using base::MakeError;
using base::Result;

Result<wire::FramesLoaded> LoadFrames(const Interpreter& interpreter,
                                      const wire::LoadFramesRequest& request) {
  const Ref list = Ref::Steal(PyList_New(0));
  for (const wire::FrameFile& frame : request.frames) {
    const Ref pair = Ref::Steal(Py_BuildValue(
        "(s#i)", frame.name.data(), static_cast<Py_ssize_t>(frame.name.size()), frame.descriptor));
    if (!pair || PyList_Append(list.get(), pair.get()) != 0)
      return MakeError(ErrorCode::invalid_argument, "a table's name is not text", TakeError());
  }
  const Ref loaded =
      Ref::Steal(PyObject_CallOneArg(interpreter.Function("frames", "load"), list.get()));
  if (!loaded && PyErr_ExceptionMatches(PyExc_MemoryError)) {
    PyErr_Clear();
    return MakeError(ErrorCode::memory_limit, "The tables do not fit in memory as DataFrames.");
  }
  wire::FramesLoaded sizes;
  unsigned long long rows = 0, bytes = 0;
  if (!loaded || PyArg_ParseTuple(loaded.get(), "KK", &rows, &bytes) == 0)
    return MakeError(ErrorCode::invalid_argument, "A table could not be read as a DataFrame.",
                     TakeError());
  for (const wire::FrameFile& frame : request.frames) ::close(frame.descriptor);
  sizes.rows = rows;
  sizes.bytes = bytes;
  return sizes;
}

}  // namespace tabletalk::python
