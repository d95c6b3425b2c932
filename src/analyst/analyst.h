// The loop that turns a question into a verified answer.
//
// An Analyst is immutable and may be asked from any number of threads; a call blocks for as long as
// the conversation takes. It runs nothing itself: tools call the Workbench, which validates and
// sandboxes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyst/options.h"
#include "analyst/workbench.h"
#include "model/chat_model.h"
#include "wire/chart.h"
#include "wire/chat.h"
#include "wire/event.h"
#include "wire/run.h"

namespace tabletalk::analyst {

/// An earlier exchange of the thread, oldest first in a Question.
struct Turn {
  std::string question;
  std::string answer;  ///< With its slots unfilled, so that no cell is in it.
  std::optional<wire::QueryPlan> plan;
  std::string sql;
  std::string python;
};

struct Question {
  std::string text;
  std::vector<Turn> history;
};

struct Context {
  base::TraceId trace_id;
  base::Deadline deadline = base::Deadline::Never();
  base::CancelToken cancel;
  std::function<void(const wire::Event&)> emit;  ///< May be empty. On the caller's thread.
  std::function<void(wire::Egress)> on_egress;   ///< May be empty.
};

/// What the models of one question took.
struct Effort {
  std::int64_t attempts = 1;  ///< Plans, statements and code until one was valid.
  std::int64_t model_calls = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  double model_ms = 0;
  std::string provider;
  std::string model;
};

struct Answer {
  std::string text;        ///< What is shown.
  std::string said;        ///< The same with its slots, for the thread.
  bool understood = true;  ///< False: `text` says why there is no answer.
  std::vector<wire::NumberLink> numbers;
  std::vector<wire::Run> runs;       ///< All of them, in order.
  std::optional<std::size_t> shown;  ///< Which of them the answer is about.
  std::optional<wire::ChartSpec> chart;
  std::vector<std::string> assumptions;
  Effort effort;
};

class Analyst {
 public:
  Analyst(Options options, std::shared_ptr<model::ChatModel> model);
  ~Analyst();

  /// Errors: rejected, details.issues of the last attempt and details.attempts; those of the model
  /// (unavailable, busy, timed_out, too_large; details.reason "no_answer" where it answered, but
  /// never said anything); those of a run that no attempt mended, with details.run_id and
  /// .timed_out; those of the workbench; not_understood where all that the model said had numbers
  /// that nothing backs; cancelled; timed_out. details.stage is a wire::Stage name.
  base::Result<Answer> Ask(const Question& question, Workbench& bench,
                           const Context& context) const;

 private:
  const Options options_;
  const std::shared_ptr<model::ChatModel> model_;
};

}  // namespace tabletalk::analyst
