// A ChatModel that says what a test wrote down; for tests that need no wire.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "model/chat_model.h"

namespace tabletalk::model::testing {

/// Answers with `replies` in turn, and with an error once there are none left. Keeps what it was
/// asked. Thread-safe.
class ScriptedModel : public ChatModel {
 public:
  using Reply = std::function<base::Result<Response>(const Request&)>;
  explicit ScriptedModel(std::vector<Reply> replies) : replies_(std::move(replies)) {}

  base::Result<Response> Chat(const Request& request, const Context& context) override;
  std::string provider() const override { return "scripted"; }
  std::string name() const override { return "scripted-1"; }
  Abilities abilities() const override { return abilities_; }

  void set_abilities(Abilities abilities) { abilities_ = abilities; }
  std::vector<Request> asked() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Reply> replies_;
  std::vector<Request> asked_;
  Abilities abilities_;
};

/// Replies for the constructor.
ScriptedModel::Reply Says(std::string text);
ScriptedModel::Reply Calls(std::string tool, std::string arguments);
ScriptedModel::Reply Fails(base::ErrorCode code, std::string message);

}  // namespace tabletalk::model::testing
