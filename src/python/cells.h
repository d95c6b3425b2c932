// The columns of a table that a run left behind, read cell by cell.
//
// lib/results.py takes a DataFrame apart into columns of plain NumPy arrays; here they are read in
// place, through the buffer protocol, because a million rows are hashed and a loop in Python over
// them would take longer than the run. Texts of cells are those of docs/digest.md, so that the same
// table has the same digest whether SQL or Python made it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "python/python_ref.h"
#include "wire/table.h"

namespace tabletalk::python {

/// What a cell that holds an object (a list, a Decimal) is asked for: its parts and its text.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  /// A plain object for any other one, as values.cell gives it. Null after an error, which is
  /// kept.
  virtual Ref Simplify(PyObject* object) = 0;
  /// Canonical JSON of a dict or list. False after an error, which is kept.
  virtual bool AppendNested(PyObject* object, std::string& text) = 0;
};

class CellColumn {
 public:
  /// From a column tuple of results.py, which must have at least `rows` cells. internal where it is
  /// not what results.py makes (a run may have tampered with it).
  static base::Result<CellColumn> Of(PyObject* column, std::uint64_t rows, ObjectReader& reader);

  const wire::Column& column() const { return column_; }

  enum class Cell { null, value, failed };
  /// Appends the cell's text and, where `shown` is given, sets what a reply shows of it. A NaN is a
  /// null unless `keep_nan`.
  Cell Read(std::uint64_t row, bool keep_nan, std::string& text, wire::Value* shown) const;

 private:
  enum class Form { integer, unsigned_integer, boolean, real, timestamp, interval, object, codes };
  struct Buffer;  // an array that is held open

  CellColumn() = default;
  base::Result<void> Open(PyObject* tuple, std::uint64_t rows, ObjectReader& reader);
  base::Result<void> ReadExtra(PyObject* extra, ObjectReader& reader);
  template <class T>
  T At(std::uint64_t row) const;
  Cell ReadReal(double number, bool keep_nan, std::string& text, wire::Value* shown) const;
  Cell ReadTime(std::int64_t units, std::string& text, wire::Value* shown) const;
  Cell ReadObject(PyObject* object, bool keep_nan, std::string& text, wire::Value* shown) const;
  Cell ReadInteger(PyObject* object, std::string& text, wire::Value* shown) const;
  Cell ReadDecimal(PyObject* pair, std::string& text, wire::Value* shown) const;

  wire::Column column_;
  Form form_ = Form::object;
  std::shared_ptr<Buffer> values_;
  std::shared_ptr<Buffer> mask_;                  // one byte a cell, or none
  std::shared_ptr<const CellColumn> categories_;  // of codes
  std::uint64_t category_count_ = 0;
  std::int64_t units_per_second_ = 1;
  bool utc_ = false;
  bool single_precision_ = false;
  ObjectReader* reader_ = nullptr;
};

}  // namespace tabletalk::python
