#include "python/run_error.h"

#include <frameobject.h>

#include <cerrno>
#include <string_view>
#include <vector>

#include "base/spelling.h"
#include "base/utf8.h"

namespace tabletalk::python {

using base::ErrorCode;

namespace {

constexpr std::size_t kMaxMessage = 2000;
constexpr std::size_t kMaxFrames = 20;
constexpr std::size_t kMaxNamesShown = 30;

struct UserFrame {
  int line = 0;
  std::string function;
};

bool IsUserFrame(PyTracebackObject* entry, std::string* function) {
  const Ref code = Ref::Steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(entry->tb_frame)));
  const auto* object = reinterpret_cast<PyCodeObject*>(code.get());
  *function = TextOf(object->co_name);
  return TextOf(object->co_filename) == kCodeFile;
}

/// The user's frames, outermost first, and whether the innermost frame of all is one of them.
std::vector<UserFrame> UserFrames(PyObject* traceback, bool& innermost_is_users) {
  std::vector<UserFrame> frames;
  innermost_is_users = false;
  auto* entry = reinterpret_cast<PyTracebackObject*>(traceback);
  for (; entry != nullptr && PyTraceBack_Check(entry); entry = entry->tb_next) {
    UserFrame frame;
    innermost_is_users = IsUserFrame(entry, &frame.function);
    if (!innermost_is_users) continue;
    // -1: not worked out yet.
    frame.line = entry->tb_lineno >= 0 ? entry->tb_lineno : PyFrame_GetLineNumber(entry->tb_frame);
    frames.push_back(std::move(frame));
  }
  return frames;
}

std::string SourceLine(const std::string& code, int number) {
  std::size_t start = 0;
  for (int line = 1; line < number; ++line) {
    start = code.find('\n', start);
    if (start == code.npos) return "";
    ++start;
  }
  std::string line = code.substr(start, code.find('\n', start) - start);
  line.erase(0, line.find_first_not_of(" \t"));
  return std::string(base::Truncate(line, 200));
}

/// str() of the exception. It may be the run's own code; if that fails there is no message.
std::string MessageOf(PyObject* value) {
  const Ref text = Ref::Steal(PyObject_Str(value));
  PyErr_Clear();
  std::string message = TextOf(text.get());
  if (base::CodePointCount(message) > kMaxMessage)
    message = std::string(base::Truncate(message, kMaxMessage)) + " …";
  return message;
}

int ErrnoOf(PyObject* value) {
  if (!PyErr_GivenExceptionMatches(value, PyExc_OSError)) return 0;
  PyObject* number = reinterpret_cast<PyOSErrorObject*>(value)->myerrno;
  if (number == nullptr || !PyLong_Check(number)) return 0;
  const long read = PyLong_AsLong(number);
  PyErr_Clear();
  return static_cast<int>(read);
}

struct Limit {
  ErrorCode code;
  std::string_view sentence;
};

/// The limit that an exception is a sign of; execution_failed where it is none.
Limit LimitOf(PyObject* value, const std::string& message) {
  if (PyErr_GivenExceptionMatches(value, PyExc_MemoryError))
    return {ErrorCode::memory_limit, "The code needed more memory than it may have"};
  switch (ErrnoOf(value)) {
    case ENOMEM: return {ErrorCode::memory_limit, "The code needed more memory than it may have"};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {ErrorCode::disk_limit, "The code wrote more than its temporary space holds"};
    case EMFILE:
    case ENFILE:
      return {ErrorCode::open_files_limit, "The code opened more files than it may have open"};
    case EAGAIN:
      return {ErrorCode::process_limit, "The code wanted more processes than it may have"};
    default: break;
  }
  if (PyErr_GivenExceptionMatches(value, PyExc_RuntimeError) &&
      message.find("can't start new thread") != message.npos)
    return {ErrorCode::process_limit, "The code wanted more threads than it may have"};
  return {ErrorCode::execution_failed, ""};
}

std::vector<std::string> ColumnNames(const Interpreter& interpreter) {
  std::vector<std::string> names;
  const Ref list = Ref::Steal(PyObject_CallNoArgs(interpreter.Function("frames", "column_names")));
  PyErr_Clear();
  if (!list || !PyList_Check(list.get())) return names;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list.get()); ++i)
    names.push_back(TextOf(PyList_GET_ITEM(list.get(), i)));
  return names;
}

