#include "python/plain_object.h"

namespace tabletalk::python {

namespace json = base::json;

namespace {

Ref Text(std::string_view text) {
  return Ref::Steal(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

Ref List(const json::array& array) {
  Ref list = Ref::Steal(PyList_New(static_cast<Py_ssize_t>(array.size())));
  if (!list) return list;
  for (std::size_t i = 0; i < array.size(); ++i) {
    Ref item = PlainObject(array[i]);
    if (!item) return item;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), item.Release());
  }
  return list;
}

Ref Dict(const json::object& object) {
  Ref dict = Ref::Steal(PyDict_New());
  if (!dict) return dict;
  for (const auto& member : object) {
    const Ref key = Text(member.key());
    const Ref value = PlainObject(member.value());
    if (!key || !value || PyDict_SetItem(dict.get(), key.get(), value.get()) != 0) return {};
  }
  return dict;
}

}  // namespace

Ref PlainObject(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return Ref::Borrow(Py_None);
    case json::kind::bool_: return Ref::Borrow(value.get_bool() ? Py_True : Py_False);
    case json::kind::int64: return Ref::Steal(PyLong_FromLongLong(value.get_int64()));
    case json::kind::uint64: return Ref::Steal(PyLong_FromUnsignedLongLong(value.get_uint64()));
    case json::kind::double_: return Ref::Steal(PyFloat_FromDouble(value.get_double()));
    case json::kind::string: return Text(value.get_string());
    case json::kind::array: return List(value.get_array());
    case json::kind::object: return Dict(value.get_object());
  }
  return {};
}

json::value PlainJson(PyObject* object) {
  if (PyBool_Check(object)) return object == Py_True;
  if (PyLong_Check(object)) {
    const long long number = PyLong_AsLongLong(object);
    PyErr_Clear();
    return static_cast<std::int64_t>(number);
  }
  if (PyFloat_Check(object)) return PyFloat_AS_DOUBLE(object);
  if (PyUnicode_Check(object)) return json::string(TextOf(object));
  if (PyList_Check(object) || PyTuple_Check(object)) {
    json::array array;
    const Ref items = Ref::Steal(PySequence_Fast(object, "a sequence"));
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i)
      array.push_back(PlainJson(PySequence_Fast_GET_ITEM(items.get(), i)));
    return array;
  }
  if (PyDict_Check(object)) {
    json::object members;
    PyObject *key = nullptr, *value = nullptr;
    for (Py_ssize_t position = 0; PyDict_Next(object, &position, &key, &value);)
      members.emplace(TextOf(key), PlainJson(value));
    return members;
  }
  return nullptr;
}

}  // namespace tabletalk::python
