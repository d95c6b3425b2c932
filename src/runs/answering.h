// Questions in their conversations.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runs/answers.h"
#include "runs/ask_service.h"
#include "runs/thread_store.h"

namespace tabletalk::runs {

class Answering final : public AskService {
 public:
  /// `answers` outlives this.
  Answering(const Options& options, std::shared_ptr<datasets::Catalog> catalog, Answers& answers,
            std::shared_ptr<ThreadStore> threads)
      : options_(options),
        catalog_(std::move(catalog)),
        answers_(answers),
        threads_(std::move(threads)) {}

  base::Result<wire::ChatReply> Ask(const wire::ChatRequest& question, const Request& request,
                                    const Export& whole) override;
  base::Result<std::vector<wire::ThreadSummary>> Threads() const override {
    return threads_->List();
  }
  base::Result<std::vector<wire::ThreadMessage>> Messages(
      const std::string& thread_id) const override {
    return threads_->Messages(thread_id);
  }
  base::Result<void> DeleteThread(const std::string& thread_id) override {
    return threads_->Delete(thread_id);
  }
  base::Result<std::vector<wire::Egress>> EgressOf(const std::string& message_id) const override {
    return threads_->EgressOf(message_id);
  }

 private:
  base::Result<Answered> Answer(const Asked& asked, std::vector<wire::Egress>& egress);
  base::Result<Answered> AnswerWithoutModel(const Asked& asked, const base::Error& lost);

  const Options options_;
  const std::shared_ptr<datasets::Catalog> catalog_;
  Answers& answers_;
  const std::shared_ptr<ThreadStore> threads_;
};

}  // namespace tabletalk::runs
