#include "http/service_backend.h"

namespace tabletalk::http {

base::Result<wire::ChatReply> ServiceBackend::Chat(const wire::ChatRequest& chat,
                                                   const runs::Request& request) {
  return service_->Chat(chat, request);
}

base::Result<wire::CodegenReply> ServiceBackend::DraftCode(const wire::CodegenRequest& code,
                                                           const runs::Request& request) {
  return service_->DraftCode(code, request);
}

base::Result<wire::CalculateAdvancedReply> ServiceBackend::DraftCalculation(
    const wire::CodegenRequest& code, const runs::Request& request) {
  return service_->DraftCalculation(code, request);
}

base::Result<wire::SqlDraftReply> ServiceBackend::DraftSql(const wire::SqlDraftRequest& statement,
                                                           const runs::Request& request) {
  return service_->DraftSql(statement, request);
}

base::Result<wire::CalculateSqlReply> ServiceBackend::CalculateSql(
    const wire::CalculateSqlRequest& statement, const runs::Request& request) {
  return service_->CalculateSql(statement, request);
}

base::Result<wire::UnderstandingReply> ServiceBackend::Understand(
    const wire::UnderstandingRequest& question, const runs::Request& request) {
  return service_->Understand(question, request);
}

base::Result<wire::GenerateUiReply> ServiceBackend::GenerateUi(const wire::GenerateUiRequest& view,
                                                               const runs::Request& request) {
  return service_->GenerateUi(view, request);
}

std::vector<wire::ThreadSummary> ServiceBackend::Threads() { return service_->Threads(); }

base::Result<std::vector<wire::ThreadMessage>> ServiceBackend::Messages(
    const std::string& thread_id) {
  return service_->Messages(thread_id);
}

base::Result<void> ServiceBackend::DeleteThread(const std::string& thread_id) {
  return service_->DeleteThread(thread_id);
}

base::Result<std::vector<wire::Egress>> ServiceBackend::EgressOf(const std::string& message_id) {
  return service_->EgressOf(message_id);
}

base::Result<std::string> ServiceBackend::WriteWhole(const std::string& run_id,
                                                     wire::ExportFormat format,
                                                     const std::string& directory,
                                                     const runs::Request& request) {
  return service_->WriteWhole(run_id, format, directory, request);
}

base::Result<wire::Run> ServiceBackend::Execute(const wire::RunRequest& run,
                                                const runs::Request& request) {
  return service_->Execute(run, request);
}

base::Result<wire::ExecuteReply> ServiceBackend::ExecuteCode(const wire::ExecuteRequest& code,
                                                             const runs::Request& request) {
  return service_->ExecuteCode(code, request);
}

base::Result<wire::Verdict> ServiceBackend::ValidatePython(const std::string& code,
                                                           const runs::Request& request) {
  return service_->ValidatePython(code, wire::PythonContract::calculate, request);
}

base::Result<wire::Verdict> ServiceBackend::ValidateSql(const wire::ValidateSqlRequest& statement,
                                                        const runs::Request& request) {
  return service_->ValidateSql(statement, request);
}

base::Result<wire::Run> ServiceBackend::Find(const std::string& run_id) {
  return service_->Find(run_id);
}

std::vector<wire::Run> ServiceBackend::Recent() { return service_->Recent(); }

base::Result<wire::Run> ServiceBackend::Cancel(const std::string& run_id) {
  return service_->Cancel(run_id);
}

std::vector<datasets::Summary> ServiceBackend::Datasets() { return service_->Datasets(); }

base::Result<wire::DatasetSchema> ServiceBackend::Schema(const std::string& dataset_id,
                                                         const runs::Request& request) {
  return service_->Schema(dataset_id, request);
}

std::vector<runs::Service::Part> ServiceBackend::Readiness() { return service_->Readiness(); }

}  // namespace tabletalk::http
