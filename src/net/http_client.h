// Outgoing HTTP(S): one request, its response piece by piece.
//
// An HttpClient owns one thread that drives all transfers (libcurl's multi interface) and a pool of
// kept connections. Send() blocks its caller, who gets the response's bytes on the caller's own
// thread, so a slow reader slows its own transfer down and nobody else's. Any number of threads may
// call Send() at the same time; the client must outlive them. Cancelling takes effect within 50 ms.
// Redirects are not followed: a key in a header must not travel to another host. Proxies of the
// environment are honoured (HTTPS_PROXY, NO_PROXY), as libcurl does.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "base/units.h"

namespace tabletalk::net {

struct HttpRequest {
  std::string method = "POST";
  std::string url;  ///< http or https.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// What is known before the body.
struct HttpHead {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;

  /// The first header of that name, without regard to ASCII case.
  std::optional<std::string_view> Find(std::string_view name) const;
};

/// How a transfer may end early.
struct HttpLimits {
  std::chrono::milliseconds connect{10'000};
  /// Longest silence once the request was sent; a stalled server runs into it.
  std::chrono::milliseconds silence{60'000};
  base::ByteSize max_body = base::ByteSize::Mebi(32);
};

/// Where the response goes. Called on the thread of Send().
struct HttpReader {
  /// Once, before any body. False ends the transfer; Send then returns the head.
  std::function<bool(const HttpHead&)> on_head;
  /// Any number of times. False ends the transfer; Send then returns the head.
  std::function<bool(std::string_view)> on_body;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// Errors: invalid_argument (not a URL), unavailable (name not found, refused, connection cut,
  /// TLS), timed_out (deadline or silence), too_large, cancelled. The public text names the host
  /// and never a header; details.phase says how far it got ("connect", "tls", "request",
  /// "response"), details.limit which time ran out ("deadline", "silence"), details.stale that a
  /// kept connection had been closed by the server: nothing was answered, and nothing is sent twice
  /// but by the caller. A status of 400 and more is not an error.
  virtual base::Result<HttpHead> Send(const HttpRequest& request, const HttpLimits& limits,
                                      const HttpReader& reader, base::Deadline deadline,
                                      const base::CancelToken& cancel) = 0;

  struct Activity {
    std::size_t transfers = 0;    ///< Now.
    std::size_t connections = 0;  ///< Opened since the start.
  };
  virtual Activity CurrentActivity() const = 0;
};

/// The client of the product, over libcurl.
std::shared_ptr<HttpClient> MakeHttpClient();

/// "https://host:port/path" of a URL: without user, password, query and fragment, fit for a log.
std::string WithoutSecrets(std::string_view url);

}  // namespace tabletalk::net
