#include "python/encode.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "python/table_rows.h"
#include "wire/cell_text.h"

namespace tabletalk::python {

namespace json = base::json;
using base::ErrorCode;
using base::MakeError;
using base::Result;

namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::uint64_t kMaxNodes = 20'000'000;  // walked and hashed

constexpr std::size_t kHashPiece = 64 << 10;

base::Error Unreadable(std::string detail) {
  return MakeError(ErrorCode::execution_failed, "The result could not be read.", std::move(detail));
}

std::string JsonText(std::string_view text) { return boost::json::serialize(json::string(text)); }

/// Sets a member under a key that is not taken yet: 1 and "1" are two keys in Python.
void SetMember(json::object& object, std::string key, json::value value) {
  std::string free = key;
  for (int count = 2; object.contains(free); ++count) free = key + "_" + std::to_string(count);
  object.emplace(free, std::move(value));
}

}  // namespace

Result<Encoded> Encoder::Encode(PyObject* value, bool with_csv) {
  with_csv_ = with_csv;
  Encoded encoded;
  Canonical("tabletalk-value-1\n");
  encoded.result = Walk(value, true);
  if (failed()) return *error_;
  Canonical("\n");
  hash_.Update(pending_);
  encoded.digest = table_ ? table_digest_ : hash_.Finish();
  encoded.table = std::move(table_);
  encoded.csv = std::move(csv_);
  return encoded;
}

Encoder::Json Encoder::Fail(base::Error error) {
  if (!error_) error_ = std::move(error);
  return nullptr;
}

void Encoder::Canonical(std::string_view text) {
  if (nested_ != nullptr) {
    *nested_ += text;
    if (nested_->size() > limits_.max_result_bytes) Fail(TooLarge(limits_.max_result_bytes));
    return;
  }
  pending_ += text;
  if (pending_.size() < kHashPiece) return;
  hash_.Update(pending_);
  pending_.clear();
}

bool Encoder::Count(std::uint64_t shown_bytes) {
  shown_bytes_ += shown_bytes;
  if (shown_bytes > 0) ++shown_values_;
  if (++nodes_ > kMaxNodes || shown_values_ > kMaxShownCells ||
      shown_bytes_ > limits_.max_result_bytes)
    Fail(TooLarge(limits_.max_result_bytes));
  return !failed();
}

bool Encoder::Enter(PyObject* container) {
  if (std::find(path_.begin(), path_.end(), container) != path_.end()) {
    Fail(MakeError(ErrorCode::result_limit,
                   "The result contains itself; leave plain values in it."));
    return false;
  }
  if (path_.size() >= kMaxDepth) {
    Fail(MakeError(ErrorCode::result_limit,
                   "The result is nested more than " + std::to_string(kMaxDepth) + " deep."));
    return false;
  }
  path_.push_back(container);
  return true;
}

Encoder::Json Encoder::Walk(PyObject* object, bool show) {
  if (failed()) return nullptr;
  if (object == Py_None || PyBool_Check(object)) {
    Count(show ? 5 : 0);
    Canonical(object == Py_None ? "null" : object == Py_True ? "true" : "false");
    return object == Py_None ? Json(nullptr) : Json(object == Py_True);
  }
  if (PyLong_Check(object)) return WalkInteger(object, show);
  if (PyFloat_Check(object)) return WalkReal(PyFloat_AS_DOUBLE(object), show);
  if (PyUnicode_Check(object)) return WalkText(TextOf(object), show);
  if (PyList_Check(object) || PyTuple_Check(object)) return WalkSequence(object, show);
  if (PyDict_Check(object)) return WalkDict(object, show);
  return WalkOther(object, show);
}

Encoder::Json Encoder::WalkInteger(PyObject* object, bool show) {
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow == 0) {
    Count(show ? 8 : 0);
    Canonical(std::to_string(number));
    return static_cast<std::int64_t>(number);
  }
  // Beyond some thousands of digits Python itself refuses to write it out.
  const Ref digits = Ref::Steal(PyLong_Type.tp_repr(object));
  PyErr_Clear();
  return WalkText(digits ? TextOf(digits.get()) : "<int>", show);
}

Encoder::Json Encoder::WalkReal(double number, bool show) {
  std::string text;
  wire::AppendReal(number, text);
  if (!std::isfinite(number)) return WalkText(text, show);
  Count(show ? text.size() + 3 : 0);
  Canonical(text);
  return number;
}

Encoder::Json Encoder::WalkText(std::string text, bool show) {
  Canonical(JsonText(text));
  if (!show) {
    Count(0);
    return nullptr;
  }
  return Cut(std::move(text));
}

Encoder::Json Encoder::Cut(std::string text) {
  const std::string shown = CutText(std::move(text), limits_.max_text_chars);
  Count(shown.size() + 3);
  return Json(shown);
}

