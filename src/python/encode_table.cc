// Tables and arrays: the parts of a result that are read column by column (cells.h).
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "python/encode.h"
#include "python/table_rows.h"

namespace tabletalk::python {

namespace json = base::json;
using base::ErrorCode;
using base::MakeError;

namespace {

std::optional<std::vector<std::uint64_t>> ReadShape(PyObject* list) {
  if (!PyList_CheckExact(list)) return std::nullopt;
  std::vector<std::uint64_t> shape;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
    const auto size = PyLong_AsLongLong(PyList_GET_ITEM(list, i));
    if (size < 0) return std::nullopt;
    shape.push_back(static_cast<std::uint64_t>(size));
  }
  return shape;
}

json::value ShapeJson(const std::vector<std::uint64_t>& shape) {
  json::array array;
  for (const std::uint64_t size : shape) array.emplace_back(static_cast<std::int64_t>(size));
  return array;
}

/// What is missing in a table is null there; NaN and the infinities are the codec's texts.
json::value CellJson(const wire::Value& value) { return value.EncodeJson(); }

json::value RecordsJson(const wire::Table& table) {
  json::array records;
  records.reserve(table.rows.size());
  for (const auto& row : table.rows) {
    json::object record;
    record.reserve(row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
      record.emplace(table.columns[i].name, CellJson(row[i]));
    records.push_back(std::move(record));
  }
  return records;
}

std::string LabelText(const wire::Value& value) {
  if (const std::string* text = value.if_text()) return *text;
  if (value.is_null()) return "";
  return base::ToJsonText(value.EncodeJson());
}

/// {label: value} in order, or [[label, value], ...] where a label comes twice.
json::value SeriesJson(const wire::Table& table, std::size_t labels) {
  json::object object;
  json::array pairs;
  bool unique = true;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    std::string label = labels == 0 ? std::to_string(row) : "";
    for (std::size_t i = 0; i < labels; ++i)
      label += (i > 0 ? " / " : "") + LabelText(table.rows[row][i]);
    const json::value value = CellJson(table.rows[row][labels]);
    pairs.push_back(json::array{json::string(label), value});
    unique = unique && object.emplace(label, value).second;
  }
  if (unique) return object;
  return pairs;
}

}  // namespace

Encoder::Json Encoder::WalkTable(PyObject* parts, bool show, bool top) {
  PyObject* list = PyTuple_GET_ITEM(parts, 2);
  const long long rows = PyLong_AsLongLong(PyTuple_GET_ITEM(parts, 3));
  const auto shape = ReadShape(PyTuple_GET_ITEM(parts, 4));
  const long long labels = PyLong_AsLongLong(PyTuple_GET_ITEM(parts, 5));
  PyErr_Clear();
  if (rows < 0 || labels < 0 || !shape || !PyList_CheckExact(list) ||
      PyList_GET_SIZE(list) < labels)
    return Fail(MakeError(ErrorCode::execution_failed, "The result could not be read.", "table"));
  std::vector<CellColumn> columns;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
    auto column = CellColumn::Of(PyList_GET_ITEM(list, i), static_cast<std::uint64_t>(rows), *this);
    if (column.has_error()) return Fail(std::move(column).error());
    columns.push_back(std::move(*column));
    shown_bytes_ += 40 + columns.back().column().name.size();
    if (!Count(0)) return nullptr;
  }
  const bool series = TextOf(PyTuple_GET_ITEM(parts, 1)) == "series";
  if (series && columns.size() != static_cast<std::size_t>(labels) + 1)
    return Fail(MakeError(ErrorCode::execution_failed, "The result could not be read.", "series"));

  TableLimits limits{show ? limits_.max_rows : 0, limits_.max_text_chars,
                     limits_.max_result_bytes - shown_bytes_,
                     top && with_csv_ ? limits_.max_result_bytes : 0};
  const std::uint64_t width = std::max<std::uint64_t>(columns.size(), 1);
  if (show && std::min<std::uint64_t>(limits.max_rows, static_cast<std::uint64_t>(rows)) * width >
                  kMaxShownCells)
    return Fail(TooLarge(limits_.max_result_bytes));
  bool unreadable = false;
  auto read = ReadTableRows(columns, static_cast<std::uint64_t>(rows), limits, unreadable);
  if (read.has_error()) return unreadable && failed() ? Json() : Fail(std::move(read).error());
  shown_bytes_ += read->shown_bytes;
  Canonical("{\"table\":\"" + read->digest + "\"}");

  const bool truncated = read->table.truncated;
  json::object shown{{"type", series ? "series" : "dataframe"}};
  if (show) {
    shown["data"] = series ? SeriesJson(read->table, static_cast<std::size_t>(labels))
                           : RecordsJson(read->table);
    if (series) {
      shown["length"] = rows;
    } else {
      shown["shape"] = ShapeJson(*shape);
    }
    shown["truncated"] = truncated;
    if (!series) shown["total_rows"] = rows;
  }
  if (top) {
    table_ = std::move(read->table);
    table_digest_ = std::move(read->digest);
    csv_ = std::move(read->csv);
  }
  return shown;
}

