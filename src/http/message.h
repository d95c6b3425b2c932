// A request and what came of it, as the routes see them: no socket, no parser, no thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/id.h"
#include "wire/event.h"

namespace tabletalk::http {

/// Header fields in the order they came. Names compare without regard to ASCII case.
class Headers {
 public:
  void Add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  /// The first value of that name.
  std::optional<std::string_view> Find(std::string_view name) const;
  std::size_t Count(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

bool EqualIgnoringCase(std::string_view a, std::string_view b);

/// What is known of a request before its body was read.
struct RequestHead {
  std::string method;  ///< As sent: "GET".
  std::string target;  ///< As sent, still percent-encoded.
  bool http_1_1 = true;
  Headers headers;
};

/// A file that is sent as it is.
struct FileBody {
  base::UniqueFd fd;
  std::uint64_t size = 0;
};

/// A good answer. The body is JSON text, unless `headers` name another Content-Type.
struct Reply {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const FileBody> file = {};  ///< In place of `body`.
};

/// A refusal or a failure; rendered as the error body once the trace id is known.
struct Failure {
  int status = 500;
  std::string message;  ///< One clear sentence.
  boost::json::object details;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Allow, Retry-After...
  bool retryable = false;              ///< The same request may well succeed later.
  std::string code;                    ///< A base::ErrorCode name, for the log; may be empty.
  base::InternalText internal_detail;  ///< For the log.
  boost::json::object beside;  ///< Further members of the body, beside the three of all errors.
};

using Outcome = std::variant<Reply, Failure>;

/// How the client wants the answer: in one piece, or as events while it comes about.
enum class Form { whole, events };

/// Where a body goes that is not held in memory, piece by piece as it arrives. Pieces come one
/// after the other, each on a thread that may block. Destroyed without a last word where the client
/// left, ran out of time or sent too much: what was written until then is to be forgotten.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// An error ends the transfer and is the answer.
  virtual base::Result<void> Write(std::string_view piece) = 0;
};

using TextFields = std::map<std::string, std::string, std::less<>>;

/// One call of a handler. Values are decoded.
struct Call {
  TextFields path;   ///< What the {placeholders} matched, by name.
  TextFields query;  ///< The first of each name counts.
  std::string body;
  std::shared_ptr<BodySink> sink;  ///< In place of `body`, of a route that streams; all of it came.
  base::TraceId trace_id;
  base::Deadline deadline = base::Deadline::Never();
  base::CancelToken cancel;
  Form form = Form::whole;
  /// Set where `form` is events: takes what happens, on the handler's thread. The handler gives
  /// `done` itself as the last event where all went well; an `error` is made of its Failure.
  std::function<void(const wire::Event&)> emit;
};

}  // namespace tabletalk::http
