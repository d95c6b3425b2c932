// The drafts: with a model where there is one, else what the offline planner can.
#pragma once

#include <memory>
#include <vector>

#include "runs/answers.h"
#include "runs/draft_service.h"
#include "runs/run_book.h"

namespace tabletalk::runs {

class Drafts final : public DraftService {
 public:
  /// `model` may be null. Everything that is referred to outlives this.
  Drafts(const Options& options, std::shared_ptr<datasets::Catalog> catalog,
         std::shared_ptr<sandbox::Sandbox> sandbox, RunExecutor& executor, const RunBook& book,
         const CodeService& code, Answers& answers, std::shared_ptr<model::ChatModel> model)
      : options_(options),
        catalog_(std::move(catalog)),
        sandbox_(std::move(sandbox)),
        executor_(executor),
        book_(book),
        code_(code),
        answers_(answers),
        model_(std::move(model)) {}

  base::Result<wire::CalculateAdvancedReply> Calculation(const wire::CodegenRequest& request,
                                                         const Request& context) override;
  base::Result<wire::CodegenReply> Code(const wire::CodegenRequest& request,
                                        const Request& context) override;
  base::Result<wire::SqlDraftReply> Sql(const wire::SqlDraftRequest& request,
                                        const Request& context) override;
  base::Result<wire::CalculateSqlReply> CalculateSql(const wire::CalculateSqlRequest& request,
                                                     const Request& context) override;
  base::Result<wire::UnderstandingReply> Understand(const wire::UnderstandingRequest& request,
                                                    const Request& context) override;
  base::Result<wire::GenerateUiReply> View(const wire::GenerateUiRequest& request,
                                           const Request& context) override;
  base::Result<wire::ExecuteReply> Execute(const wire::ExecuteRequest& code,
                                           const Request& request) override {
    return code_.Execute(code, request);
  }
  base::Result<wire::Verdict> ValidatePython(const std::string& code, wire::PythonContract contract,
                                             const Request& request) override {
    return code_.ValidatePython(code, contract, request);
  }
  base::Result<wire::Verdict> ValidateSql(const wire::ValidateSqlRequest& statement,
                                          const Request& request) override {
    return code_.ValidateSql(statement, request);
  }

 private:
  struct Statement {
    wire::SqlDraftReply reply;
    wire::Verdict verdict;
  };
  base::Result<Statement> DraftStatement(const wire::SqlDraftRequest& request,
                                         const Request& context) const;
  base::Result<Statement> DraftStatementOn(const wire::DatasetSchema& dataset,
                                           const wire::CalculateSqlRequest& request,
                                           const Request& context);

  const Options options_;
  const std::shared_ptr<datasets::Catalog> catalog_;
  const std::shared_ptr<sandbox::Sandbox> sandbox_;
  RunExecutor& executor_;
  const RunBook& book_;
  const CodeService& code_;
  Answers& answers_;
  const std::shared_ptr<model::ChatModel> model_;
};

}  // namespace tabletalk::runs
