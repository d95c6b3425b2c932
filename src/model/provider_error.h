// What a provider's failure is called here.
//
// One place, so that every provider fails in the same words and none of them can let the key out:
// what a server wrote is kept, bounded, only after the key has been taken out of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http_client.h"

namespace tabletalk::model {

/// Who failed, for sentences and details.
struct Origin {
  std::string provider;
  std::string model;
  std::string host;          ///< "host:port"
  std::string key;           ///< To be kept out of everything.
  std::string key_setting;   ///< "AI_API_KEY or OPENAI_API_KEY"
  std::string base_setting;  ///< "AI_BASE_URL"
};

/// Before the answer, or in it.
struct Progress {
  bool answer_began = false;
};

/// A response of status 400 and above, or an error event inside a stream with the status that it
/// stands for. `message` is the provider's own.
base::Error StatusError(const Origin& origin, int status, std::string_view message,
                        std::optional<double> retry_after_s, Progress progress);
/// What net::HttpClient returned.
base::Error TransportError(const Origin& origin, const base::Error& error, Progress progress);
/// A response that is none: `what` completes "the model server at host:port ...".
base::Error ResponseError(const Origin& origin, std::string_view what, Progress progress);
/// The connection ended in order, the answer did not.
base::Error CutError(const Origin& origin, Progress progress);

/// The sentence inside an error body of any provider; the body itself where it has none.
std::string MessageIn(std::string_view body);
/// Seconds from Retry-After (a number or a date) or from Google's retryDelay in the body.
std::optional<double> RetryAfterIn(const net::HttpHead& head, std::string_view body);

/// `text` with the key taken out, cut to 500 characters. Withheld as a whole where it holds a long
/// part of the key.
std::string WithoutKey(std::string_view text, std::string_view key);
/// "host:port" of a URL.
std::string HostOf(std::string_view url);

}  // namespace tabletalk::model
