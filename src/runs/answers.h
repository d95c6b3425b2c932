// The three ways to an answer: code as it stands, the planner that needs no model, and the analyst.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "analyst/analyst.h"
#include "analyst/drafts/generator.h"
#include "offline/planner.h"
#include "runs/code_service.h"
#include "runs/run_executor.h"
#include "runs/thread_store.h"
#include "sandbox/admission.h"

namespace tabletalk::runs {

/// An answer, and what its thread keeps of it.
struct Answered {
  wire::ChatReply reply;
  Remembered remembered;
};

/// One question on its way. The ids are settled before.
struct Asked {
  const wire::ChatRequest& chat;
  const Request& request;
  const Export& whole;
  std::shared_ptr<const datasets::Dataset> dataset;
  std::string thread_id;
  std::string message_id;
  std::vector<Remembered> before;  ///< Oldest first.
};

/// "SQL: ..." and "PYTHON: ..." as the run that they are; none for a question.
std::optional<wire::RunRequest> DirectCode(const std::string& message);

/// Adds those that are not there yet.
void AddNew(const std::vector<std::string>& from, std::vector<std::string>& to);

/// Thread-safe; calls block.
class Answers {
 public:
  /// `model` may be null: then WithModel is not to be called.
  Answers(const Options& options, std::shared_ptr<sandbox::Sandbox> sandbox,
          std::shared_ptr<base::Clock> clock, RunExecutor& executor, const CodeService& code,
          std::shared_ptr<model::ChatModel> model);

  base::Result<Answered> Code(const wire::RunRequest& code, const Asked& asked);
  /// A question that is not understood is an answer with `understood` false and its readings; a
  /// picked one of them is answered. invalid_argument where it picks what was not offered.
  base::Result<Answered> Offline(const Asked& asked);
  /// Errors: as of analyst::Analyst::Ask. `egress` has what was sent, also where it fails.
  base::Result<Answered> WithModel(const Asked& asked, std::vector<wire::Egress>& egress);

  bool has_model() const { return model_ != nullptr; }
  /// The planner of a dataset as it stands now; its index is built once.
  std::shared_ptr<const offline::Planner> PlannerFor(
      const std::shared_ptr<const datasets::Dataset>& dataset);
  std::chrono::year_month_day Today() const;

 private:
  wire::ChatReply NewReply(const Asked& asked) const;
  /// Of a result that came back cut: a run for what its sentence says of the whole. None where the
  /// sentence needs none, or where that run failed; then nothing is said of the whole.
  KeptRun EndsOf(const offline::Planned& planned, const wire::Run& run, const Asked& asked);
  /// What was asked before, for a follow-up: its questions read again.
  std::optional<offline::Intent> IntentBefore(const offline::Planner& planner,
                                              const std::vector<Said>& chain) const;
  /// For a question that the model did not understand.
  std::vector<wire::Reading> ReadingsWithoutModel(const Asked& asked);
  Answered Refuse(const Asked& asked, offline::NotUnderstood refusal);
  base::Result<Answered> AnswerPlanned(const Asked& asked, offline::Planned planned);
  /// Adds an artifact where one is wanted and the result is a table.
  void Visualize(const Asked& asked, bool with_model, std::vector<wire::Egress>* egress,
                 wire::ChatReply& reply);

  const Options options_;
  const std::shared_ptr<sandbox::Sandbox> sandbox_;
  const std::shared_ptr<base::Clock> clock_;
  RunExecutor& executor_;
  const CodeService& code_;
  const std::shared_ptr<model::ChatModel> model_;
  sandbox::Admission turns_;
  /// Who writes the first request of a question: work for a processor, and of no use to anybody
  /// before it is done. In turn, the last of a crowd hears at once that it is being worked on.
  sandbox::Admission preparations_;

  struct Planning {
    std::shared_ptr<const datasets::Dataset> dataset;
    std::shared_ptr<const offline::Planner> planner;
  };
  std::mutex planners_mutex_;
  std::map<std::string, Planning> planners_;
};

}  // namespace tabletalk::runs
