#include "http/connection/response_fields.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>

#include "http/error_mapping.h"

namespace tabletalk::http {
std::vector<std::pair<std::string, std::string>> CommonFields(const base::TraceId& trace_id) {
  return {{"Date", HttpDate(std::chrono::system_clock::now())},
          {"Content-Type", "application/json"},
          {"X-Trace-Id", trace_id.text()},
          {"X-Request-Id", trace_id.text()},
          {"X-Content-Type-Options", "nosniff"},
          {"Cache-Control", "no-store"}};
}

std::optional<Failure> CheckFraming(const RequestHead& head, unsigned version) {
  if (version != 10 && version != 11)
    return RefusalOf(505, "http_version", "this server speaks HTTP/1.1");
  if (const auto coding = head.headers.Find("Transfer-Encoding")) {
    if (!EqualIgnoringCase(*coding, "chunked") || head.headers.Count("Transfer-Encoding") > 1)
      return RefusalOf(400, "invalid_argument", "the only Transfer-Encoding taken here is chunked");
    if (head.headers.Find("Content-Length"))
      return RefusalOf(400, "invalid_argument",
                       "the request has both a Transfer-Encoding and a Content-Length");
  }
  if (const auto expected = head.headers.Find("Expect");
      expected && !EqualIgnoringCase(*expected, "100-continue"))
    return RefusalOf(417, "expectation_failed", "the only Expect taken here is 100-continue");
  return std::nullopt;
}

std::string_view KnownMethod(std::string_view method) {
  constexpr std::array<std::string_view, 9> kMethods{
      "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"};
  const auto known = std::find(kMethods.begin(), kMethods.end(), method);
  return known == kMethods.end() ? "other" : *known;
}

std::string HttpDate(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace tabletalk::http
