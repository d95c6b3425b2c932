// What the routes need from the rest of the product: a narrow view of runs::Service, with a fake in
// http/testing. Thread-safe; calls block.
#pragma once

#include <string>
#include <vector>

#include "runs/service.h"
#include "wire/egress.h"
#include "wire/generation.h"
#include "wire/thread.h"

namespace tabletalk::http {

class Backend {
 public:
  virtual ~Backend() = default;
  virtual base::Result<wire::ChatReply> Chat(const wire::ChatRequest& chat,
                                             const runs::Request& request) = 0;
  virtual base::Result<wire::CodegenReply> DraftCode(const wire::CodegenRequest& code,
                                                     const runs::Request& request) = 0;
  virtual base::Result<wire::CalculateAdvancedReply> DraftCalculation(
      const wire::CodegenRequest& code, const runs::Request& request) = 0;
  virtual base::Result<wire::SqlDraftReply> DraftSql(const wire::SqlDraftRequest& statement,
                                                     const runs::Request& request) = 0;
  virtual base::Result<wire::CalculateSqlReply> CalculateSql(
      const wire::CalculateSqlRequest& statement, const runs::Request& request) = 0;
  virtual base::Result<wire::UnderstandingReply> Understand(
      const wire::UnderstandingRequest& question, const runs::Request& request) = 0;
  virtual base::Result<wire::GenerateUiReply> GenerateUi(const wire::GenerateUiRequest& view,
                                                         const runs::Request& request) = 0;
  virtual std::vector<wire::ThreadSummary> Threads() = 0;
  virtual base::Result<std::vector<wire::ThreadMessage>> Messages(const std::string& thread_id) = 0;
  virtual base::Result<void> DeleteThread(const std::string& thread_id) = 0;
  virtual base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) = 0;
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
  /// Writes the whole result of a run into `directory`; the file's path.
  virtual base::Result<std::string> WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                               const std::string& directory,
                                               const runs::Request& request) = 0;
  virtual std::vector<datasets::Summary> Datasets() = 0;
  virtual base::Result<wire::DatasetSchema> Schema(const std::string& dataset_id,
                                                   const runs::Request& request) = 0;
  virtual std::vector<runs::Service::Part> Readiness() = 0;
};

}  // namespace tabletalk::http
