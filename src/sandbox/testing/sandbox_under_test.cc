#include "sandbox/testing/sandbox_under_test.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace tabletalk::sandbox::testing {

std::vector<pid_t> Descendants(pid_t of) {
  std::vector<pid_t> found;
  std::error_code gone;
  for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(of) + "/task", gone)) {
    std::ifstream children(task.path() / "children");
    for (pid_t child = 0; children >> child;) {
      found.push_back(child);
      const auto below = Descendants(child);
      found.insert(found.end(), below.begin(), below.end());
    }
  }
  return found;
}

std::string DescendantNames() {
  std::vector<std::string> names;
  for (const pid_t pid : Descendants()) {
    std::ifstream comm("/proc/" + std::to_string(pid) + "/comm");
    names.emplace_back(std::to_string(pid) + " ");
    std::string name;
    comm >> name;
    names.back() += name + "\n";
  }
  std::sort(names.begin(), names.end());
  std::string all;
  for (const std::string& name : names) all += name;
  return all;
}

Folder::Folder() {
  std::string pattern = (fs::temp_directory_path() / "sandbox-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

std::string Folder::Write(const std::string& name, std::string_view text) const {
  std::ofstream(fs::path(path_) / name, std::ios::binary) << text;
  return path_ + "/" + name;
}

TableFile Folder::Table(Sandbox& sandbox, const std::string& name, std::string_view csv) const {
  IngestJob job;
  job.source = Write(name + ".csv", csv);
  job.file_name = name + ".csv";
  job.output_directory = path_ + "/" + name;
  fs::create_directory(job.output_directory);
  job.wanted = [](const wire::Hashed&) { return true; };
  const auto outcome = sandbox.Ingest(job, {});
  if (outcome.has_error()) {
    ADD_FAILURE() << outcome.error().public_message();
    std::abort();
  }
  TableFile table{name, job.output_directory + "/table.duckdb", {}};
  for (const auto& column : outcome->ingested->columns)
    table.columns.push_back({column.name, column.type, column.database_type});
  return table;
}

}  // namespace tabletalk::sandbox::testing
