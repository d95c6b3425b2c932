// Code, statements and artifacts on request: generate, check, ask for a fix with the issues.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyst/analyst.h"
#include "wire/artifact.h"
#include "wire/code.h"
#include "wire/generation.h"

namespace tabletalk::analyst {

struct CodeDraft {
  std::string code;
  std::string summary;
  std::vector<std::string> allowed_imports;
  wire::Verdict verdict;
  Effort effort;
};

struct SqlDraft {
  std::string sql;
  std::string summary;
  std::map<std::string, wire::Value> parameters;
  wire::Verdict verdict;
  Effort effort;
};

struct ArtifactDraft {
  wire::Artifact artifact;
  std::string summary;
  Effort effort;
};

/// A plan that has passed the type check.
struct PlanDraft {
  wire::QueryPlan plan;
  std::vector<std::string> assumptions;
  double confidence = 0;  ///< 0..1: halved for each fix that was needed.
  Effort effort;
};

/// What an artifact is drawn from. Its cells are sent as samples only.
struct ArtifactData {
  wire::Table table;
  /// What names of columns may be made of where cells are withheld: the code that computed the
  /// table, and the schema's names. Absent: no name can hold a cell.
  std::optional<std::string> names_from = {};
};

/// Immutable; any number of threads. Errors as of Analyst::Ask.
class Generator {
 public:
  Generator(Options options, std::shared_ptr<model::ChatModel> model);

  base::Result<CodeDraft> DraftCalculation(const wire::CodegenRequest& request, Checker& checker,
                                           const Context& context) const;
  base::Result<SqlDraft> DraftSql(const wire::SqlDraftRequest& request, Checker& checker,
                                  const Context& context) const;
  /// The plan of a question; nothing is run.
  base::Result<PlanDraft> DraftPlan(const std::string& question, const wire::DatasetSchema& dataset,
                                    const Context& context) const;
  /// With context.emit, the code is emitted as `code` events once it has been checked.
  base::Result<ArtifactDraft> DraftArtifact(const std::string& prompt, const ArtifactData& data,
                                            Checker& checker, const Context& context) const;

 private:
  const Options options_;
  const std::shared_ptr<model::ChatModel> model_;
};

}  // namespace tabletalk::analyst
