// An answer as it comes in, whoever's format it came in.
//
// The text may begin with what is not for the reader: reasoning between <think> tags, which local
// servers leave in, is dropped. It may also turn out to be a tool call that the server did not
// recognise; so text that begins like one is held back until its end, and only then told or made a
// call of.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/chat_model.h"

namespace tabletalk::model {

/// What of a text is told while it comes.
enum class Telling { at_once, unless_structured, never };

class Reply {
 public:
  /// Calls without an id are named from `first_call` on.
  Reply(Telling telling, std::function<void(std::string_view)> on_text, std::size_t first_call,
        std::chrono::steady_clock::time_point start);

  void AddText(std::string_view piece);
  /// A new call; gives its place for AddArguments.
  std::size_t StartCall(std::string id, std::string name);
  void AddToName(std::size_t call, std::string_view piece);
  void AddArguments(std::size_t call, std::string_view piece);
  void SetFinish(Finish finish) { finish_ = finish; }
  void SetInputTokens(std::int64_t count) { usage_.input_tokens = count; }
  void SetOutputTokens(std::int64_t count) { usage_.output_tokens = count; }
  void SetModel(std::string_view model) { model_ = model; }

  /// A piece of text or of a call has come.
  bool began() const { return first_piece_.has_value(); }
  bool finished() const { return finish_.has_value(); }
  std::size_t call_count() const { return calls_.size(); }
  const ToolCall& call(std::size_t place) const { return calls_[place]; }

  /// The whole answer, text without its reasoning. Once.
  Response Take();
  /// Tells what was held back, if anything was.
  void TellHeld(std::string_view text);

 private:
  void Begin();
  void TellPiece();

  const Telling telling_;
  const std::function<void(std::string_view)> on_text_;
  const std::size_t first_call_;
  const std::chrono::steady_clock::time_point start_;
  std::optional<std::chrono::steady_clock::time_point> first_piece_;
  std::string text_;
  std::size_t told_ = 0;
  enum class Stage { start, thinking, telling, holding } stage_ = Stage::start;
  std::vector<ToolCall> calls_;
  std::optional<Finish> finish_;
  Usage usage_;
  std::string model_;
};

/// `text` without reasoning at its beginning.
std::string_view WithoutThinking(std::string_view text);

}  // namespace tabletalk::model
