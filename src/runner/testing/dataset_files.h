// Columnar files for tests: a scratch folder that goes away again, and tables in it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "wire/runner.h"

namespace tabletalk::runner {

class DatasetFiles {
 public:
  DatasetFiles();
  ~DatasetFiles();
  DatasetFiles(const DatasetFiles&) = delete;

  /// Writes <folder>/<number>.duckdb with one table, main.data, made by `select`.
  void Add(const std::string& name, const std::string& select);

  const std::filesystem::path& folder() const { return folder_; }
  const std::vector<wire::MountedTable>& tables() const { return tables_; }
  wire::RunSqlRequest Request(const std::string& sql) const;
  wire::CheckSqlRequest Check(const std::string& sql) const;

 private:
  std::filesystem::path folder_;
  std::vector<wire::MountedTable> tables_;
};

}  // namespace tabletalk::runner
