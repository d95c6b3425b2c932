// What hand-written SQL gives: a bare DuckDB on the original files, with nothing of the product in
// between.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "wire/table.h"

namespace tabletalk::evaluation {

/// A table's name, the file that it is read from and, where the file's own reader would not read it
/// as a person does, the query that reads it: `{file}` in it stands for the quoted path.
struct TableSource {
  std::string name, file, read;
  bool operator==(const TableSource&) const = default;
};

/// One DuckDB with one set of tables, read by its own readers and kept until another set is asked
/// for. Its time zone is UTC.
class ExpectedEngine {
 public:
  ExpectedEngine();
  ~ExpectedEngine();
  base::Result<wire::Table> Run(const std::vector<TableSource>& tables, const std::string& sql);

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
  std::vector<TableSource> loaded_;
};

}  // namespace tabletalk::evaluation
