// JSON to plain Python objects and back, without a line of Python.
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "python/python_ref.h"

namespace tabletalk::python {

/// None, bool, int, float, str, list or dict. Null with an exception set where memory is short.
Ref PlainObject(const base::json::value& value);

/// The same way back, for what our own modules return: tuples become arrays, anything that is not
/// plain becomes null.
base::json::value PlainJson(PyObject* object);

}  // namespace tabletalk::python
