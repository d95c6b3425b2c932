#include "model/provider_model.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "model/body_reader.h"
#include "model/json_mode.h"
#include "model/salvage.h"

namespace tabletalk::model {
namespace {

using std::chrono::steady_clock;

constexpr int kMaxAttempts = 6;
constexpr auto kMaxAnswer = base::ByteSize::Mebi(16);

std::string Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

/// A key that was pasted with a line end would end the header.
Endpoint Tidy(Endpoint endpoint, const ProviderFormat& format) {
  endpoint.api_key = Trim(endpoint.api_key);
  endpoint.base_url = std::string(WithoutSlash(Trim(endpoint.base_url)));
  if (endpoint.base_url.empty()) endpoint.base_url = format.default_base_url();
  return endpoint;
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsPlain(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

/// Calls that were made before, so that made-up ids stay apart within a conversation.
std::size_t CallsSoFar(const Request& request) {
  std::size_t calls = 0;
  for (const auto& message : request.messages) calls += message.tool_calls.size();
  return calls;
}

bool HasCalls(const Request& request) {
  return std::any_of(request.messages.begin(), request.messages.end(), [](const Message& m) {
    return m.role == Role::tool || !m.tool_calls.empty();
  });
}

bool OffersTools(const Request& request) {
  return !request.tools.empty() && request.tool_choice != ToolChoice::none;
}

}  // namespace

/// One request and what came of it.
struct ProviderModel::Attempt {
  Attempt(const Request& asked, bool in_words_, Telling telling, const Context& context,
          const ProviderFormat& format, steady_clock::time_point start)
      : sent(asked),
        in_words(in_words_),
        reply(telling, context.on_text, CallsSoFar(asked) + 1, start),
        decoder(format.Decoder(reply, sent)),
        reader(*decoder) {}
  Attempt(const Attempt&) = delete;

  Progress progress() const { return {.answer_began = reply.began()}; }
  std::string message() const { return MessageIn(reader.error_body()); }

  const Request sent;
  const bool in_words;
  Reply reply;
  std::unique_ptr<ReplyDecoder> decoder;
  BodyReader reader;
  std::vector<wire::EgressPart> parts;
  std::string body;
  std::optional<base::Error> transport;
};

ProviderModel::ProviderModel(Endpoint endpoint, std::shared_ptr<net::HttpClient> client,
                             std::shared_ptr<const ProviderFormat> format)
    : endpoint_(Tidy(std::move(endpoint), *format)),
      client_(std::move(client)),
      format_(std::move(format)),
      url_(format_->Url(endpoint_.base_url, endpoint_.model)),
      origin_{.provider = format_->provider(),
              .model = endpoint_.model,
              .host = HostOf(url_),
              .key = endpoint_.api_key,
              .key_setting = format_->key_setting(),
              .base_setting = format_->base_setting()},
      dialect_(format_->FirstDialect(endpoint_.base_url)) {
  if (endpoint_.tool_mode == ToolMode::json) dialect_.tools = dialect_.output_schema = false;
}

Abilities ProviderModel::abilities() const {
  const Dialect dialect = CurrentDialect();
  return {.tools = dialect.tools, .structured_output = dialect.output_schema};
}

Dialect ProviderModel::CurrentDialect() const {
  const std::lock_guard lock(mutex_);
  return dialect_;
}

// Other conversations learn at the same time; nothing that was learnt is lost.
void ProviderModel::Learn(const Dialect& dialect) {
  const std::lock_guard lock(mutex_);
  dialect_ = dialect_.Meet(dialect);
}

Request ProviderModel::Prepare(const Request& request, const Dialect& dialect) const {
  Request prepared = request;
  const bool combined = OffersTools(request) && !format_->CombinesToolsAndOutput();
  if (request.output && (!dialect.output_schema || combined))
    prepared = WithOutputInWords(prepared);
  const bool untold = request.tools.empty() && format_->NeedsToolsForCalls() && HasCalls(request);
  if (untold || (!dialect.tools && (OffersTools(request) || HasCalls(request))))
    prepared = InWords(prepared);
  if (!dialect.tools) prepared.tools.clear();
  if (!dialect.required_tool && prepared.tool_choice == ToolChoice::required)
    prepared.tool_choice = ToolChoice::automatic;
  return prepared;
}

base::Result<Response> ProviderModel::Chat(const Request& request, const Context& context) {
  const auto start = steady_clock::now();
  for (int tries = 1;; ++tries) {
    const Dialect dialect = CurrentDialect();
    const bool in_words = !dialect.tools && OffersTools(request);
    const Telling telling = in_words               ? Telling::never
                            : OffersTools(request) ? Telling::unless_structured
                                                   : Telling::at_once;
    Attempt attempt(Prepare(request, dialect), in_words, telling, context, *format_, start);
    auto encoded = format_->Encode(attempt.sent, endpoint_.model, dialect);
    attempt.body = base::ToJsonText(encoded.body);
    attempt.parts = std::move(encoded.parts);
    Exchange(attempt, context);
    // A kept connection that the server had closed meanwhile: another request, told as such.
    if (attempt.transport && attempt.transport->details().contains("stale") && tries < kMaxAttempts)
      continue;
    if (!attempt.transport && attempt.reader.status() >= 400 && tries < kMaxAttempts) {
      const auto next = AdaptTo(dialect, attempt.reader.status(), attempt.message(), attempt.sent,
                                endpoint_.tool_mode == ToolMode::automatic);
      if (next) {
        Learn(*next);
        continue;
      }
    }
    return Conclude(attempt, request, context);
  }
}

net::HttpRequest ProviderModel::MakeHttpRequest(const Context& context, std::string body) const {
  net::HttpRequest http;
  http.url = url_;
  http.headers = format_->Headers(endpoint_.api_key);
  http.headers.emplace_back("Content-Type", "application/json");
  http.headers.emplace_back("Accept", "text/event-stream, application/json");
  http.headers.emplace_back("User-Agent", "tabletalk");
  const std::string& trace = context.trace_id.text();
  if (IsPlain(trace)) http.headers.emplace_back("X-Request-Id", trace);
  // W3C Trace Context, where the trace has an id of that form.
  if (trace.size() == 32 && IsHex(trace) && trace.find_first_not_of('0') != trace.npos)
    http.headers.emplace_back("traceparent",
                              "00-" + trace + "-" + base::RandomHex128().substr(0, 16) + "-01");
  http.body = std::move(body);
  return http;
}

void ProviderModel::Exchange(Attempt& attempt, const Context& context) const {
  const auto http = MakeHttpRequest(context, std::move(attempt.body));
  if (context.on_egress)
    context.on_egress({.sent_at = base::ToRfc3339(std::chrono::system_clock::now()),
                       .provider = origin_.provider,
                       .model = origin_.model,
                       .url = net::WithoutSecrets(url_),
                       .body = http.body,
                       .parts = std::move(attempt.parts)});
  net::HttpLimits limits;
  limits.silence = endpoint_.silence;
  limits.max_body = kMaxAnswer;
  net::HttpReader reader;
  reader.on_head = [&](const net::HttpHead& head) {
    attempt.reader.Begin(head);
    return true;
  };
  reader.on_body = [&](std::string_view bytes) { return attempt.reader.Take(bytes); };
  const auto head = client_->Send(http, limits, reader, context.deadline, context.cancel);
  if (head.has_error())
    attempt.transport = head.error();
  else
    attempt.reader.End();
}

base::Result<Response> ProviderModel::Conclude(Attempt& attempt, const Request& request,
                                               const Context& context) const {
  const auto& reader = attempt.reader;
  const auto progress = attempt.progress();
  // A connection may break once all is said.
  const bool whole =
      attempt.reply.finished() || (attempt.decoder->ended() && progress.answer_began);
  if (attempt.transport && !(whole && !context.cancel.Cancelled()))
    return TransportError(origin_, *attempt.transport, progress);
  if (reader.status() >= 300)
    return StatusError(origin_, reader.status(), attempt.message(),
                       RetryAfterIn(reader.head(), reader.error_body()), progress);
  if (const auto& failure = reader.failure()) {
    if (failure->status == 0) return ResponseError(origin_, failure->message, progress);
    return StatusError(origin_, failure->status, failure->message, std::nullopt, progress);
  }
  if (!whole) {
    if (!progress.answer_began || attempt.decoder->ended())
      return ResponseError(origin_, "sent no answer", progress);
    return CutError(origin_, progress);
  }
  Response response = attempt.reply.Take();
  const std::size_t first_call = CallsSoFar(request) + 1;
  if (response.model.empty()) response.model = endpoint_.model;
  if (attempt.in_words) {
    auto spoken = Interpret(response.text, request);
    response.text = std::move(spoken.text);
    if (spoken.call) response.tool_calls.push_back(std::move(*spoken.call));
  } else if (OffersTools(request) && response.tool_calls.empty()) {
    response.tool_calls = FindToolCalls(response.text, request.tools);
    if (!response.tool_calls.empty()) response.text.clear();
  } else {
    attempt.reply.TellHeld(response.text);
    return response;
  }
  // Ids of calls that were found in text.
  for (std::size_t i = 0; i < response.tool_calls.size(); ++i)
    response.tool_calls[i].id = "call_" + std::to_string(first_call + i);
  if (response.tool_calls.empty())
    attempt.reply.TellHeld(response.text);
  else if (response.finish == Finish::stop)
    response.finish = Finish::tool_calls;
  return response;
}

std::shared_ptr<ChatModel> MakeOpenAiModel(Endpoint endpoint,
                                           std::shared_ptr<net::HttpClient> client) {
  return std::make_shared<ProviderModel>(std::move(endpoint), std::move(client), OpenAiFormat());
}

std::shared_ptr<ChatModel> MakeAnthropicModel(Endpoint endpoint,
                                              std::shared_ptr<net::HttpClient> client) {
  return std::make_shared<ProviderModel>(std::move(endpoint), std::move(client), AnthropicFormat());
}

std::shared_ptr<ChatModel> MakeGoogleModel(Endpoint endpoint,
                                           std::shared_ptr<net::HttpClient> client) {
  return std::make_shared<ProviderModel>(std::move(endpoint), std::move(client), GoogleFormat());
}

}  // namespace tabletalk::model
