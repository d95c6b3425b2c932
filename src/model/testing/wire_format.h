// One provider's format, seen from the server's side: requests read and refused, answers written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/testing/script.h"
#include "model/testing/scripted_server.h"

namespace tabletalk::model::testing {

/// One event of a stream, without its line ends.
struct WireEvent {
  enum class Kind {
    start,   ///< Before the first piece of the answer.
    piece,   ///< Of the answer.
    finish,  ///< Says why the answer ends, and what follows it but the end marker.
    end      ///< The end marker.
  };
  Kind kind = Kind::piece;
  std::string event;  ///< Empty: no `event:` line.
  std::string data;
  bool bare = false;  ///< `data` alone, outside of any event.
};

class WireFormat {
 public:
  virtual ~WireFormat() = default;

  /// Fills in what the request means. Where the provider would refuse it, `refused` and `status`
  /// say so.
  virtual void Read(ReceivedRequest& request, const Script& script) const = 0;

  /// `number` is the request's, from 1: ids are made of it.
  virtual base::json::value Whole(const ReceivedRequest& request, const WireReply& reply,
                                  std::uint64_t number) const = 0;
  virtual std::vector<WireEvent> Stream(const ReceivedRequest& request, const WireReply& reply,
                                        std::uint64_t number) const = 0;
  /// The body of an error; a sentence of the provider's where `message` is empty.
  virtual base::json::value Error(const ReceivedRequest& request, int status,
                                  const std::string& message) const = 0;
  /// The error that may come inside a stream.
  virtual WireEvent ErrorInside() const = 0;
  /// What keeps an idle stream alive: a comment where `data` is empty.
  virtual WireEvent KeepAlive() const = 0;
  /// The list of models.
  virtual base::json::value Models() const = 0;
};

const WireFormat& FormatOf(Wire wire);
const WireFormat& OpenAiFormat();
const WireFormat& AnthropicFormat();
const WireFormat& GoogleFormat();

/// Marks a request as refused; only the first time counts. Always false.
bool Refuse(ReceivedRequest& request, std::string why, int status = 400);

/// Text in pieces of so many code points, whole where `chars` is 0. None of an empty text.
std::vector<std::string> Pieces(const std::string& text, std::int64_t chars);
/// The arguments of a call as JSON text.
std::string ArgumentsText(const WireCall& call);
WireFinish FinishOf(const WireReply& reply);
/// Of the texts of a list of parts {"text": ...}, those of `type`; any type where it is empty.
std::string JoinTexts(const base::json::array& parts, std::string_view type = "text");

}  // namespace tabletalk::model::testing
