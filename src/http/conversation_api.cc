#include "http/conversation_api.h"

#include <utility>

#include "http/handler.h"
#include "http/page.h"

namespace tabletalk::http {
namespace {

wire::DoneEvent DoneOf(wire::ChatReply reply) {
  wire::DoneEvent done;
  done.code_complete = reply.artifact.has_value();
  done.data_ready = reply.result.has_value();
  done.thread_id = reply.thread_id;
  done.message_id = reply.message_id;
  done.metadata = reply.metadata;
  done.reply = std::move(reply);
  return done;
}

// A view alone, in the form of an answer, so that `done` is of one form.
wire::DoneEvent DoneOf(wire::GenerateUiReply view) {
  wire::ChatReply reply;
  reply.answer = std::move(view.summary);
  reply.artifact = std::move(view.artifact);
  reply.metadata = std::move(view.metadata);
  return DoneOf(std::move(reply));
}

// The last event, or the whole answer.
template <class T>
Outcome Conclude(const Call& call, T reply) {
  if (!call.emit) return JsonReply(reply);
  call.emit(DoneOf(std::move(reply)));
  return Reply{};
}

}  // namespace

std::vector<Route> ConversationApi::Routes() const {
  const auto to = [this](Outcome (ConversationApi::*handler)(const Call&) const) {
    return [this, handler](const Call& call) { return (this->*handler)(call); };
  };
  using enum Lane;
  using Self = ConversationApi;
  const auto none = Takes::nothing;
  const auto json = Takes::json;
  return {
      {"POST", "/chat", conversation, json, true, to(&Self::Chat), {}, Streams::if_accepted},
      {"POST", "/chat/stream", conversation, json, true, to(&Self::Chat), {}, Streams::always},
      {"GET", "/chat/stream", here, none, false, to(&Self::ResumeChat), {}, Streams::resumed},
      {"POST", "/query-understanding", conversation, json, false, to(&Self::Understand)},
      {"POST",
       "/generate-ui",
       conversation,
       json,
       true,
       to(&Self::GenerateUi),
       {},
       Streams::if_accepted},
      {"POST", "/ai/codegen", conversation, json, false, to(&Self::DraftCode), "/ai/codegen"},
      {"POST", "/ai/sql", conversation, json, false, to(&Self::DraftSql), "/ai/sql"},
      {"POST", "/calculate/advanced", conversation, json, false, to(&Self::DraftCalculation),
       "/ai/codegen"},
      {"POST", "/calculate/sql", conversation, json, false, to(&Self::CalculateSql), "/ai/sql"},
      {"GET", "/threads", lookup, none, false, to(&Self::ListThreads)},
      {"GET", "/threads/{id}/messages", lookup, none, false, to(&Self::ListMessages)},
      {"DELETE", "/threads/{id}", lookup, none, false, to(&Self::DeleteThread)},
      {"GET", "/messages/{id}/egress", lookup, none, false, to(&Self::GetEgress)},
  };
}

Outcome ConversationApi::Chat(const Call& call) const {
  const auto question = ReadBody<wire::ChatRequest>(call);
  if (question.has_error()) return FailureOf(question.error());
  auto reply = backend_->Chat(*question, RequestOf(call));
  if (reply.has_error()) return FailureOf(reply.error());
  return Conclude(call, std::move(*reply));
}

// Reached only without a Last-Event-ID: the rest of a stream is sent without asking a handler.
Outcome ConversationApi::ResumeChat(const Call&) const {
  return FailureOf(base::InvalidArgument(
      "Last-Event-ID is missing: this route gives the rest of a stream that POST /chat/stream "
      "began"));
}

Outcome ConversationApi::DraftCode(const Call& call) const {
  return Answer<wire::CodegenRequest>(call, [this](const auto& code, const auto& request) {
    return backend_->DraftCode(code, request);
  });
}

Outcome ConversationApi::DraftCalculation(const Call& call) const {
  return Answer<wire::CodegenRequest>(call, [this](const auto& code, const auto& request) {
    return backend_->DraftCalculation(code, request);
  });
}

Outcome ConversationApi::DraftSql(const Call& call) const {
  return Answer<wire::SqlDraftRequest>(call, [this](const auto& statement, const auto& request) {
    return backend_->DraftSql(statement, request);
  });
}

Outcome ConversationApi::CalculateSql(const Call& call) const {
  return Answer<wire::CalculateSqlRequest>(call,
                                           [this](const auto& statement, const auto& request) {
                                             return backend_->CalculateSql(statement, request);
                                           });
}

Outcome ConversationApi::Understand(const Call& call) const {
  return Answer<wire::UnderstandingRequest>(call,
                                            [this](const auto& question, const auto& request) {
                                              return backend_->Understand(question, request);
                                            });
}

Outcome ConversationApi::GenerateUi(const Call& call) const {
  const auto view = ReadBody<wire::GenerateUiRequest>(call);
  if (view.has_error()) return FailureOf(view.error());
  auto reply = backend_->GenerateUi(*view, RequestOf(call));
  if (reply.has_error()) {
    Failure failure = FailureOf(reply.error());
    failure.details.emplace("stage", base::EnumName(wire::Stage::code_generation));
    return failure;
  }
  return Conclude(call, std::move(*reply));
}

Outcome ConversationApi::ListThreads(const Call& call) const {
  auto page =
      PageOf(backend_->Threads(), call.query, [](const auto& one) { return one.thread_id; });
  if (page.has_error()) return FailureOf(page.error());
  return JsonReply(ThreadPage{std::move(page->items), std::move(page->next_cursor)});
}

Outcome ConversationApi::ListMessages(const Call& call) const {
  auto messages = backend_->Messages(call.path[0]);
  if (messages.has_error()) return FailureOf(messages.error());
  auto page =
      PageOf(std::move(*messages), call.query, [](const auto& one) { return one.message_id; });
  if (page.has_error()) return FailureOf(page.error());
  return JsonReply(MessagePage{std::move(page->items), std::move(page->next_cursor)});
}

Outcome ConversationApi::DeleteThread(const Call& call) const {
  const auto deleted = backend_->DeleteThread(call.path[0]);
  if (deleted.has_error()) return FailureOf(deleted.error());
  return JsonReply(ThreadDeleted{call.path[0]});
}

Outcome ConversationApi::GetEgress(const Call& call) const {
  auto egress = backend_->EgressOf(call.path[0]);
  if (egress.has_error()) return FailureOf(egress.error());
  return JsonReply(EgressPage{std::move(*egress), std::nullopt});
}

}  // namespace tabletalk::http
