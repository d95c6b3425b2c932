// The routes that ask and draft, and those that tell of conversations afterwards.
//
// What asks a model runs in the conversation lane. Chat and views can be followed as event streams.
// Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/codec.h"
#include "http/backend.h"
#include "http/message.h"
#include "http/router.h"

namespace tabletalk::http {

struct ThreadPage {
  std::vector<wire::ThreadSummary> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ThreadPage, (), (items, next_cursor))

struct MessagePage {
  std::vector<wire::ThreadMessage> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(MessagePage, (), (items, next_cursor))

/// All that left for one answer; always the whole of it.
struct EgressPage {
  std::vector<wire::Egress> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(EgressPage, (), (items, next_cursor))

struct ThreadDeleted {
  std::string thread_id;
  bool deleted = true;
};
BOOST_DESCRIBE_STRUCT(ThreadDeleted, (), (thread_id, deleted))

class ConversationApi {
 public:
  explicit ConversationApi(std::shared_ptr<Backend> backend) : backend_(std::move(backend)) {}

  /// Handlers refer to this object.
  std::vector<Route> Routes() const;

 private:
  Outcome Chat(const Call& call) const;
  Outcome ResumeChat(const Call& call) const;
  Outcome DraftCode(const Call& call) const;
  Outcome DraftCalculation(const Call& call) const;
  Outcome DraftSql(const Call& call) const;
  Outcome CalculateSql(const Call& call) const;
  Outcome Understand(const Call& call) const;
  Outcome GenerateUi(const Call& call) const;
  Outcome ListThreads(const Call& call) const;
  Outcome ListMessages(const Call& call) const;
  Outcome DeleteThread(const Call& call) const;
  Outcome GetEgress(const Call& call) const;

  const std::shared_ptr<Backend> backend_;
};

}  // namespace tabletalk::http
