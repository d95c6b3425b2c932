// What one provider's wire looks like: the only place that knows it.
//
// A ProviderFormat is immutable and shared by all threads; a ReplyDecoder lives for one response.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "model/chat_model.h"
#include "model/dialect.h"
#include "model/reply.h"
#include "net/event_stream.h"

namespace tabletalk::model {

struct Encoded {
  base::json::object body;
  std::vector<wire::EgressPart> parts;  ///< The texts in it, in their order.
};

/// What went wrong inside a response of status 200.
struct ReplyFailure {
  int status = 0;       ///< What an error event stands for; 0: `message` is ours, of bad form.
  std::string message;  ///< Completes "the model server at host:port ..." where it is ours.
};

class ReplyDecoder {
 public:
  virtual ~ReplyDecoder() = default;
  /// One event of a stream.
  virtual std::optional<ReplyFailure> TakeEvent(const net::StreamEvent& event) = 0;
  /// The whole answer, from a server that does not stream.
  virtual std::optional<ReplyFailure> TakeDocument(const base::json::value& document) = 0;
  /// The mark of the end has come; nothing follows.
  bool ended() const { return ended_; }

 protected:
  bool ended_ = false;
};

class ProviderFormat {
 public:
  virtual ~ProviderFormat() = default;
  virtual std::string provider() const = 0;
  virtual std::string default_base_url() const = 0;
  /// The settings that hold key and address, for sentences.
  virtual std::string key_setting() const = 0;
  virtual std::string base_setting() const = 0;
  virtual std::string Url(std::string_view base_url, std::string_view model) const = 0;
  /// Headers that carry the key, and what else the provider wants.
  virtual std::vector<std::pair<std::string, std::string>> Headers(
      const std::string& key) const = 0;
  /// What to try first.
  virtual Dialect FirstDialect(std::string_view base_url) const = 0;
  /// Whether a request may have both tools and an output format.
  virtual bool CombinesToolsAndOutput() const = 0;
  /// Whether earlier calls may be told without the tools being told again.
  virtual bool NeedsToolsForCalls() const = 0;
  virtual Encoded Encode(const Request& request, const std::string& model,
                         const Dialect& dialect) const = 0;
  virtual std::unique_ptr<ReplyDecoder> Decoder(Reply& reply, const Request& request) const = 0;
};

std::shared_ptr<const ProviderFormat> OpenAiFormat();
std::shared_ptr<const ProviderFormat> AnthropicFormat();
std::shared_ptr<const ProviderFormat> GoogleFormat();

// For the formats.

/// The texts of a request as they go into its body.
class PartList {
 public:
  /// The parts as one text.
  base::json::string Text(const std::vector<wire::EgressPart>& parts);
  base::json::string Text(wire::DataClass data_class, std::string_view text);
  std::vector<wire::EgressPart> Take() { return std::move(parts_); }

 private:
  std::vector<wire::EgressPart> parts_;
};

/// Reads JSON from a server into `out`, or says what is wrong with it.
std::optional<ReplyFailure> ParseFromServer(std::string_view text, base::json::value& out);
/// The member as text, number or object; empty, nothing or null where it is missing or another
/// type.
std::string_view TextOf(const base::json::object& object, std::string_view key);
std::optional<std::int64_t> CountOf(const base::json::object& object, std::string_view key);
const base::json::object* ObjectOf(const base::json::object& object, std::string_view key);
const base::json::array* ArrayOf(const base::json::object& object, std::string_view key);
/// The arguments of a call as an object; what is no JSON goes under "text".
base::json::object ArgumentsAsObject(const ToolCall& call);
/// JSON text of arguments that a server sends as text or as a value.
std::string ArgumentsAsText(const base::json::value& arguments);
/// `base` without slashes at its end.
std::string_view WithoutSlash(std::string_view base);

}  // namespace tabletalk::model
