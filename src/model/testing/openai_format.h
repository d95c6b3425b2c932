// OpenAI's chat completions, from the server's side.
#pragma once

#include "model/testing/wire_format.h"

namespace tabletalk::model::testing {

class OpenAiWire : public WireFormat {
 public:
  void Read(ReceivedRequest& request, const Script& script) const override;
  base::json::value Whole(const ReceivedRequest& request, const WireReply& reply,
                          std::uint64_t number) const override;
  std::vector<WireEvent> Stream(const ReceivedRequest& request, const WireReply& reply,
                                std::uint64_t number) const override;
  base::json::value Error(const ReceivedRequest& request, int status,
                          const std::string& message) const override;
  WireEvent ErrorInside() const override;
  WireEvent KeepAlive() const override;
  base::json::value Models() const override;
};

}  // namespace tabletalk::model::testing
