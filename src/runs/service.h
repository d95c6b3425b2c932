// The use cases in one class, over the services: for those callers that have not moved to them.
//
// One Service serves a process, from any number of threads. Calls block; a caller passes its
// deadline and a token that ends the work at once. Finished runs and conversations are kept in
// memory, the newest ones.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "datasets/catalog.h"
#include "model/chat_model.h"
#include "runs/options.h"
#include "runs/request.h"
#include "runs/services.h"
#include "sandbox/sandbox.h"
#include "wire/chat.h"
#include "wire/code.h"
#include "wire/egress.h"
#include "wire/generation.h"
#include "wire/run.h"
#include "wire/thread.h"

namespace tabletalk::runs {

class Service {
 public:
  /// `model` null: questions are answered without one.
  Service(Options options, std::shared_ptr<datasets::Catalog> catalog,
          std::shared_ptr<sandbox::Sandbox> sandbox, std::shared_ptr<base::Clock> clock,
          std::shared_ptr<model::ChatModel> model = nullptr);

  /// A question ("SQL: ..." and "PYTHON: ..." are run as they stand). A question that is not
  /// understood is a reply with `understood` false. Errors: invalid_argument, not_found (dataset),
  /// conflict (a thread of another dataset), rejected, those of a run, and those of the model. Once
  /// the question is part of a thread, details.thread_id and details.message_id say which.
  base::Result<wire::ChatReply> Chat(const wire::ChatRequest& chat, const Request& request,
                                     const Export& whole = {});

  /// Runs a plan, a statement or Python code. The returned Run says succeeded or failed; an Error
  /// means that there is no run: invalid_argument, not_found, rejected (with its issues),
  /// forbidden, busy. With `async` the Run comes back at once as pending and goes on by itself,
  /// whoever asked.
  base::Result<wire::Run> Execute(const wire::RunRequest& run, const Request& request,
                                  const Export& whole = {});

  /// The verdict without a run, for `check` and the validate routes.
  base::Result<wire::Verdict> CheckPlan(const std::string& dataset_id, const wire::QueryPlan& plan,
                                        const Request& request);
  base::Result<wire::Verdict> CheckSql(const std::string& dataset_id, const std::string& sql,
                                       const Request& request);

  /// As of CodeService: nothing of these is remembered.
  base::Result<wire::ExecuteReply> ExecuteCode(const wire::ExecuteRequest& code,
                                               const Request& request);
  base::Result<wire::Verdict> ValidatePython(const std::string& code, wire::PythonContract contract,
                                             const Request& request);
  base::Result<wire::Verdict> ValidateSql(const wire::ValidateSqlRequest& statement,
                                          const Request& request);

  /// As of Drafts.
  base::Result<wire::CodegenReply> DraftCode(const wire::CodegenRequest& draft,
                                             const Request& request);
  base::Result<wire::CalculateAdvancedReply> DraftCalculation(const wire::CodegenRequest& draft,
                                                              const Request& request);
  base::Result<wire::SqlDraftReply> DraftSql(const wire::SqlDraftRequest& draft,
                                             const Request& request);
  base::Result<wire::CalculateSqlReply> CalculateSql(const wire::CalculateSqlRequest& draft,
                                                     const Request& request);
  base::Result<wire::UnderstandingReply> Understand(const wire::UnderstandingRequest& question,
                                                    const Request& request);
  base::Result<wire::GenerateUiReply> GenerateUi(const wire::GenerateUiRequest& draft,
                                                 const Request& request);

  /// As of AskService.
  std::vector<wire::ThreadSummary> Threads() const;
  base::Result<std::vector<wire::ThreadMessage>> Messages(const std::string& thread_id) const;
  base::Result<void> DeleteThread(const std::string& thread_id);
  base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) const;

  /// Computes the result of a run that succeeded again, whole, into `directory`, and gives the
  /// file's path. Errors: not_found, conflict (the run has no table, or its data changed), and
  /// those of a run.
  base::Result<std::string> WriteWhole(const std::string& run_id, wire::ExportFormat format,
                                       const std::string& directory, const Request& request);

  /// not_found where no such run is remembered.
  base::Result<wire::Run> Find(const std::string& run_id) const;
  /// The same without its result.
  base::Result<wire::RunSummary> Summary(const std::string& run_id) const;
  /// The remembered runs, newest first.
  std::vector<wire::RunSummary> Recent() const;
  /// Ends a run that is pending or running; conflict where it has ended, not_found.
  base::Result<wire::Run> Cancel(const std::string& run_id);

  /// What can be asked about, opened or not.
  std::vector<datasets::Summary> Datasets() const;
  /// Opens the dataset at first use (progress over request).
  base::Result<wire::DatasetSchema> Schema(const std::string& dataset_id, const Request& request);

  using Part = ReadyPart;
  std::vector<Part> Readiness();

  const Services& services() const { return services_; }

 private:
  const Services services_;
};

}  // namespace tabletalk::runs
