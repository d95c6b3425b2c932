// The Backend of the product.
#pragma once

#include <memory>
#include <utility>

#include "http/backend.h"

namespace tabletalk::http {

class ServiceBackend final : public Backend {
 public:
  explicit ServiceBackend(std::shared_ptr<runs::Service> service) : service_(std::move(service)) {}

  base::Result<wire::ChatReply> Chat(const wire::ChatRequest& chat,
                                     const runs::Request& request) override;
  base::Result<wire::CodegenReply> DraftCode(const wire::CodegenRequest& code,
                                             const runs::Request& request) override;
  base::Result<wire::CalculateAdvancedReply> DraftCalculation(
      const wire::CodegenRequest& code, const runs::Request& request) override;
  base::Result<wire::SqlDraftReply> DraftSql(const wire::SqlDraftRequest& statement,
                                             const runs::Request& request) override;
  base::Result<wire::CalculateSqlReply> CalculateSql(const wire::CalculateSqlRequest& statement,
                                                     const runs::Request& request) override;
  base::Result<wire::UnderstandingReply> Understand(const wire::UnderstandingRequest& question,
                                                    const runs::Request& request) override;
  base::Result<wire::GenerateUiReply> GenerateUi(const wire::GenerateUiRequest& view,
                                                 const runs::Request& request) override;
  std::vector<wire::ThreadSummary> Threads() override;
  base::Result<std::vector<wire::ThreadMessage>> Messages(const std::string& thread_id) override;
  base::Result<void> DeleteThread(const std::string& thread_id) override;
  base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) override;
  base::Result<wire::Run> Execute(const wire::RunRequest& run,
                                  const runs::Request& request) override;
  base::Result<wire::ExecuteReply> ExecuteCode(const wire::ExecuteRequest& code,
                                               const runs::Request& request) override;
  base::Result<wire::Verdict> ValidatePython(const std::string& code,
                                             const runs::Request& request) override;
  base::Result<wire::Verdict> ValidateSql(const wire::ValidateSqlRequest& statement,
                                          const runs::Request& request) override;
  base::Result<wire::Run> Find(const std::string& run_id) override;
  std::vector<wire::Run> Recent() override;
  base::Result<wire::Run> Cancel(const std::string& run_id) override;
  base::Result<std::string> WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                       const std::string& directory,
                                       const runs::Request& request) override;
  std::vector<datasets::Summary> Datasets() override;
  base::Result<wire::DatasetSchema> Schema(const std::string& dataset_id,
                                           const runs::Request& request) override;
  std::vector<runs::Service::Part> Readiness() override;

 private:
  std::shared_ptr<runs::Service> service_;
};

}  // namespace tabletalk::http
