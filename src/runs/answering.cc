#include "runs/answering.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "runs/refusal.h"

namespace tabletalk::runs {
namespace {

using base::Error;
using base::Result;

// What is kept of a question that failed: "leave out those" is about what was asked all the same.
void TakeFailure(const Asked& asked, const Error& error, Exchange& exchange) {
  exchange.error =
      wire::RunError{std::string(base::Name(error.code())), error.public_message(), {}};
  Remembered remembered;
  remembered.turn.question = asked.chat.message;
  if (!asked.before.empty()) remembered.chain = asked.before.back().chain;
  exchange.remembered = std::move(remembered);
}

// An error that is the model's, and not one of the question or of a run.
bool IsOfTheModel(const Error& error) {
  const auto* stage = error.details().if_contains("stage");
  return stage != nullptr && stage->is_string() && stage->get_string() == "model";
}

Exchange Begun(const std::string& question) {
  Exchange exchange;
  exchange.question_id = base::MessageId::Fresh().text();
  exchange.message_id = base::MessageId::Fresh().text();
  exchange.question = question;
  return exchange;
}

}  // namespace

Result<Answered> Answering::Answer(const Asked& asked, std::vector<wire::Egress>& egress) {
  if (auto code = DirectCode(asked.chat.message)) return answers_.Code(*code, asked);
  // Readings are the planner's, also where a model did not understand.
  if (!answers_.has_model() || asked.chat.pick) return answers_.Offline(asked);
  auto answered = answers_.WithModel(asked, egress);
  const bool lost = answered.has_error() && IsOfTheModel(answered.error());
  if (!lost || !options_.offline_fallback) return answered;
  return AnswerWithoutModel(asked, answered.error());
}

Result<Answered> Answering::AnswerWithoutModel(const Asked& asked, const Error& lost) {
  base::Log(base::LogLevel::warn, "model_lost",
            {{"trace_id", asked.request.trace_id.text()},
             {"code", base::Name(lost.code())},
             {"detail", lost.internal_detail().text}});
  auto offline = answers_.Offline(asked);
  // What cannot be answered without the model is for want of it.
  if (offline.has_error() || !offline->reply.understood) return lost;
  offline->reply.assumptions.insert(
      offline->reply.assumptions.begin(),
      "The model could not be reached, so the question was read without it.");
  return offline;
}

Result<wire::ChatReply> Answering::Ask(const wire::ChatRequest& question, const Request& request,
                                       const Export& whole) {
  const auto started = std::chrono::steady_clock::now();
  if (!DirectCode(question.message)) {
    TT_CHECK(CheckText("message", question.message, options_.max_question_chars));
  }
  // A dataset that is not there begins no thread.
  TT_ASSIGN(auto dataset, catalog_->Open(question.dataset_id, request.Context()));
  Exchange exchange = Begun(question.message);
  const std::string thread_id = question.thread_id && !question.thread_id->empty()
                                    ? *question.thread_id
                                    : base::ThreadId::Fresh().text();
  const auto window = static_cast<std::size_t>(options_.analyst.history_window);
  TT_ASSIGN(auto before, threads_->Begin(thread_id, question.dataset_id, exchange, window));
  const Asked asked{question,           request,   whole,
                    std::move(dataset), thread_id, exchange.message_id,
                    std::move(before)};
  auto answered = Answer(asked, exchange.egress);
  if (answered.has_error()) {
    Error error = std::move(answered).error();
    const std::string message_id = exchange.message_id;
    TakeFailure(asked, error, exchange);
    TT_CHECK(threads_->Finish(thread_id, std::move(exchange)));
    return std::move(error)
        .WithDetail("thread_id", base::json::value(thread_id))
        .WithDetail("message_id", base::json::value(message_id));
  }
  wire::ChatReply& reply = answered->reply;
  exchange.answer = reply.answer;
  exchange.runs = reply.runs;
  exchange.remembered = std::move(answered->remembered);
  TT_CHECK(threads_->Finish(thread_id, std::move(exchange)));
  reply.metadata.time_ms = base::MillisecondsSince(started);
  return std::move(reply);
}

}  // namespace tabletalk::runs
