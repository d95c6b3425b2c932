// Conversations as they can be read again.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/run.h"

namespace tabletalk::wire {

/// An entry of GET /threads.
struct ThreadSummary {
  std::string thread_id;
  std::string title;  ///< The first question, shortened.
  std::string dataset_id;
  std::string created_at;
  std::string updated_at;
  std::uint64_t messages = 0;
};
BOOST_DESCRIBE_STRUCT(ThreadSummary, (),
                      (thread_id, title, dataset_id, created_at, updated_at, messages))

enum class MessageRole { user, assistant };
BOOST_DESCRIBE_ENUM(MessageRole, user, assistant)

/// An entry of GET /threads/{id}/messages.
struct ThreadMessage {
  std::string message_id;
  MessageRole role = MessageRole::user;
  std::string content;            ///< The question, or the answer as it was shown.
  std::vector<std::string> runs;  ///< Run ids.
  std::string created_at;
  std::optional<RunError> error;  ///< Where there was no answer.
};
BOOST_DESCRIBE_STRUCT(ThreadMessage, (), (message_id, role, content, runs, created_at, error))

}  // namespace tabletalk::wire
