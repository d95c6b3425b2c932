#include "model/provider_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <ctime>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"

namespace tabletalk::model {
namespace {

namespace json = base::json;
using base::ErrorCode;

constexpr std::size_t kMaxMessage = 500;
constexpr std::size_t kTellingPart = 8;  ///< So much of a key is a secret already.

base::Error Make(const Origin& origin, ErrorCode code, std::string sentence, Progress progress,
                 std::string detail = {}) {
  auto error =
      base::MakeError(code, WithoutKey(sentence, origin.key), WithoutKey(detail, origin.key))
          .WithDetail("provider", json::string(origin.provider))
          .WithDetail("model", json::string(origin.model));
  if (progress.answer_began) return std::move(error).WithDetail("answer_began", true);
  return error;
}

base::Error Unavailable(const Origin& origin, const char* reason, std::string sentence,
                        Progress progress, std::string detail = {}) {
  return Make(origin, ErrorCode::unavailable, std::move(sentence), progress, std::move(detail))
      .WithDetail("reason", reason);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool IsTooLong(std::string_view message) {
  const std::string text = Lower(message);
  for (const char* words : {"context length", "context window", "context size", "context_length",
                            "maximum context", "prompt is too long", "too many tokens",
                            "input token count", "exceeds the available context"})
    if (text.find(words) != text.npos) return true;
  return false;
}

base::Error Refused(const Origin& origin, int status, std::string_view message, Progress progress) {
  if (status == 413 || IsTooLong(message))
    return Make(origin, ErrorCode::invalid_argument,
                fmt::format("the question with what describes the data is longer than the model {} "
                            "takes; ask about fewer tables, or use a model with a larger context",
                            origin.model),
                progress);
  return Make(
      origin, ErrorCode::invalid_argument,
      fmt::format("the model server at {} refused the request (status {})", origin.host, status),
      progress);
}

base::Error OfStatus(const Origin& origin, int status, std::string_view message,
                     std::optional<double> retry_after_s, Progress progress) {
  const auto& [provider, model, host, key, key_setting, base_setting] = origin;
  // Google says 400 to a key that it does not know, and 403 where there is none.
  const bool bad_key = status == 400 && Lower(message).find("api key not valid") != message.npos;
  if (status == 401 || bad_key || (status == 403 && key.empty()))
    return Unavailable(
        origin, "unauthorized",
        key.empty()
            ? fmt::format("the model server at {} wants a key: set {}", host, key_setting)
            : fmt::format("the model server at {} refused the key: check {}", host, key_setting),
        progress);
  if (status == 403)
    return Unavailable(origin, "forbidden",
                       fmt::format("the model server at {} does not let this key use the model {}: "
                                   "check {} and the account",
                                   host, model, key_setting),
                       progress);
  if (status == 404)
    return Unavailable(origin, "not_found",
                       fmt::format("the model server at {} has no model {}, or not under this "
                                   "address: check the model's name and {}",
                                   host, model, base_setting),
                       progress);
  if (status == 429) {
    auto error = Make(origin, ErrorCode::busy,
                      retry_after_s ? fmt::format("the model server at {} takes no more requests "
                                                  "for now; try again in {:.0f} s",
                                                  host, std::ceil(*retry_after_s))
                                    : fmt::format("the model server at {} takes no more requests "
                                                  "for now, or the account's quota is used up; try "
                                                  "again later",
                                                  host),
                      progress);
    if (retry_after_s) return std::move(error).WithDetail("retry_after_s", *retry_after_s);
    return error;
  }
  if (status >= 500 || status == 408) {
    auto error = Unavailable(
        origin, "server_error",
        fmt::format("the model server at {} failed (status {}); try again later", host, status),
        progress);
    if (retry_after_s) return std::move(error).WithDetail("retry_after_s", *retry_after_s);
    return error;
  }
  if (status >= 400) return Refused(origin, status, message, progress);
  return Unavailable(origin, "bad_response",
                     fmt::format("the model server at {} answered with status {}: check {}", host,
                                 status, base_setting),
                     progress);
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// {"error": {"message": ...}}, {"error": "..."}, {"message": ...}, {"detail": ...}, or a list
/// with one of them.
std::optional<std::string> Sentence(const json::value& value, int depth = 0) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (depth > 3) return std::nullopt;
  if (const auto* array = value.if_array())
    return array->empty() ? std::nullopt : Sentence(array->front(), depth + 1);
  if (const auto* object = value.if_object())
    for (const char* key : {"error", "message", "detail", "msg"})
      if (const auto* inner = object->if_contains(key))
        if (auto found = Sentence(*inner, depth + 1)) return found;
  return std::nullopt;
}

std::optional<double> Number(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !(value >= 0))
    return std::nullopt;
  return value;
}

}  // namespace

base::Error StatusError(const Origin& origin, int status, std::string_view message,
                        std::optional<double> retry_after_s, Progress progress) {
  auto error =
      OfStatus(origin, status, message, retry_after_s, progress).WithDetail("status", status);
  const std::string kept = WithoutKey(message, origin.key);
  if (kept.empty()) return error;
  return std::move(error).WithDetail("provider_message", json::string(kept));
}

base::Error TransportError(const Origin& origin, const base::Error& error, Progress progress) {
  const std::string& cause = error.public_message();
  switch (error.code()) {
    case ErrorCode::timed_out:
      return Make(origin, ErrorCode::timed_out, "the model server at " + cause, progress)
          .WithDetail("limit", error.details().contains("limit") ? error.details().at("limit")
                                                                 : json::value("deadline"));
    case ErrorCode::cancelled: return Make(origin, ErrorCode::cancelled, cause, progress);
    case ErrorCode::too_large:
      return Make(origin, ErrorCode::too_large, "the model server at " + cause, progress);
    case ErrorCode::unavailable: break;
    default:
      // No URL, or a key with a line end in it: nothing was sent.
      return Unavailable(origin, "unreachable",
                         fmt::format("the model cannot be asked: {}; check {} and {}", cause,
                                     origin.base_setting, origin.key_setting),
                         progress);
  }
  const auto* phase = error.details().if_contains("phase");
  const bool connected = phase != nullptr && (*phase == "request" || *phase == "response");
  if (!connected)
    return Unavailable(
        origin, "unreachable",
        fmt::format("the model server cannot be reached, {}: is it running? check {}", cause,
                    origin.base_setting),
        progress, error.internal_detail().text);
  return Unavailable(origin, "cut",
                     fmt::format("the model server did not finish its answer: {}", cause), progress,
                     error.internal_detail().text);
}

base::Error ResponseError(const Origin& origin, std::string_view what, Progress progress) {
  return Unavailable(
      origin, "bad_response",
      fmt::format("the model server at {} {}: check {}", origin.host, what, origin.base_setting),
      progress);
}

base::Error CutError(const Origin& origin, Progress progress) {
  return Unavailable(
      origin, "cut",
      fmt::format("the model server at {} ended in the middle of its answer", origin.host),
      progress);
}

std::string MessageIn(std::string_view body) {
  base::JsonLimits limits;
  limits.max_size = base::ByteSize::Kibi(256);
  const auto parsed = base::ParseJson(body, limits);
  if (parsed.has_value())
    if (auto sentence = Sentence(*parsed)) return *sentence;
  return std::string(body.substr(0, 4096));
}

std::optional<double> RetryAfterIn(const net::HttpHead& head, std::string_view body) {
  if (const auto value = head.Find("Retry-After")) {
    if (const auto seconds = Number(*value)) return seconds;
    std::tm date{};
    const std::string text(*value);
    if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) != nullptr)
      return std::max(0.0, std::difftime(timegm(&date), std::time(nullptr)));
  }
  constexpr std::string_view kDelay = "\"retryDelay\"";
  const auto at = body.find(kDelay);
  if (at == body.npos) return std::nullopt;
  const auto from = body.find('"', at + kDelay.size());
  const auto to = from == body.npos ? body.npos : body.find("s\"", from);
  if (to == body.npos) return std::nullopt;
  return Number(body.substr(from + 1, to - from - 1));
}

std::string WithoutKey(std::string_view text, std::string_view key) {
  std::string out(text.substr(0, 16 * kMaxMessage));
  if (!base::IsValidUtf8(out)) {
    std::string mended;
    for (std::size_t at = 0; at < out.size();)
      base::AppendUtf8(mended, base::NextCodePoint(out, at));
    out = std::move(mended);
  }
  if (!key.empty()) ReplaceAll(out, key, "***");
  if (key.size() >= kTellingPart)
    for (std::size_t i = 0; i + kTellingPart <= key.size(); ++i)
      if (out.find(key.substr(i, kTellingPart)) != out.npos)
        return "(withheld: it held a part of the key)";
  return std::string(base::Truncate(out, kMaxMessage));
}

std::string HostOf(std::string_view url) {
  const std::string shown = net::WithoutSecrets(url);
  const auto start = shown.find("://");
  if (start == shown.npos) return shown;
  const std::string rest = shown.substr(start + 3);
  return rest.substr(0, rest.find('/'));
}

}  // namespace tabletalk::model
