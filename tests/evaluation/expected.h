// What hand-written SQL gives: a bare DuckDB on the original files, with nothing of the product in
// between.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "wire/table.h"

namespace tabletalk::evaluation {

/// Tables' names and the files that they are read from.
using TableFiles = std::vector<std::pair<std::string, std::string>>;

/// One DuckDB with one set of tables, read by its own readers and kept until another set is asked
/// for. Its time zone is UTC.
class ExpectedEngine {
 public:
  ExpectedEngine();
  ~ExpectedEngine();
  base::Result<wire::Table> Run(const TableFiles& tables, const std::string& sql);

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
  TableFiles loaded_;
};

}  // namespace tabletalk::evaluation
