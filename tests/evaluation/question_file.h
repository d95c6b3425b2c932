// The question files: tests/questions/*.questions and tests/suggested/*.sql.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace tabletalk::evaluation {

enum class Compare { ordered, unordered, scalar };

struct Question {
  std::string set;    ///< "dev"; as the file is named.
  std::string place;  ///< "dev.questions:12", for reports.
  std::string kind;   ///< "top_n"; "suggested" for the shipped ones.
  std::string ask;
  std::vector<std::string> files;  ///< Absolute paths; for a dataset, all of its tables.
  std::string read;                ///< How SQL reads the file; empty: as its reader does.
  std::string dataset;             ///< A registered dataset's id, else empty.
  std::vector<std::string> sql;    ///< Right answers, any of which counts; empty: must be refused.
  Compare compare = Compare::unordered;
};

/// Blocks of "key: value" lines as tests/questions/README.md describes. Errors name the line.
base::Result<std::vector<Question>> ReadQuestions(const std::string& path,
                                                  const std::string& tables_folder);

/// "-- ask:" and "-- compare:" lines, each pair followed by a statement.
base::Result<std::vector<Question>> ReadSuggested(const std::string& path,
                                                  const std::string& dataset);

}  // namespace tabletalk::evaluation
