// The script of a server and what is left of it.
#pragma once

#include <optional>
#include <vector>

#include "model/testing/scripted_server.h"

namespace tabletalk::model::testing {

/// Not thread-safe.
class RuleBook {
 public:
  explicit RuleBook(Script script) : script_(std::move(script)), used_(script_.rules.size(), 0) {}

  const Script& script() const { return script_; }
  /// The reply of the first rule that fits and is not used up; it is then used once more.
  std::optional<WireReply> Take(const ReceivedRequest& request);
  /// Rules that have `times` left.
  std::size_t Unused() const;

 private:
  Script script_;
  std::vector<std::int64_t> used_;
};

/// Whether a request is one of those that a rule is for.
bool Fits(const When& when, const ReceivedRequest& request);

/// Reads a request whose head and body are there: which wire it speaks and what it means, or why it
/// is refused.
void Understand(ReceivedRequest& request, const Script& script);

}  // namespace tabletalk::model::testing
