#include "runs/service.h"

#include <utility>

namespace tabletalk::runs {

using base::Result;

Service::Service(Options options, std::shared_ptr<datasets::Catalog> catalog,
                 std::shared_ptr<sandbox::Sandbox> sandbox, std::shared_ptr<base::Clock> clock,
                 std::shared_ptr<model::ChatModel> model)
    : services_(MakeServices(options, std::move(catalog), std::move(sandbox), std::move(clock),
                             std::move(model))) {}

Result<wire::ChatReply> Service::Chat(const wire::ChatRequest& chat, const Request& request,
                                      const Export& whole) {
  return services_.ask->Ask(chat, request, whole);
}
Result<wire::Run> Service::Execute(const wire::RunRequest& run, const Request& request,
                                   const Export& whole) {
  TT_ASSIGN(const KeptRun kept, services_.runs->Run(run, request, whole));
  return *kept;
}
Result<wire::Verdict> Service::CheckPlan(const std::string& dataset_id, const wire::QueryPlan& plan,
                                         const Request& request) {
  return services_.runs->CheckPlan(dataset_id, plan, request);
}
Result<wire::Verdict> Service::CheckSql(const std::string& dataset_id, const std::string& sql,
                                        const Request& request) {
  return services_.runs->CheckSql(dataset_id, sql, request);
}
Result<wire::ExecuteReply> Service::ExecuteCode(const wire::ExecuteRequest& code,
                                                const Request& request) {
  return services_.drafts->Execute(code, request);
}
Result<wire::Verdict> Service::ValidatePython(const std::string& code,
                                              wire::PythonContract contract,
                                              const Request& request) {
  return services_.drafts->ValidatePython(code, contract, request);
}
Result<wire::Verdict> Service::ValidateSql(const wire::ValidateSqlRequest& statement,
                                           const Request& request) {
  return services_.drafts->ValidateSql(statement, request);
}
Result<wire::CodegenReply> Service::DraftCode(const wire::CodegenRequest& draft,
                                              const Request& request) {
  return services_.drafts->Code(draft, request);
}
Result<wire::CalculateAdvancedReply> Service::DraftCalculation(const wire::CodegenRequest& draft,
                                                               const Request& request) {
  return services_.drafts->Calculation(draft, request);
}
Result<wire::SqlDraftReply> Service::DraftSql(const wire::SqlDraftRequest& draft,
                                              const Request& request) {
  return services_.drafts->Sql(draft, request);
}
Result<wire::CalculateSqlReply> Service::CalculateSql(const wire::CalculateSqlRequest& draft,
                                                      const Request& request) {
  return services_.drafts->CalculateSql(draft, request);
}
Result<wire::UnderstandingReply> Service::Understand(const wire::UnderstandingRequest& question,
                                                     const Request& request) {
  return services_.drafts->Understand(question, request);
}
Result<wire::GenerateUiReply> Service::GenerateUi(const wire::GenerateUiRequest& draft,
                                                  const Request& request) {
  return services_.drafts->View(draft, request);
}

std::vector<wire::ThreadSummary> Service::Threads() const {
  auto threads = services_.ask->Threads();
  return threads.has_value() ? std::move(*threads) : std::vector<wire::ThreadSummary>();
}
Result<std::vector<wire::ThreadMessage>> Service::Messages(const std::string& thread_id) const {
  return services_.ask->Messages(thread_id);
}
Result<void> Service::DeleteThread(const std::string& thread_id) {
  return services_.ask->DeleteThread(thread_id);
}
Result<std::vector<wire::Egress>> Service::EgressOf(const std::string& message_id) const {
  return services_.ask->EgressOf(message_id);
}
Result<std::string> Service::WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                        const std::string& directory, const Request& request) {
  return services_.runs->WriteWhole(run_id, format, directory, request);
}
Result<wire::Run> Service::Find(const std::string& run_id) const {
  TT_ASSIGN(const KeptRun run, services_.runs->Find(run_id));
  return *run;
}
Result<wire::RunSummary> Service::Summary(const std::string& run_id) const {
  return services_.runs->Summary(run_id);
}
std::vector<wire::RunSummary> Service::Recent() const {
  auto runs = services_.runs->List();
  return runs.has_value() ? std::move(*runs) : std::vector<wire::RunSummary>();
}
Result<wire::Run> Service::Cancel(const std::string& run_id) {
  TT_ASSIGN(const KeptRun run, services_.runs->Cancel(run_id));
  return *run;
}

std::vector<datasets::Summary> Service::Datasets() const { return services_.datasets->List(); }
Result<wire::DatasetSchema> Service::Schema(const std::string& dataset_id, const Request& request) {
  return services_.datasets->Schema(dataset_id, request);
}
std::vector<Service::Part> Service::Readiness() { return services_.readiness(); }

}  // namespace tabletalk::runs
