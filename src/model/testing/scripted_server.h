// A model server for tests: the wire formats of OpenAI, Anthropic and Google over loopback.
//
//   POST /v1/chat/completions, GET /v1/models                                    OpenAI
//   POST /v1/messages                                                            Anthropic
//   POST /v1beta/models/{m}:generateContent, :streamGenerateContent?alt=sse      Gemini
//
// It says what its Script holds and is as strict as the real servers: a request that they would
// refuse is answered with their 400 in their own words and kept with `refused`. It listens on a
// free port of 127.0.0.1 with one thread of its own, which holds as many connections as there are
// descriptors. All functions are thread-safe. The destructor stops it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "model/chat_model.h"
#include "model/testing/script.h"

namespace tabletalk::model::testing {

/// A message as received; an outcome of a tool is a message of its own.
struct ReceivedMessage {
  Role role = Role::user;
  std::string text;
  std::vector<ToolCall> tool_calls;
  std::string tool_call_id;  ///< tool only.
  std::string tool_name;     ///< tool only; looked up by the id where the wire has no name.
  bool tool_failed = false;  ///< tool only; Anthropic's is_error.
};

struct ReceivedRequest {
  // As it came.
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  base::json::value json;  ///< Null where the body is none.
  std::string raw;         ///< Every byte, the head included.

  // What it means.
  Wire wire = Wire::openai;
  std::string model;
  std::string api_key;
  bool stream = false;
  std::string system;
  std::vector<ReceivedMessage> messages;
  std::vector<Tool> tools;
  ToolChoice tool_choice = ToolChoice::automatic;
  std::optional<OutputFormat> output;
  std::optional<double> temperature;
  std::optional<std::int64_t> max_tokens;

  int status = 0;       ///< What it was answered with; 0 where nothing was sent.
  std::string refused;  ///< Why it was a 400 (401, 404) of the server's own; empty otherwise.

  /// The first of that name, without regard to case; empty where there is none.
  std::string Header(std::string_view name) const;
  std::string LastUserText() const;
};

class ScriptedServer {
 public:
  /// Listens at once; `port` 0 takes a free one. Throws std::runtime_error where it cannot.
  explicit ScriptedServer(Script script = {}, std::uint16_t port = 0);
  ~ScriptedServer();

  std::uint16_t port() const;
  /// "http://127.0.0.1:4711"
  std::string url() const;
  /// What model::Endpoint::base_url takes: url(), for OpenAI with "/v1".
  std::string BaseUrl(Wire wire) const;

  /// Replaces the script; no rule of it is used yet.
  void SetScript(Script script);
  /// Rules that have `times` left.
  std::size_t UnusedRules() const;

  /// Requests that were read as a whole, in the order of their arrival.
  std::vector<ReceivedRequest> Requests() const;
  /// The same, and forgets them.
  std::vector<ReceivedRequest> TakeRequests();
  void Forget();
  /// False where fewer came in that time.
  bool WaitForRequests(std::size_t count,
                       std::chrono::milliseconds longest = std::chrono::seconds(10)) const;

  std::size_t OpenConnections() const;
  std::size_t AcceptedConnections() const;  ///< Since the start.
  /// Waits until no more than `count` connections are open; a closed one is seen at once.
  bool WaitForConnections(std::size_t count,
                          std::chrono::milliseconds longest = std::chrono::seconds(10)) const;

  /// Closes every connection in the middle of whatever is going on, and goes on listening.
  void CutConnections();
  /// Closes all, the listening socket too: the model is dead. It can be started again on its port.
  void Stop();
  void Restart();

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace tabletalk::model::testing
