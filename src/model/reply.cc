#include "model/reply.h"

#include <utility>

namespace tabletalk::model {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kOpen = "<think>";
constexpr std::string_view kClose = "</think>";
constexpr std::string_view kBlanks = " \t\r\n";

milliseconds Since(steady_clock::time_point start, steady_clock::time_point end) {
  return std::chrono::duration_cast<milliseconds>(end - start);
}

}  // namespace

std::string_view WithoutThinking(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return text;
  const auto close = text.find(kClose);
  if (close == text.npos) return text.substr(first).starts_with(kOpen) ? std::string_view() : text;
  // Some templates open the tag in the prompt, so that only its end is in the answer.
  const auto open = text.find(kOpen);
  if (open != first && open < close) return text;
  text.remove_prefix(close + kClose.size());
  const auto rest = text.find_first_not_of(kBlanks);
  return rest == text.npos ? std::string_view() : text.substr(rest);
}

Reply::Reply(Telling telling, std::function<void(std::string_view)> on_text, std::size_t first_call,
             steady_clock::time_point start)
    : telling_(telling), on_text_(std::move(on_text)), first_call_(first_call), start_(start) {}

void Reply::Begin() {
  if (!first_piece_) first_piece_ = steady_clock::now();
}

void Reply::AddText(std::string_view piece) {
  if (piece.empty()) return;
  Begin();
  text_ += piece;
  if (on_text_ && telling_ != Telling::never) TellPiece();
}

void Reply::TellPiece() {
  if (stage_ == Stage::thinking) {
    const auto close = text_.find(kClose, told_);
    if (close == text_.npos) return;
    told_ = close + kClose.size();
    stage_ = Stage::start;
  }
  if (stage_ == Stage::start) {
    const auto first = text_.find_first_not_of(kBlanks, told_);
    if (first == text_.npos) return;
    const std::string_view rest = std::string_view(text_).substr(first);
    if (told_ == 0 && kOpen.starts_with(rest.substr(0, kOpen.size()))) {
      if (rest.size() < kOpen.size()) return;  // It may become one.
      stage_ = Stage::thinking;
      told_ = first + kOpen.size();
      return TellPiece();
    }
    if (told_ > 0) told_ = first;
    const bool structured = std::string_view("{[<`").find(rest.front()) != std::string_view::npos;
    stage_ = structured && telling_ == Telling::unless_structured ? Stage::holding : Stage::telling;
  }
  if (stage_ != Stage::telling || told_ >= text_.size()) return;
  on_text_(std::string_view(text_).substr(told_));
  told_ = text_.size();
}

std::size_t Reply::StartCall(std::string id, std::string name) {
  Begin();
  if (id.empty()) id = "call_" + std::to_string(first_call_ + calls_.size());
  calls_.push_back({.id = std::move(id), .name = std::move(name), .arguments = {}});
  return calls_.size() - 1;
}

void Reply::AddToName(std::size_t call, std::string_view piece) { calls_[call].name += piece; }

void Reply::AddArguments(std::size_t call, std::string_view piece) {
  calls_[call].arguments += piece;
}

Response Reply::Take() {
  Response response;
  response.text = WithoutThinking(text_);
  response.tool_calls = std::move(calls_);
  for (auto& call : response.tool_calls)
    if (call.arguments.empty()) call.arguments = "{}";  // A tool without arguments.
  response.finish = finish_.value_or(Finish::stop);
  // Some servers say "stop" with a call.
  if (!response.tool_calls.empty() && response.finish == Finish::stop)
    response.finish = Finish::tool_calls;
  response.usage = usage_;
  response.model = model_;
  const auto now = steady_clock::now();
  response.first_token = Since(start_, first_piece_.value_or(now));
  response.total = Since(start_, now);
  return response;
}

void Reply::TellHeld(std::string_view text) {
  if (!on_text_ || text.empty()) return;
  if (telling_ == Telling::never || stage_ == Stage::holding) on_text_(text);
}

}  // namespace tabletalk::model
