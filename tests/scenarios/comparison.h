// What a turn should have come to, held against what it came to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/testing/scripted_server.h"
#include "scenario_file.h"
#include "wire/egress.h"

namespace tabletalk::scenarios {

struct HappenedEvent {
  std::string name;
  base::json::value data;
};

/// All that came of a turn.
struct Happened {
  std::vector<HappenedEvent> events;
  base::json::value reply;  ///< wire::ChatReply; null after an error.
  base::json::value error;  ///< {status, message, details}; null after a reply.
  std::vector<model::testing::ReceivedRequest> received;
  std::vector<wire::Egress> egress;
};

/// A line or more for each thing that is not as expected; `check_sent` false leaves out `sent`.
std::vector<std::string> Compare(const Turn& turn, const Happened& happened, bool check_sent);

/// Whether the value at the condition's path is as it says.
bool Holds(const Condition& condition, const base::json::value& document);

/// All texts that a request told the model, apart by line ends, and its bytes.
std::string ToldText(const std::vector<model::testing::ReceivedRequest>& received);

}  // namespace tabletalk::scenarios
