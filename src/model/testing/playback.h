// An answer as the bytes that go over the connection, and when.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "model/testing/wire_format.h"

namespace tabletalk::model::testing {

/// One write, so long after the one before.
struct Step {
  std::chrono::milliseconds wait{0};
  std::string bytes;
};

struct Playback {
  enum class Ending {
    keep_open,  ///< The response is whole; the next request may come.
    close,
    stall  ///< Until the client goes.
  };
  std::vector<Step> steps;
  Ending ending = Ending::keep_open;
  int status = 0;  ///< 0 where no head is sent.
};

/// The scripted answer to a request that was not refused; `number` is the request's, from 1.
Playback Play(const ReceivedRequest& request, const WireReply& reply, std::uint64_t number);
/// An error of the provider's own.
Playback PlayError(const ReceivedRequest& request, int status, const std::string& message,
                   const std::string& retry_after = {});
/// The list of models.
Playback PlayModels(const ReceivedRequest& request);

}  // namespace tabletalk::model::testing
