// Ownership of Python objects.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string>
#include <utility>

namespace tabletalk::python {

/// A strong reference, or none. The interpreter's lock is held by whoever touches one, which in
/// this program is its only native thread, always.
class Ref {
 public:
  Ref() = default;
  static Ref Steal(PyObject* object) { return Ref(object); }
  static Ref Borrow(PyObject* object) {
    Py_XINCREF(object);
    return Ref(object);
  }
  Ref(const Ref& other) : object_(other.object_) { Py_XINCREF(object_); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  PyObject* Release() { return std::exchange(object_, nullptr); }

 private:
  explicit Ref(PyObject* object) : object_(object) {}
  PyObject* object_ = nullptr;
};

/// The text of a str, of a subclass too, without calling any method of it; lone surrogates become
/// "?". Empty for what is no str.
std::string TextOf(PyObject* object);

/// The bare name of an object's real type, whatever its __class__ says: "DataFrame".
std::string TypeName(PyObject* object);

/// The exception that is set, whole, and no longer set; null if there is none.
Ref TakeRaised();

}  // namespace tabletalk::python