Encoder::Json Encoder::WalkArray(PyObject* parts, bool show) {
  const auto shape = ReadShape(PyTuple_GET_ITEM(parts, 1));
  const long long size = PyLong_AsLongLong(PyTuple_GET_ITEM(parts, 3));
  PyErr_Clear();
  std::uint64_t product = 1;
  for (const std::uint64_t one : shape.value_or(std::vector<std::uint64_t>{}))
    if (__builtin_mul_overflow(product, one, &product)) product = 0;
  if (!shape || size < 0 || product != static_cast<std::uint64_t>(size))
    return Fail(MakeError(ErrorCode::execution_failed, "The result could not be read.", "array"));
  if (shape->empty() || shape->size() > 8)
    return Fail(MakeError(ErrorCode::result_limit, "An array may have at most 8 dimensions."));
  auto cells = CellColumn::Of(PyTuple_GET_ITEM(parts, 2), static_cast<std::uint64_t>(size), *this);
  if (cells.has_error()) return Fail(std::move(cells).error());
  std::uint64_t next = 0;
  Json data = WalkAxis(*shape, 0, next, *cells, show);
  if (!show || failed()) return nullptr;
  return json::object{{"type", "array"},
                      {"data", std::move(data)},
                      {"shape", ShapeJson(*shape)},
                      {"truncated", shape->front() > limits_.max_rows}};
}

Encoder::Json Encoder::WalkAxis(const std::vector<std::uint64_t>& shape, std::size_t axis,
                                std::uint64_t& next, const CellColumn& cells, bool show) {
  json::array shown;
  Canonical("[");
  std::string text;
  for (std::uint64_t i = 0; i < shape[axis] && !failed(); ++i) {
    const bool show_item = show && (axis > 0 || i < limits_.max_rows);
    if (i > 0) Canonical(",");
    if (axis + 1 < shape.size()) {
      Json inner = WalkAxis(shape, axis + 1, next, cells, show_item);
      if (show_item) shown.push_back(std::move(inner));
      continue;
    }
    text.clear();
    wire::Value value;
    switch (cells.Read(next++, true, text, show_item ? &value : nullptr)) {
      case CellColumn::Cell::failed:
        return Fail(MakeError(ErrorCode::execution_failed, "The result could not be read."));
      case CellColumn::Cell::null: Canonical("null"); break;
      case CellColumn::Cell::value: {
        const bool bare = wire::IsNumeric(cells.column().type) ||
                          cells.column().type == wire::ColumnType::boolean;
        Canonical(bare ? text : boost::json::serialize(json::string(text)));
        break;
      }
    }
    if (!Count(show_item ? 2 + text.size() : 0)) return nullptr;
    if (!show_item) continue;
    if (const std::string* long_text = value.if_text())
      value = wire::Value(CutText(*long_text, limits_.max_text_chars));
    shown.push_back(CellJson(value));
  }
  Canonical("]");
  return shown;
}

}  // namespace tabletalk::python
