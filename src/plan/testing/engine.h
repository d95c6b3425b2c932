// An in-memory DuckDB for tests: what compiles must also run, and say what we think it says.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "wire/value.h"

namespace tabletalk::plan::testing {

struct Answer {
  std::string error;  ///< Empty where the statement ran.
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< Cells as the engine writes them; null as "NULL".
};

class Engine {
 public:
  /// With the tables of Shop().
  Engine();
  ~Engine();
  Answer Run(const std::string& sql, const std::map<std::string, wire::Value>& parameters = {});

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace tabletalk::plan::testing
