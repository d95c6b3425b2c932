#include "net/transfer.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace tabletalk::net {
namespace {

using base::ErrorCode;
using base::MakeError;

constexpr std::size_t kMaxQueued = 256 * 1024;
constexpr std::size_t kMaxHeaderBytes = 256 * 1024;

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "[::1]" ||
         host.ends_with(".localhost");
}

std::string Seconds(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000.0);
}

/// What went wrong, in a sentence with the host and without a header. `phase` says how far it got:
/// "connect", "tls", "request" or "response".
base::Error ErrorOf(CURLcode code, const std::string& host, const HttpLimits& limits, bool began) {
  const auto unavailable = [&](std::string text, const char* phase) {
    return MakeError(ErrorCode::unavailable, std::move(text), curl_easy_strerror(code))
        .WithDetail("phase", phase);
  };
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return base::InvalidArgument(fmt::format("the address of {} is not a URL", host));
    case CURLE_COULDNT_RESOLVE_HOST:
      return unavailable(fmt::format("the name of {} is not known here", host), "connect");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unavailable(fmt::format("the name of the proxy to {} is not known here", host),
                         "connect");
    case CURLE_COULDNT_CONNECT:
      return unavailable(fmt::format("nothing answers at {}", host), "connect");
    case CURLE_OPERATION_TIMEDOUT:
      return unavailable(
          fmt::format("{} did not take the connection within {}", host, Seconds(limits.connect)),
          "connect");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return unavailable(
          fmt::format("no trusted TLS connection to {} ({})", host, curl_easy_strerror(code)),
          "tls");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return unavailable(fmt::format("{} does not answer in HTTP", host), "response");
    default:
      return unavailable(fmt::format("the connection to {} was cut", host),
                         began ? "response" : "request");
  }
}

}  // namespace

Transfer::Transfer(const HttpRequest& request, const HttpLimits& limits, base::Deadline deadline,
                   base::CancelToken cancel)
    : request_(request), limits_(limits), deadline_(deadline), cancel_(std::move(cancel)) {}

Transfer::~Transfer() {
  if (handle_ != nullptr) curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
}

base::Result<void> Transfer::SetTarget() {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), curl_url_cleanup);
  if (curl_url_set(url.get(), CURLUPART_URL, request_.url.c_str(), 0) != CURLUE_OK)
    return base::InvalidArgument("the address is not a URL of http or https");
  const auto part = [&](CURLUPart which, unsigned flags) {
    char* text = nullptr;
    std::string out;
    if (curl_url_get(url.get(), which, &text, flags) == CURLUE_OK) out = text;
    curl_free(text);
    return out;
  };
  const std::string scheme = part(CURLUPART_SCHEME, 0);
  if (scheme != "http" && scheme != "https")
    return base::InvalidArgument("the address is not a URL of http or https");
  const std::string name = part(CURLUPART_HOST, 0);
  host_ = fmt::format("{}:{}", name, part(CURLUPART_PORT, CURLU_DEFAULT_PORT));
  curl_easy_setopt(handle_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  // What is meant for this machine must not travel to a proxy.
  if (IsLoopback(name)) curl_easy_setopt(handle_, CURLOPT_PROXY, "");
  return {};
}

base::Result<void> Transfer::SetHeaders() {
  const auto add = [this](const std::string& line) {
    headers_ = curl_slist_append(headers_, line.c_str());
  };
  for (const auto& [name, value] : request_.headers) {
    // A line end would make further headers of it; a key that was pasted with one is the usual
    // case.
    if (name.empty() || name.find_first_of(std::string_view("\r\n\0: ", 5)) != name.npos ||
        value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos)
      return base::InvalidArgument("a header of the request has a line end or a blank in it");
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  add("Expect:");  // Model servers do not know 100-continue; curl would wait for it.
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
  return {};
}

base::Result<void> Transfer::Prepare() {
  handle_ = curl_easy_init();
  if (handle_ == nullptr)
    return MakeError(ErrorCode::internal, "no request can be made", "curl_easy_init");
  TT_CHECK(SetTarget());
  TT_CHECK(SetHeaders());
  if (request_.method == "HEAD") {
    curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  } else if (request_.method != "GET") {
    curl_easy_setopt(handle_, CURLOPT_POST, 1L);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body.c_str());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    if (request_.method != "POST")
      curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  // Ending while a name is looked up must not wait for the answer of a name server.
  curl_easy_setopt(handle_, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(handle_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max<std::int64_t>(1, limits_.connect.count())));
  curl_easy_setopt(handle_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle_, CURLOPT_PREREQFUNCTION, &Transfer::OnSending);
  curl_easy_setopt(handle_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::OpenSocket);
  return {};
}

Transfer::News Transfer::Next(std::string& piece, bool& resume) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [this] { return ended_ || (head_ready_ && !head_told_) || !pieces_.empty(); });
  resume = false;
  // What had come before a cut is heard; after a cancel or a time-out nobody waits for it.
  const bool urgent = ended_ && error_ && error_->code() != ErrorCode::unavailable;
  if (!urgent && head_ready_ && !std::exchange(head_told_, true)) return News::head;
  if (urgent || pieces_.empty()) return News::end;
  piece = std::move(pieces_.front());
  pieces_.pop_front();
  queued_ -= piece.size();
  if (full_ && queued_ <= kMaxQueued / 2 && !ended_) {
    full_ = false;
    resume = true;
  }
  return News::body;
}

