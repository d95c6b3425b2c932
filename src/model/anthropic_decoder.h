// Anthropic's Messages: events from message_start to message_stop, or one message.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/provider_format.h"

namespace tabletalk::model {

class AnthropicDecoder final : public ReplyDecoder {
 public:
  /// The input of the tool `output_tool` is the answer's text.
  AnthropicDecoder(Reply& reply, std::string output_tool)
      : reply_(reply), output_tool_(std::move(output_tool)) {}
  std::optional<ReplyFailure> TakeEvent(const net::StreamEvent& event) override;
  std::optional<ReplyFailure> TakeDocument(const base::json::value& document) override;

 private:
  struct Block {
    std::optional<std::size_t> call;
    bool output = false;
    bool in_pieces = false;          ///< Some input came as a delta.
    base::json::object first_input;  ///< What the block began with.
  };
  void StartBlock(std::int64_t index, const base::json::object& block);
  void AddDelta(std::int64_t index, const base::json::object& delta);
  void EndBlock(std::int64_t index);
  void TakeEnvelope(const base::json::object& message);
  void TakeUsage(const base::json::object& from);
  void TakeStopReason(std::string_view reason);

  Reply& reply_;
  const std::string output_tool_;
  std::map<std::int64_t, Block> blocks_;
};

}  // namespace tabletalk::model
