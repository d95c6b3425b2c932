#include "http/service_backend.h"

namespace tabletalk::http {

base::Result<wire::ChatReply> ServiceBackend::Chat(const wire::ChatRequest& chat,
                                                   const runs::Request& request) {
  return service_->Chat(chat, request);
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