/// For a KeyError that pandas raised: which columns there are.
std::string ColumnHint(const Interpreter& interpreter, PyObject* value) {
  PyObject* arguments = reinterpret_cast<PyBaseExceptionObject*>(value)->args;
  if (arguments == nullptr || !PyTuple_Check(arguments) || PyTuple_GET_SIZE(arguments) != 1 ||
      !PyUnicode_Check(PyTuple_GET_ITEM(arguments, 0)))
    return "";
  const std::string wanted = TextOf(PyTuple_GET_ITEM(arguments, 0));
  const std::vector<std::string> names = ColumnNames(interpreter);
  if (names.empty()) return "";
  const std::vector<std::string_view> views(names.begin(), names.end());
  if (const auto nearest = base::NearestName(wanted, views); nearest && *nearest != wanted)
    return "; did you mean '" + *nearest + "'?";
  std::string hint = "; the columns are: ";
  for (std::size_t i = 0; i < names.size() && i < kMaxNamesShown; ++i)
    hint += (i > 0 ? ", " : "") + std::string(base::Truncate(names[i], 100));
  return hint + (names.size() > kMaxNamesShown ? ", …" : "");
}

/// The line that a SyntaxError of the code itself is about; 0 for any other exception.
int SyntaxLine(PyObject* value) {
  if (!PyErr_GivenExceptionMatches(value, PyExc_SyntaxError)) return 0;
  const auto* error = reinterpret_cast<PySyntaxErrorObject*>(value);
  if (TextOf(error->filename) != kCodeFile || error->lineno == nullptr ||
      !PyLong_Check(error->lineno))
    return 0;
  const long line = PyLong_AsLong(error->lineno);
  PyErr_Clear();
  return static_cast<int>(line);
}

std::string SyntaxMessage(PyObject* value) {
  return TextOf(reinterpret_cast<PySyntaxErrorObject*>(value)->msg);
}

std::string TracebackText(const std::vector<UserFrame>& frames, const std::string& code) {
  if (frames.empty()) return "";
  std::string text = "Traceback (most recent call last):\n";
  for (std::size_t i = 0; i < frames.size(); ++i) {
    // Of a deep recursion the ends.
    if (frames.size() > kMaxFrames && i == kMaxFrames / 2) {
      text += "  ... " + std::to_string(frames.size() - kMaxFrames) + " more ...\n";
      i = frames.size() - kMaxFrames / 2;
    }
    const std::string& function = frames[i].function;
    text += "  line " + std::to_string(frames[i].line) +
            (function == "<module>" ? "" : ", in " + function) + "\n";
    if (const std::string line = SourceLine(code, frames[i].line); !line.empty())
      text += "    " + line + "\n";
  }
  return text;
}

}  // namespace

RunError TakeRunError(const Interpreter& interpreter, const std::string& code) {
  const Ref raised = TakeRaised();
  if (!raised)
    return {base::MakeError(ErrorCode::execution_failed, "The code failed without saying why."),
            ""};
  PyObject* value = raised.get();
  Ref traceback = Ref::Steal(PyException_GetTraceback(value));
  bool innermost_is_users = false;
  const std::vector<UserFrame> frames = UserFrames(traceback.get(), innermost_is_users);
  // Lets go of what the frames hold before anything else wants memory.
  traceback = Ref();
  PyException_SetTraceback(value, Py_None);

  const int syntax_line = SyntaxLine(value);
  const std::string message = syntax_line > 0 ? SyntaxMessage(value) : MessageOf(value);
  std::string said = TypeName(value) + (message.empty() ? "" : ": " + message);
  if (PyErr_GivenExceptionMatches(value, PyExc_SystemExit))
    said = "SystemExit: the code ended itself; assign the result instead";
  const int line = syntax_line > 0 ? syntax_line : frames.empty() ? 0 : frames.back().line;
  const std::string place = line > 0 ? " (line " + std::to_string(line) + ")" : "";

  const Limit limit = LimitOf(value, message);
  if (limit.code != ErrorCode::execution_failed)
    return {base::MakeError(limit.code, std::string(limit.sentence) + place + ".", said),
            TracebackText(frames, code) + said + "\n"};
  std::string hint;
  if (!innermost_is_users && PyErr_GivenExceptionMatches(value, PyExc_KeyError))
    hint = ColumnHint(interpreter, value);
  return {base::MakeError(ErrorCode::execution_failed, said + place + hint),
          TracebackText(frames, code) + said + "\n"};
}

}  // namespace tabletalk::python
