// A chat model: messages and tools in, text and tool calls out.
//
// Messages own the protocol: they are the same for every provider, which alone knows its wire.
// Calls block; any number of threads may call at the same time. A ChatModel holds no conversation.
// What cuts across (retries, a budget, a record of what was sent) is a decorator, itself a
// ChatModel.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "base/id.h"
#include "base/json.h"
#include "wire/egress.h"

namespace tabletalk::model {

enum class Role { user, assistant, tool };

/// A tool that the model asked for. `arguments` is JSON text as the model wrote it, whole but not
/// checked: a small model writes bad JSON, and its reader says what is wrong with it.
struct ToolCall {
  std::string id;  ///< The provider's, or one that was made up where it gives none.
  std::string name;
  std::string arguments;
};

struct Message {
  Role role = Role::user;
  /// The text, in pieces of one class each; on the wire they are one text.
  std::vector<wire::EgressPart> parts;
  std::vector<ToolCall> tool_calls;  ///< assistant only.
  std::string tool_call_id;          ///< tool only: what this is the outcome of.
  std::string tool_name;             ///< tool only; Gemini wants the name.

  std::string Text() const;
};

struct Tool {
  std::string name;
  std::string description;
  base::json::object parameters;  ///< JSON Schema of its arguments: an object.
};

enum class ToolChoice { automatic, none, required };

/// The answer shall be one JSON value of this schema. Where the server cannot be held to it, the
/// provider asks for it in words and the caller salvages (model/salvage.h).
struct OutputFormat {
  std::string name;  ///< [a-z_]+
  base::json::object schema;
};

struct Request {
  std::vector<wire::EgressPart> system;
  std::vector<Message> messages;
  std::vector<Tool> tools;
  ToolChoice tool_choice = ToolChoice::automatic;
  std::optional<OutputFormat> output;
  double temperature = 0.1;
  std::int64_t max_tokens = 4096;  ///< Of the answer.
};

enum class Finish {
  stop,           ///< The model had said what it wanted.
  tool_calls,     ///< It waits for tools.
  length,         ///< Cut at max_tokens.
  content_filter  ///< The provider withheld the rest.
};

struct Usage {
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
};

struct Response {
  std::string text;
  std::vector<ToolCall> tool_calls;
  Finish finish = Finish::stop;
  Usage usage;                               ///< Zero where the server gives none.
  std::string model;                         ///< As the server calls itself.
  std::chrono::milliseconds first_token{0};  ///< From the call to the first piece of the answer.
  std::chrono::milliseconds total{0};
};

/// Who calls, until when, and who listens.
struct Context {
  base::TraceId trace_id;  ///< Travels along as X-Request-Id and traceparent.
  base::Deadline deadline = base::Deadline::Never();
  base::CancelToken cancel;
  /// Pieces of the text as they come; may be empty. Called on the caller's thread. Not called for
  /// arguments of tools.
  std::function<void(std::string_view)> on_text;
  /// Each request just before it is sent, retries included; may be empty.
  std::function<void(wire::Egress)> on_egress;
};

/// What a model can do, as far as its provider knows.
struct Abilities {
  bool tools = true;
  bool structured_output = true;
};

class ChatModel {
 public:
  virtual ~ChatModel() = default;

  /// Errors, each with details.provider, .model and, where there was a response, .status:
  ///   unavailable      no connection, cut connection, 401, 403, 404, 5xx, a body that makes no
  ///                    sense; details.reason is one of "unreachable", "unauthorized", "forbidden",
  ///                    "not_found", "server_error", "bad_response", "cut"
  ///   busy             429; details.retry_after_s where the server said so
  ///   timed_out        MODEL_TIMEOUT_SECONDS of silence, or the deadline
  ///   cancelled        the caller's token
  ///   invalid_argument the provider refused the request (400, 413, 422); details.provider_message
  ///                    is its own text, bounded
  ///   too_large        the answer was larger than any answer should be, or the budget is used up
  virtual base::Result<Response> Chat(const Request& request, const Context& context) = 0;

  virtual std::string provider() const = 0;  ///< "openai", "anthropic", "google", ...
  virtual std::string name() const = 0;      ///< The model asked for.
  virtual Abilities abilities() const = 0;
};

}  // namespace tabletalk::model
