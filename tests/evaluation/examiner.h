// Asks one question after the other, as a user of the command line would, and judges the answers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "expected.h"
#include "parts.h"
#include "question_file.h"
#include "report.h"

namespace tabletalk::evaluation {

/// Parts of the product for one thread. The tables of the last question stay open.
class Examiner {
 public:
  explicit Examiner(app::Parts parts) : parts_(std::move(parts)) {}
  Verdict Ask(const Question& question);

 private:
  base::Result<void> Open(const Question& question);
  Verdict JudgeAnswer(const Question& question, const wire::ChatReply& reply);
  Verdict JudgeRefusal(const Question& question, const wire::ChatReply& reply);
  /// What the question's statements give, one table each.
  base::Result<std::vector<wire::Table>> Expected(const Question& question);

  app::Parts parts_;
  ExpectedEngine expected_;
  std::shared_ptr<const datasets::Dataset> dataset_;
  std::vector<std::string> files_;  ///< Of dataset_, with registered_: what it was opened as.
  std::string registered_;
};

}  // namespace tabletalk::evaluation
