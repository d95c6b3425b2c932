// Gemini's GenerateContentResponse: pieces of it as events, a list of pieces, or a whole one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/provider_format.h"

namespace tabletalk::model {

class GoogleDecoder final : public ReplyDecoder {
 public:
  /// Calls without an id are named from `first_call` on.
  GoogleDecoder(Reply& reply, std::size_t first_call) : reply_(reply), first_call_(first_call) {}
  std::optional<ReplyFailure> TakeEvent(const net::StreamEvent& event) override;
  std::optional<ReplyFailure> TakeDocument(const base::json::value& document) override;

 private:
  std::optional<ReplyFailure> TakePiece(const base::json::value& piece);
  void TakeCandidate(const base::json::object& candidate);
  void TakePart(const base::json::object& part);
  void TakeUsage(const base::json::object& usage);

  Reply& reply_;
  const std::size_t first_call_;
};

/// The id of a call with the thought signature that belongs to it, and back.
std::string IdWith(std::string id, std::string_view signature);
std::string_view SignatureIn(std::string_view id);

}  // namespace tabletalk::model