Encoder::Json Encoder::WalkSequence(PyObject* object, bool show) {
  if (!Enter(object)) return nullptr;
  json::array shown;
  Canonical("[");
  const bool is_list = PyList_Check(object);
  std::uint64_t length = 0;
  // The size is read again each time: a thread of the run may still be there.
  for (; static_cast<Py_ssize_t>(length) <
             (is_list ? PyList_GET_SIZE(object) : PyTuple_GET_SIZE(object)) &&
         !failed();
       ++length) {
    const auto index = static_cast<Py_ssize_t>(length);
    const Ref item =
        Ref::Borrow(is_list ? PyList_GET_ITEM(object, index) : PyTuple_GET_ITEM(object, index));
    if (length > 0) Canonical(",");
    const bool show_item = show && length < limits_.max_rows;
    Json value = item ? Walk(item.get(), show_item) : Json(nullptr);
    if (show_item) shown.push_back(std::move(value));
  }
  Canonical("]");
  Leave();
  if (!show || length <= limits_.max_rows) return shown;
  return json::object{
      {"type", "list"}, {"data", std::move(shown)}, {"length", length}, {"truncated", true}};
}

Encoder::Json Encoder::WalkDict(PyObject* object, bool show) {
  if (!Enter(object)) return nullptr;
  const Ref items =
      Ref::Steal(PyDict_Items(object));  // of the dict itself, whatever a subclass says
  if (!items) return Fail(Unreadable(TakeError()));
  json::object shown;
  Canonical("{");
  const auto length = static_cast<std::uint64_t>(PyList_GET_SIZE(items.get()));
  for (std::uint64_t i = 0; i < length && !failed(); ++i) {
    PyObject* item = PyList_GET_ITEM(items.get(), static_cast<Py_ssize_t>(i));
    const std::string key = Key(PyTuple_GET_ITEM(item, 0));
    if (i > 0) Canonical(",");
    Canonical(JsonText(key) + ":");
    const bool show_item = show && i < limits_.max_rows;
    Json value = Walk(PyTuple_GET_ITEM(item, 1), show_item);
    if (!show_item) continue;
    shown_bytes_ += key.size();
    SetMember(shown, CutText(key, limits_.max_text_chars), std::move(value));
  }
  Canonical("}");
  Leave();
  if (!show || length <= limits_.max_rows) return shown;
  return json::object{
      {"type", "dict"}, {"data", std::move(shown)}, {"length", length}, {"truncated", true}};
}

std::string Encoder::Key(PyObject* key) {
  if (PyUnicode_Check(key)) return TextOf(key);
  const Ref label = Ref::Steal(PyObject_CallOneArg(interpreter_.Function("values", "label"), key));
  if (!label) {
    Fail(Unreadable(TakeError()));
    return {};
  }
  return TextOf(label.get());
}

Encoder::Json Encoder::WalkOther(PyObject* object, bool show) {
  const Ref parts =
      Ref::Steal(PyObject_CallOneArg(interpreter_.Function("results", "simplify"), object));
  if (!parts) {
    if (PyErr_ExceptionMatches(interpreter_.Function("results", "TooLarge"))) {
      PyErr_Clear();
      return Fail(TooLarge(limits_.max_result_bytes));
    }
    if (PyErr_ExceptionMatches(PyExc_MemoryError)) {
      PyErr_Clear();
      return Fail(MakeError(ErrorCode::memory_limit,
                            "The result needed more memory than the code may have."));
    }
    return Fail(Unreadable(TakeError()));
  }
  if (!Enter(object)) return nullptr;
  Json value = WalkParts(parts.get(), show);
  Leave();
  return value;
}

Encoder::Json Encoder::WalkParts(PyObject* parts, bool show) {
  if (!PyTuple_CheckExact(parts) || PyTuple_GET_SIZE(parts) < 2)
    return Fail(Unreadable("no parts"));
  const std::string kind = TextOf(PyTuple_GET_ITEM(parts, 0));
  if (kind == "table" && PyTuple_GET_SIZE(parts) == 6)
    return WalkTable(parts, show, path_.size() == 1);
  if (kind == "array" && PyTuple_GET_SIZE(parts) == 4) return WalkArray(parts, show);
  PyObject* value = PyTuple_GET_ITEM(parts, 1);
  if (kind != "value") return Fail(Unreadable("no parts"));
  if (PyTuple_CheckExact(value) && PyTuple_GET_SIZE(value) == 2) {  // ("decimal", digits)
    const std::string digits = TextOf(PyTuple_GET_ITEM(value, 1));
    // Up to 15 digits are exact in a double; the same rule as for DECIMAL in SQL.
    if (digits.size() > 15) return WalkText(digits, show);
    Count(show ? digits.size() + 3 : 0);
    Canonical(digits);
    return std::strtod(digits.c_str(), nullptr);
  }
  if (PyList_CheckExact(value)) return WalkSequence(value, show);
  return PyTuple_Check(value) ? Fail(Unreadable("no value")) : Walk(value, show);
}

Ref Encoder::Simplify(PyObject* object) {
  Ref plain = Ref::Steal(PyObject_CallOneArg(interpreter_.Function("values", "cell"), object));
  if (!plain) Fail(Unreadable(TakeError()));
  return plain;
}

bool Encoder::AppendNested(PyObject* object, std::string& text) {
  std::string* outer = nested_;
  nested_ = &text;
  Walk(object, false);
  nested_ = outer;
  return !failed();
}

}  // namespace tabletalk::python