bool Transfer::Abandon(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  abandoned_ = true;
  pieces_.clear();
  if (full_) return ended_;
  return changed_.wait_for(lock, patience, [this] { return ended_; });
}

void Transfer::WaitForEnd() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ended_; });
}

std::optional<base::Error> Transfer::TakeError() {
  const std::lock_guard lock(mutex_);
  return std::exchange(error_, std::nullopt);
}

bool Transfer::MustEnd(std::chrono::steady_clock::time_point now) {
  if (cancel_.Cancelled()) {
    stopped_by_us_ = MakeError(ErrorCode::cancelled, "the request was cancelled");
  } else if (now >= deadline_.time()) {
    stopped_by_us_ =
        MakeError(ErrorCode::timed_out,
                  fmt::format("{} did not answer within the time that was left", host_))
            .WithDetail("limit", "deadline");
  } else if (last_activity_ && !paused_) {
    curl_off_t uploaded = 0;
    curl_easy_getinfo(handle_, CURLINFO_SIZE_UPLOAD_T, &uploaded);
    if (std::exchange(uploaded_, uploaded) != uploaded) last_activity_ = now;
    if (now - *last_activity_ >= limits_.silence)
      stopped_by_us_ = MakeError(ErrorCode::timed_out, fmt::format("{} said nothing for {}", host_,
                                                                   Seconds(limits_.silence)))
                           .WithDetail("limit", "silence");
  }
  return stopped_by_us_.has_value();
}

void Transfer::Resume() {
  if (!std::exchange(paused_, false)) return;
  last_activity_ = std::chrono::steady_clock::now();
  curl_easy_pause(handle_, CURLPAUSE_CONT);
}

void Transfer::End(CURLcode code) {
  if (stopped_by_us_)
    Finish(std::exchange(stopped_by_us_, std::nullopt));
  else if (code == CURLE_OK && !head_done_ && !abandoned_)
    Finish(ErrorOf(CURLE_PARTIAL_FILE, host_, limits_, began_));  // curl takes half a head for one.
  else if (code == CURLE_OK)
    Finish(std::nullopt);
  else if (sent_ > 1)
    Finish(ErrorOf(CURLE_SEND_ERROR, host_, limits_, began_).WithDetail("stale", true));
  else
    Finish(ErrorOf(code, host_, limits_, began_));
}

void Transfer::End(base::Error error) { Finish(std::move(error)); }

void Transfer::Finish(std::optional<base::Error> error) {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  error_ = std::move(error);
  changed_.notify_all();
}

std::size_t Transfer::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > kMaxHeaderBytes) return 0;
  transfer.began_ = true;
  transfer.last_activity_ = std::chrono::steady_clock::now();
  if (!transfer.head_done_) transfer.TakeHeader(line);  // Later ones are trailers.
  return line.size();
}

void Transfer::TakeHeader(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    incoming_ = {};
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    incoming_.status = static_cast<int>(status);
    return;
  }
  const std::string_view text = Trim(line);
  if (!text.empty()) {
    const auto colon = text.find(':');
    if (colon != text.npos)
      incoming_.headers.emplace_back(Trim(text.substr(0, colon)), Trim(text.substr(colon + 1)));
    return;
  }
  if (incoming_.status < 200) return;  // 100 Continue and its like: the real one is to come.
  head_done_ = true;
  const std::lock_guard lock(mutex_);
  head_ = incoming_;
  head_ready_ = true;
  changed_.notify_all();
}

std::size_t Transfer::OnBody(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->TakeBody({data, size * count});
}

std::size_t Transfer::TakeBody(std::string_view bytes) {
  last_activity_ = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (abandoned_) return bytes.size();
  if (queued_ >= kMaxQueued) {
    full_ = true;
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  body_bytes_ += bytes.size();
  if (body_bytes_ > limits_.max_body.bytes()) {
    stopped_by_us_ = MakeError(ErrorCode::too_large, fmt::format("{} sent more than {}", host_,
                                                                 base::ToText(limits_.max_body)));
    return CURL_WRITEFUNC_ERROR;
  }
  queued_ += bytes.size();
  pieces_.emplace_back(bytes);
  changed_.notify_all();
  return bytes.size();
}

// The connection stands, new or kept; from now on silence counts.
int Transfer::OnSending(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_activity_ = std::chrono::steady_clock::now();
  // A kept connection turned out to be closed, and curl would send again by itself. What is sent
  // is counted and told by the caller, who decides.
  return ++transfer.sent_ == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

// As curl does it, but no child process inherits the connection.
int Transfer::OpenSocket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace tabletalk::net
