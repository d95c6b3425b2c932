// What the routes need from the rest of the product: a narrow view of runs::Service, with a fake in
// http/testing. Thread-safe; calls block.
#pragma once

#include <string>
#include <vector>

#include "runs/service.h"

namespace tabletalk::http {

class Backend {
 public:
  virtual ~Backend() = default;
  virtual base::Result<wire::ChatReply> Chat(const wire::ChatRequest& chat,
                                             const runs::Request& request) = 0;
  virtual base::Result<wire::Run> Execute(const wire::RunRequest& run,
                                          const runs::Request& request) = 0;
  virtual base::Result<wire::ExecuteReply> ExecuteCode(const wire::ExecuteRequest& code,
                                                       const runs::Request& request) = 0;
  virtual base::Result<wire::Verdict> ValidatePython(const std::string& code,
                                                     const runs::Request& request) = 0;
  virtual base::Result<wire::Verdict> ValidateSql(const wire::ValidateSqlRequest& statement,
                                                  const runs::Request& request) = 0;
  virtual base::Result<wire::Run> Find(const std::string& run_id) = 0;
  virtual std::vector<wire::Run> Recent() = 0;
  virtual base::Result<wire::Run> Cancel(const std::string& run_id) = 0;
  virtual std::vector<datasets::Summary> Datasets() = 0;
  virtual base::Result<wire::DatasetSchema> Schema(const std::string& dataset_id,
                                                   const runs::Request& request) = 0;
  virtual std::vector<runs::Service::Part> Readiness() = 0;
};

}  // namespace tabletalk::http
