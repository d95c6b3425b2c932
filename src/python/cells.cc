#include "python/cells.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "wire/cell_text.h"

namespace tabletalk::python {

using base::Result;

struct CellColumn::Buffer {
  Py_buffer view{};
  bool open = false;
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  ~Buffer() {
    if (open) PyBuffer_Release(&view);
  }
};

namespace {

base::Error Tampered(const char* what) {
  PyErr_Clear();
  return base::MakeError(base::ErrorCode::execution_failed, "The result could not be read.", what);
}

struct FormName {
  std::string_view name;
  int form;
  Py_ssize_t item_size;
};
constexpr FormName kForms[] = {{"int", 0, 8},
                               {"uint", 1, 8},
                               {"bool", 2, 1},
                               {"float", 3, 8},
                               {"timestamp", 4, 8},
                               {"interval", 5, 8},
                               {"object", 6, sizeof(PyObject*)},
                               {"codes", 7, 8}};

/// A decimal of so many digits is exact in a double, and is shown as a number.
constexpr std::size_t kExactDigits = 15;

wire::Value IntegerValue(std::string_view digits) {
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec == std::errc() && read.ptr == digits.data() + digits.size())
    return wire::Value(number);
  return wire::Value(std::string(digits));
}

}  // namespace

Result<CellColumn> CellColumn::Of(PyObject* column, std::uint64_t rows, ObjectReader& reader) {
  CellColumn opened;
  TT_CHECK(opened.Open(column, rows, reader));
  return opened;
}

