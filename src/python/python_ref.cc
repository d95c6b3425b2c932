#include "python/python_ref.h"

namespace tabletalk::python {

std::string TextOf(PyObject* object) {
  if (object == nullptr || !PyUnicode_Check(object)) return {};
  Py_ssize_t size = 0;
  if (const char* text = PyUnicode_AsUTF8AndSize(object, &size); text != nullptr)
    return std::string(text, static_cast<std::size_t>(size));
  PyErr_Clear();
  const Ref bytes = Ref::Steal(PyUnicode_AsEncodedString(object, "utf-8", "replace"));
  if (!bytes) {
    PyErr_Clear();
    return {};
  }
  return std::string(PyBytes_AS_STRING(bytes.get()),
                     static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get())));
}

std::string TypeName(PyObject* object) {
  const std::string full = Py_TYPE(object)->tp_name;
  const std::size_t dot = full.rfind('.');
  std::string name = dot == std::string::npos ? full : full.substr(dot + 1);
  if (name.size() > 100) name = "object";
  return name;
}

Ref TakeRaised() {
#if PY_VERSION_HEX >= 0x030C0000
  return Ref::Steal(PyErr_GetRaisedException());
#else
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  if (type == nullptr) return {};
  PyErr_NormalizeException(&type, &value, &traceback);
  if (value != nullptr && traceback != nullptr) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return Ref::Steal(value);
#endif
}

}  // namespace tabletalk::python
