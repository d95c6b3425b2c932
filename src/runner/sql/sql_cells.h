// Cells out of DuckDB's vectors.
//
// A result comes in chunks of column vectors; a CellColumn reads one vector of one chunk straight
// from memory. CellType is worked out once a column, CellColumn once a chunk, so that reading a
// cell costs no call into the library.
//
// Each cell has one exact text (AppendText), which is what a digest is made of and what a cell
// that is not a number or a boolean shows. docs/digest.md writes the texts down, type by type.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "wire/table.h"

namespace tabletalk::runner {

struct CellType {
  duckdb_type id = DUCKDB_TYPE_INVALID;
  std::string name;  ///< "DECIMAL(18,3)", "STRUCT(a INTEGER)[]", "JSON".
  wire::ColumnType kind = wire::ColumnType::other;
  duckdb_type storage = DUCKDB_TYPE_INVALID;  ///< Of a DECIMAL or ENUM.
  std::uint8_t scale = 0;                     ///< Of a DECIMAL.
  std::uint64_t array_size = 0;
  std::vector<std::string> labels;  ///< Of an ENUM; member names of a STRUCT or UNION.
  std::vector<CellType> children;

  /// Errors: execution_failed for a type whose cells cannot be read (BIGNUM and anything new).
  static base::Result<CellType> Of(duckdb_logical_type type);
};

class CellColumn {
 public:
  CellColumn(const CellType& type, duckdb_vector vector);

  bool IsNull(std::uint64_t row) const {
    return validity_ != nullptr && ((validity_[row / 64] >> (row % 64)) & 1) == 0;
  }
  /// The cell's exact text; the cell must not be null.
  void AppendText(std::uint64_t row, std::string& out) const;
  /// The cell as it travels. `text` must be its exact text.
  wire::Value Value(std::uint64_t row, std::string text) const;

 private:
  template <class T>
  const T& At(std::uint64_t row) const {
    return static_cast<const T*>(data_)[row];
  }
  std::string_view StringAt(std::uint64_t row) const;
  void AppendDecimal(std::uint64_t row, std::string& out) const;
  void AppendNested(std::uint64_t row, std::string& out) const;
  void AppendElement(std::size_t child, std::uint64_t row, std::string& out) const;
  void AppendMap(std::uint64_t first, std::uint64_t count, std::string& out) const;

  const CellType* type_;
  const void* data_ = nullptr;
  const std::uint64_t* validity_ = nullptr;
  std::vector<CellColumn> children_;
};

}  // namespace tabletalk::runner
