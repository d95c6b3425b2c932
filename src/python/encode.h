// What a run left behind, as JSON, as a table, as a digest and as a file.
//
// Anything may lie in `result`: a list that contains itself, ten million numbers, an object whose
// methods never return. Only exact plain types and their subclasses' built-in storage are walked,
// through the C API, which calls no method of theirs; pandas, NumPy and the standard library's
// types are taken apart by lib/results.py; everything else is described by the name of its type.
// The whole is counted and hashed as it is walked, and only the first rows are kept, so that memory
// stays bounded whatever the size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/sha256.h"
#include "python/cells.h"
#include "python/interpreter.h"
#include "wire/runner.h"

namespace tabletalk::python {

/// Values in one reply at most; its reader's own bound is some millions.
inline constexpr std::uint64_t kMaxShownCells = 1'000'000;

struct EncodeLimits {
  std::uint64_t max_rows = 1000;
  std::uint64_t max_text_chars = 10'000;
  std::uint64_t max_result_bytes = 64 << 20;
};

struct Encoded {
  base::json::value result;          ///< As wire::PythonRan has it.
  std::optional<wire::Table> table;  ///< A DataFrame or Series once more.
  std::string digest;
  std::string csv;  ///< The whole table, where it was asked for and there is one.
};

/// Encodes one value. Errors: result_limit for one that is too large, too deep or contains itself,
/// execution_failed where it cannot be read.
class Encoder : public ObjectReader {
 public:
  Encoder(const Interpreter& interpreter, const EncodeLimits& limits)
      : interpreter_(interpreter), limits_(limits) {}
  base::Result<Encoded> Encode(PyObject* value, bool with_csv);

  Ref Simplify(PyObject* object) override;
  bool AppendNested(PyObject* object, std::string& text) override;

 private:
  using Json = base::json::value;

  Json Walk(PyObject* object, bool show);
  Json WalkInteger(PyObject* object, bool show);
  Json WalkReal(double number, bool show);
  Json WalkText(std::string text, bool show);
  Json WalkSequence(PyObject* object, bool show);
  Json WalkDict(PyObject* object, bool show);
  Json WalkOther(PyObject* object, bool show);
  Json WalkParts(PyObject* parts, bool show);
  Json WalkTable(PyObject* parts, bool show, bool top);
  Json WalkArray(PyObject* parts, bool show);
  Json WalkAxis(const std::vector<std::uint64_t>& shape, std::size_t axis, std::uint64_t& next,
                const CellColumn& cells, bool show);
  std::string Key(PyObject* key);

  Json Cut(std::string text);
  bool Enter(PyObject* container);
  void Leave() { path_.pop_back(); }
  bool Count(std::uint64_t shown_bytes);
  void Canonical(std::string_view text);
  Json Fail(base::Error error);
  bool failed() const { return error_.has_value(); }

  const Interpreter& interpreter_;
  EncodeLimits limits_;
  std::optional<base::Error> error_;
  std::vector<PyObject*> path_;  // the containers we are in
  std::uint64_t nodes_ = 0;
  std::uint64_t shown_values_ = 0;
  std::uint64_t shown_bytes_ = 0;
  base::Sha256 hash_;
  std::string pending_;            // canonical text not hashed yet
  std::string* nested_ = nullptr;  // where canonical text goes instead, while in a cell
  std::optional<wire::Table> table_;
  std::string table_digest_;
  bool with_csv_ = false;
  std::string csv_;
};

}  // namespace tabletalk::python
