// What the scripted model server says, and to whom: free of any provider's wire.
//
// A Script is a list of rules. A request is answered by the first rule that fits it and has not
// been used up; rules with `times` 1 and no `when` are thus replies in order, and rules with a
// `when` and no `times` serve any number of conversations at once. A request that no rule fits is
// answered with a 400, so that a test which asks more than it meant to fails.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace tabletalk::model::testing {

/// The form of a request and its response.
enum class Wire { openai, anthropic, google };
BOOST_DESCRIBE_ENUM(Wire, openai, anthropic, google)

/// A tool that the model asks for. Text as `arguments` is sent as it stands, so that it may be bad
/// JSON; anything else is sent as JSON. Gemini has no place for bad JSON: as the real one does, it
/// then ends with MALFORMED_FUNCTION_CALL and without the call.
struct WireCall {
  std::string name;
  base::json::value arguments = base::json::object{};
  std::string id;  ///< Made up where empty.
  static constexpr std::string_view kOptional[] = {"arguments", "id"};
};
BOOST_DESCRIBE_STRUCT(WireCall, (), (name, arguments, id))

/// Empty (`by_content`): tool_calls where there are some, else stop.
enum class WireFinish { by_content, stop, tool_calls, length, content_filter };
BOOST_DESCRIBE_ENUM(WireFinish, by_content, stop, tool_calls, length, content_filter)

/// What goes wrong with an answer of status 200. Those that speak of a stream cut an answer that
/// was not asked for as a stream in its middle.
enum class Fault {
  none,
  cut_before_head,     ///< Nothing is sent, and the connection closed.
  cut_before_body,     ///< The head, then closed.
  cut_after_bytes,     ///< `cut_after` bytes of the body, then closed.
  cut_before_finish,   ///< All pieces, but not the one that says why it ends.
  cut_before_end,      ///< All but the end marker ([DONE], message_stop; Gemini has none).
  stall_before_head,   ///< Nothing is ever sent; the connection stays open.
  stall_before_body,   ///< The head, then nothing.
  stall_in_body,       ///< The first piece, then nothing.
  error_event,         ///< The first piece, then the provider's own error inside the stream.
  malformed_json,      ///< The second event (or the body) is no JSON.
  wrong_content_type,  ///< A page of HTML under status 200.
  not_a_stream,        ///< The whole answer as one JSON body, although a stream was asked for.
  empty_body,          ///< Head and end, nothing between.
  no_choice            ///< Well-formed, but there is no answer in it.
};
BOOST_DESCRIBE_ENUM(Fault, none, cut_before_head, cut_before_body, cut_after_bytes,
                    cut_before_finish, cut_before_end, stall_before_head, stall_before_body,
                    stall_in_body, error_event, malformed_json, wrong_content_type, not_a_stream,
                    empty_body, no_choice)

/// One answer. Times are milliseconds.
struct WireReply {
  std::string text;
  std::string thinking;  ///< Reasoning before the text, where the wire has a place for it.
  std::vector<WireCall> tool_calls;
  WireFinish finish = WireFinish::by_content;
  std::int64_t input_tokens = 11;
  std::int64_t output_tokens = 7;
  bool usage = true;  ///< False: the server counts no tokens.

  std::int64_t piece_chars = 12;  ///< Code points of text, or of arguments, in one event.
  std::int64_t write_bytes = 0;   ///< Bytes of the body in one write; 0: one event each.
  std::int64_t head_ms = 0;       ///< Before the head.
  std::int64_t first_ms = 0;      ///< Between the head and the body.
  std::int64_t piece_ms = 0;      ///< Between one write and the next.
  bool crlf = false;              ///< Line ends of the stream.
  bool comments = false;          ///< Keep-alive comments (Anthropic: pings) between events.

  int status = 200;           ///< 400 and above: the provider's own error body.
  std::string error_message;  ///< Of it; a plain one where empty.
  std::string retry_after;    ///< The header's value, seconds or a date.
  Fault fault = Fault::none;
  std::int64_t cut_after = 0;  ///< For cut_after_bytes.

  static WireReply Text(std::string text);
  static WireReply Call(std::string tool, base::json::value arguments);
  static WireReply Status(int status);
  static WireReply Faulty(Fault fault, std::string text = "Forty-two, as ever: größer als 41.");

  static constexpr std::string_view kOptional[] = {
      "text",          "thinking",    "tool_calls",  "finish",      "input_tokens",
      "output_tokens", "usage",       "piece_chars", "write_bytes", "head_ms",
      "first_ms",      "piece_ms",    "crlf",        "comments",    "status",
      "error_message", "retry_after", "fault",       "cut_after"};
};
BOOST_DESCRIBE_STRUCT(WireReply, (),
                      (text, thinking, tool_calls, finish, input_tokens, output_tokens, usage,
                       piece_chars, write_bytes, head_ms, first_ms, piece_ms, crlf, comments,
                       status, error_message, retry_after, fault, cut_after))

/// Which requests a rule is for; what is absent or empty fits all.
struct When {
  std::string last_user;                 ///< In the text of the last user message.
  std::string any;                       ///< In the text of the system prompt or of any message.
  std::optional<bool> tool_result;       ///< The last message is (is not) the outcome of a tool.
  std::optional<std::string> last_tool;  ///< Of that name.
  std::optional<std::int64_t> turn;      ///< 1 + the number of the assistant's messages.
  std::optional<Wire> wire;
  static constexpr std::string_view kOptional[] = {"last_user", "any"};
};
BOOST_DESCRIBE_STRUCT(When, (), (last_user, any, tool_result, last_tool, turn, wire))

struct Rule {
  When when;
  std::int64_t times = 1;  ///< 0: any number.
  WireReply reply;
  static constexpr std::string_view kOptional[] = {"when", "times"};
};
BOOST_DESCRIBE_STRUCT(Rule, (), (when, times, reply))

/// Servers that know no tools refuse a request that has some, each in its own words (status 400;
/// llama.cpp 500).
enum class ToolSupport { yes, llama_cpp, ollama, vllm };
BOOST_DESCRIBE_ENUM(ToolSupport, yes, llama_cpp, ollama, vllm)

struct Script {
  std::vector<Rule> rules;
  std::string
      api_key;  ///< Each request must bring it as its provider wants it; empty: none needed.
  ToolSupport tools = ToolSupport::yes;
  bool structured_output = true;  ///< False: a request for a JSON Schema is a 400.
  static constexpr std::string_view kOptional[] = {"rules", "api_key", "tools",
                                                   "structured_output"};
};
BOOST_DESCRIBE_STRUCT(Script, (), (rules, api_key, tools, structured_output))

/// Replies in order.
Script InOrder(std::vector<WireReply> replies);
/// The same reply to everything.
Script Always(WireReply reply);

/// A script as JSON, its fields as above. Unknown fields are an error.
base::Result<Script> ParseScript(std::string_view json);

}  // namespace tabletalk::model::testing
