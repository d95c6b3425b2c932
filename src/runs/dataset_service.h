// What can be asked about.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "datasets/catalog.h"
#include "runs/request.h"
#include "wire/schema.h"

namespace tabletalk::runs {

/// Thread-safe.
class DatasetService {
 public:
  virtual ~DatasetService() = default;

  /// Opened or not.
  virtual std::vector<datasets::Summary> List() const = 0;
  /// Opens the dataset at first use (progress over request). not_found, and those of reading it.
  virtual base::Result<wire::DatasetSchema> Schema(const std::string& dataset_id,
                                                   const Request& request) = 0;
};

}  // namespace tabletalk::runs
