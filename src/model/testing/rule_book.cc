#include "model/testing/rule_book.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/testing/wire_format.h"

namespace tabletalk::model::testing {
namespace {

bool SameName(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(a) == lower(b);
  });
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool HoldsAnywhere(const ReceivedRequest& request, const std::string& part) {
  return Holds(request.system, part) ||
         std::any_of(request.messages.begin(), request.messages.end(),
                     [&](const ReceivedMessage& message) { return Holds(message.text, part); });
}

std::int64_t TurnOf(const ReceivedRequest& request) {
  return 1 + std::count_if(
                 request.messages.begin(), request.messages.end(),
                 [](const ReceivedMessage& message) { return message.role == Role::assistant; });
}

bool IsGoogle(std::string_view path) {
  return (path.starts_with("/v1beta/models/") || path.starts_with("/v1/models/")) &&
         (path.ends_with(":generateContent") || path.ends_with(":streamGenerateContent"));
}

// False for a path that none of the providers has.
bool FindWire(ReceivedRequest& request) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  const bool versioned = !request.Header("anthropic-version").empty();
  if (path == "/v1/messages" || (path == "/v1/models" && versioned)) {
    request.wire = Wire::anthropic;
  } else if (IsGoogle(path) || path == "/v1beta/models") {
    request.wire = Wire::google;
  } else {
    request.wire = Wire::openai;
    return path == "/v1/chat/completions" || path == "/v1/models";
  }
  return true;
}

}  // namespace

std::string ReceivedRequest::Header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (SameName(key, name)) return value;
  return {};
}

std::string ReceivedRequest::LastUserText() const {
  for (auto message = messages.rbegin(); message != messages.rend(); ++message)
    if (message->role == Role::user) return message->text;
  return {};
}

std::optional<WireReply> RuleBook::Take(const ReceivedRequest& request) {
  for (std::size_t i = 0; i < script_.rules.size(); ++i) {
    const Rule& rule = script_.rules[i];
    if ((rule.times > 0 && used_[i] >= rule.times) || !Fits(rule.when, request)) continue;
    ++used_[i];
    return rule.reply;
  }
  return std::nullopt;
}

std::size_t RuleBook::Unused() const {
  std::size_t unused = 0;
  for (std::size_t i = 0; i < script_.rules.size(); ++i)
    unused += script_.rules[i].times > 0 && used_[i] < script_.rules[i].times;
  return unused;
}

bool Fits(const When& when, const ReceivedRequest& request) {
  const ReceivedMessage* last = request.messages.empty() ? nullptr : &request.messages.back();
  const bool after_tool = last && last->role == Role::tool;
  if (when.wire && *when.wire != request.wire) return false;
  if (when.turn && *when.turn != TurnOf(request)) return false;
  if (when.tool_result && *when.tool_result != after_tool) return false;
  if (when.last_tool && !(after_tool && last->tool_name == *when.last_tool)) return false;
  return Holds(request.LastUserText(), when.last_user) && HoldsAnywhere(request, when.any);
}

void Understand(ReceivedRequest& request, const Script& script) {
  if (!FindWire(request)) {
    Refuse(request, fmt::format("Invalid URL ({} {})", request.method, request.target), 404);
    return;
  }
  if (request.target.starts_with("/v1/models") && request.method == "GET") return;
  if (request.target == "/v1beta/models" && request.method == "GET") return;
  if (request.method != "POST") {
    Refuse(request, fmt::format("Not allowed to {} on {}.", request.method, request.target), 405);
    return;
  }
  base::JsonLimits limits;
  limits.max_size = base::ByteSize::Mebi(64);
  auto document = base::ParseJson(request.body, limits);
  if (document.has_value()) request.json = std::move(*document);
  if (!request.Header("Content-Type").starts_with("application/json"))
    Refuse(request, "Content-Type must be application/json");
  if (request.refused.empty()) FormatOf(request.wire).Read(request, script);
}

}  // namespace tabletalk::model::testing
