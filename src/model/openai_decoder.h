// Chat completions as servers write them, which is not always as OpenAI does: an index that is
// missing or always 0, arguments as an object, no id, the old function_call, content as a list of
// parts, no [DONE], an error in the middle.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/provider_format.h"

namespace tabletalk::model {

class OpenAiDecoder final : public ReplyDecoder {
 public:
  explicit OpenAiDecoder(Reply& reply) : reply_(reply) {}
  std::optional<ReplyFailure> TakeEvent(const net::StreamEvent& event) override;
  std::optional<ReplyFailure> TakeDocument(const base::json::value& document) override;

 private:
  std::optional<ReplyFailure> TakeChunk(const base::json::value& chunk);
  void TakeChoice(const base::json::object& choice);
  void TakeMessage(const base::json::object& message);
  void TakeContent(const base::json::value& content);
  void TakeCall(const base::json::object& call);
  void TakeFunction(std::size_t place, bool fresh, const base::json::object& function);
  std::size_t PlaceOf(std::optional<std::int64_t> index, std::string_view id, std::string_view name,
                      bool& fresh);

  Reply& reply_;
  std::map<std::int64_t, std::size_t> places_;  ///< Of the last call with that index.
  std::map<std::size_t, std::string> ids_;      ///< As the server gave them.
  std::optional<std::size_t> legacy_call_;
};

}  // namespace tabletalk::model