Result<void> CellColumn::Open(PyObject* tuple, std::uint64_t rows, ObjectReader& reader) {
  if (!PyTuple_CheckExact(tuple) || PyTuple_GET_SIZE(tuple) != 7) return Tampered("no column");
  reader_ = &reader;
  column_.name = TextOf(PyTuple_GET_ITEM(tuple, 0));
  const auto type = base::EnumFromName<wire::ColumnType>(TextOf(PyTuple_GET_ITEM(tuple, 1)));
  if (!type) return Tampered("no column type");
  column_.type = *type;
  column_.database_type = TextOf(PyTuple_GET_ITEM(tuple, 2));

  const std::string form = TextOf(PyTuple_GET_ITEM(tuple, 3));
  const FormName* found = nullptr;
  for (const FormName& known : kForms)
    if (known.name == form) found = &known;
  if (found == nullptr) return Tampered("no form");
  form_ = static_cast<Form>(found->form);

  values_ = std::make_shared<Buffer>();
  if (PyObject_GetBuffer(PyTuple_GET_ITEM(tuple, 4), &values_->view,
                         PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0)
    return Tampered("values are no array");
  values_->open = true;
  const bool objects = std::string_view(values_->view.format) == "O";
  if (values_->view.itemsize != found->item_size || objects != (form_ == Form::object) ||
      values_->view.len / found->item_size < static_cast<Py_ssize_t>(rows))
    return Tampered("an array of the wrong kind");
  if (PyObject* mask = PyTuple_GET_ITEM(tuple, 5); mask != Py_None) {
    mask_ = std::make_shared<Buffer>();
    if (PyObject_GetBuffer(mask, &mask_->view, PyBUF_C_CONTIGUOUS) != 0)
      return Tampered("the mask is no array");
    mask_->open = true;
    if (mask_->view.itemsize != 1 || mask_->view.len < static_cast<Py_ssize_t>(rows))
      return Tampered("the mask is too short");
  }
  return ReadExtra(PyTuple_GET_ITEM(tuple, 6), reader);
}

Result<void> CellColumn::ReadExtra(PyObject* extra, ObjectReader& reader) {
  if (form_ == Form::real) single_precision_ = extra == Py_True;
  if (form_ == Form::timestamp) {
    if (!PyTuple_CheckExact(extra) || PyTuple_GET_SIZE(extra) != 2) return Tampered("no unit");
    utc_ = PyTuple_GET_ITEM(extra, 1) == Py_True;
    extra = PyTuple_GET_ITEM(extra, 0);
  }
  if (form_ == Form::timestamp || form_ == Form::interval) {
    units_per_second_ = PyLong_Check(extra) ? PyLong_AsLongLong(extra) : 0;
    if (units_per_second_ < 1 || units_per_second_ > 1'000'000'000) return Tampered("no unit");
  }
  if (form_ == Form::codes) {
    if (!PyTuple_CheckExact(extra) || PyTuple_GET_SIZE(extra) != 7)
      return Tampered("no categories");
    if (TextOf(PyTuple_GET_ITEM(extra, 3)) == "codes") return Tampered("categories of categories");
    const Py_ssize_t count = PyObject_Size(PyTuple_GET_ITEM(extra, 4));
    if (count < 0) return Tampered("no categories");
    category_count_ = static_cast<std::uint64_t>(count);
    TT_ASSIGN(CellColumn categories, CellColumn::Of(extra, category_count_, reader));
    categories_ = std::make_shared<const CellColumn>(std::move(categories));
  }
  return {};
}

template <class T>
T CellColumn::At(std::uint64_t row) const {
  T value;
  std::memcpy(&value, static_cast<const char*>(values_->view.buf) + row * sizeof value,
              sizeof value);
  return value;
}

CellColumn::Cell CellColumn::Read(std::uint64_t row, bool keep_nan, std::string& text,
                                  wire::Value* shown) const {
  if (mask_ && static_cast<const char*>(mask_->view.buf)[row] != 0) return Cell::null;
  switch (form_) {
    case Form::integer: {
      const auto number = At<std::int64_t>(row);
      wire::AppendInteger(number, text);
      if (shown != nullptr) *shown = wire::Value(number);
      return Cell::value;
    }
    case Form::unsigned_integer: {
      const std::size_t start = text.size();
      wire::AppendUnsigned(At<std::uint64_t>(row), text);
      if (shown != nullptr) *shown = IntegerValue(std::string_view(text).substr(start));
      return Cell::value;
    }
    case Form::boolean: {
      const bool flag = At<char>(row) != 0;
      text += flag ? "true" : "false";
      if (shown != nullptr) *shown = wire::Value(flag);
      return Cell::value;
    }
    case Form::real: return ReadReal(At<double>(row), keep_nan, text, shown);
    case Form::timestamp:
    case Form::interval: return ReadTime(At<std::int64_t>(row), text, shown);
    case Form::object: return ReadObject(At<PyObject*>(row), keep_nan, text, shown);
    case Form::codes: {
      const auto code = At<std::int64_t>(row);
      if (code < 0 || static_cast<std::uint64_t>(code) >= category_count_) return Cell::null;
      return categories_->Read(static_cast<std::uint64_t>(code), keep_nan, text, shown);
    }
  }
  return Cell::failed;
}

CellColumn::Cell CellColumn::ReadReal(double number, bool keep_nan, std::string& text,
                                      wire::Value* shown) const {
  if (std::isnan(number) && !keep_nan) return Cell::null;
  const std::size_t start = text.size();
  if (single_precision_) {
    wire::AppendReal(static_cast<float>(number), text);
  } else {
    wire::AppendReal(number, text);
  }
  if (shown == nullptr) return Cell::value;
  // The shortest decimal of a float32, not its binary expansion: 0.1, not 0.10000000149011612.
  if (single_precision_ && std::isfinite(number))
    std::from_chars(text.data() + start, text.data() + text.size(), number);
  *shown = wire::Value(number);
  return Cell::value;
}

CellColumn::Cell CellColumn::ReadTime(std::int64_t units, std::string& text,
                                      wire::Value* shown) const {
  if (units == std::numeric_limits<std::int64_t>::min()) return Cell::null;  // NaT
  const std::size_t start = text.size();
  if (form_ == Form::timestamp) {
    wire::AppendTimestamp(units, units_per_second_, text);
    if (utc_) text += "+00";
  } else {
    const std::int64_t per_day = 86400 * units_per_second_;
    const std::int64_t rest = units % per_day;
    const std::int64_t micros = units_per_second_ > 1'000'000
                                    ? rest / (units_per_second_ / 1'000'000)
                                    : rest * (1'000'000 / units_per_second_);
    const std::int64_t days = units / per_day;
    if (days > std::numeric_limits<std::int32_t>::max() ||
        days < std::numeric_limits<std::int32_t>::min()) {
      text += std::to_string(days) + " days";
    } else {
      wire::AppendInterval(0, static_cast<std::int32_t>(days), micros, text);
    }
  }
  if (shown != nullptr) *shown = wire::Value(text.substr(start));
  return Cell::value;
}

CellColumn::Cell CellColumn::ReadInteger(PyObject* object, std::string& text,
                                         wire::Value* shown) const {
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow == 0) {
    wire::AppendInteger(number, text);
    if (shown != nullptr) *shown = wire::Value(static_cast<std::int64_t>(number));
    return Cell::value;
  }
  const Ref plain = Ref::Steal(PyLong_Type.tp_repr(object));
  PyErr_Clear();
  const std::string digits = plain ? TextOf(plain.get()) : "<int>";
  text += digits;
  if (shown != nullptr) *shown = wire::Value(digits);
  return Cell::value;
}

CellColumn::Cell CellColumn::ReadDecimal(PyObject* pair, std::string& text,
                                         wire::Value* shown) const {
  const std::string digits = TextOf(PyTuple_GET_ITEM(pair, PyTuple_GET_SIZE(pair) - 1));
  text += digits;
  if (shown == nullptr) return Cell::value;
  double number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool exact = digits.size() <= kExactDigits && read.ec == std::errc() &&
                     read.ptr == digits.data() + digits.size();
  *shown = exact ? wire::Value(number) : wire::Value(digits);
  return Cell::value;
}

CellColumn::Cell CellColumn::ReadObject(PyObject* object, bool keep_nan, std::string& text,
                                        wire::Value* shown) const {
  if (object == nullptr || object == Py_None) return Cell::null;
  if (PyBool_Check(object)) {
    text += object == Py_True ? "true" : "false";
    if (shown != nullptr) *shown = wire::Value(object == Py_True);
    return Cell::value;
  }
  if (PyLong_Check(object)) return ReadInteger(object, text, shown);
  if (PyFloat_Check(object)) return ReadReal(PyFloat_AS_DOUBLE(object), keep_nan, text, shown);
  if (PyUnicode_Check(object)) {
    const std::string own = TextOf(object);
    text += own;
    if (shown != nullptr) *shown = wire::Value(own);
    return Cell::value;
  }
  // What follows may run Python, and a thread of the run could take the cell out of its array.
  const Ref hold = Ref::Borrow(object);
  if (PyDict_Check(object) || PyList_Check(object)) {
    std::string nested;
    if (!reader_->AppendNested(object, nested)) return Cell::failed;
    text += nested;
    if (shown != nullptr) *shown = wire::Value(std::move(nested));
    return Cell::value;
  }
  const Ref plain = reader_->Simplify(object);
  if (!plain) return Cell::failed;
  if (PyTuple_CheckExact(plain.get()) && PyTuple_GET_SIZE(plain.get()) == 2)
    return ReadDecimal(plain.get(), text, shown);
  if (PyTuple_Check(plain.get()) || plain.get() == object) return Cell::failed;
  return ReadObject(plain.get(), keep_nan, text, shown);
}

}  // namespace tabletalk::python
