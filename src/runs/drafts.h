// Drafts on request: code, statements, plans and views that nobody has run as an answer.
#pragma once

#include <memory>
#include <vector>

#include "runs/answers.h"
#include "wire/generation.h"

namespace tabletalk::runs {

/// Thread-safe; calls block. With a model each of them generates, checks and mends; without one
/// they do what the offline planner can, and say unavailable (503) for the rest.
class Drafts {
 public:
  Drafts(const Options& options, std::shared_ptr<datasets::Catalog> catalog,
         std::shared_ptr<sandbox::Sandbox> sandbox, RunExecutor& executor, const CodeService& code,
         Answers& answers, std::shared_ptr<model::ChatModel> model)
      : options_(options),
        catalog_(std::move(catalog)),
        sandbox_(std::move(sandbox)),
        executor_(executor),
        code_(code),
        answers_(answers),
        model_(std::move(model)) {}

  /// Code that defines `calculate(input)`, and the policy's verdict on it. Errors:
  /// invalid_argument, forbidden (Python is off), rejected, those of the model, unavailable (no
  /// model, and nothing that can be drafted without).
  base::Result<wire::CalculateAdvancedReply> Calculation(const wire::CodegenRequest& request,
                                                         const Request& context) const;
  /// A statement over one table that need not exist.
  base::Result<wire::SqlDraftReply> Sql(const wire::SqlDraftRequest& request,
                                        const Request& context) const;
  /// A statement over a dataset, or over the one table that is named, and its result.
  base::Result<wire::CalculateSqlReply> CalculateSql(const wire::CalculateSqlRequest& request,
                                                     const Request& context) const;
  /// The plan of a question; nothing is run. not_understood is a reply without a plan.
  base::Result<wire::UnderstandingReply> Understand(const wire::UnderstandingRequest& request,
                                                    const Request& context) const;
  /// A view of a run's result or of rows that came along.
  base::Result<wire::GenerateUiReply> View(const wire::GenerateUiRequest& request,
                                           const Request& context) const;

 private:
  struct Statement {
    wire::SqlDraftReply reply;
    wire::Verdict verdict;
  };
  base::Result<Statement> DraftStatement(const wire::SqlDraftRequest& request,
                                         const Request& context) const;
  base::Result<Statement> DraftStatementOn(const wire::DatasetSchema& dataset,
                                           const wire::CalculateSqlRequest& request,
                                           const Request& context) const;

  const Options options_;
  const std::shared_ptr<datasets::Catalog> catalog_;
  const std::shared_ptr<sandbox::Sandbox> sandbox_;
  RunExecutor& executor_;
  const CodeService& code_;
  Answers& answers_;
  const std::shared_ptr<model::ChatModel> model_;
};

}  // namespace tabletalk::runs
