#include "http/connection/exchange.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "http/connection/response_fields.h"

namespace tabletalk::http {
namespace {

// For people; programs go by the number (RFC 9112, 4).
std::string_view Reason(int status) {
  constexpr std::pair<int, std::string_view> kReasons[] = {{200, "OK"},
                                                           {202, "Accepted"},
                                                           {204, "No Content"},
                                                           {400, "Bad Request"},
                                                           {401, "Unauthorized"},
                                                           {403, "Forbidden"},
                                                           {404, "Not Found"},
                                                           {405, "Method Not Allowed"},
                                                           {408, "Request Timeout"},
                                                           {409, "Conflict"},
                                                           {413, "Content Too Large"},
                                                           {415, "Unsupported Media Type"},
                                                           {417, "Expectation Failed"},
                                                           {422, "Unprocessable Content"},
                                                           {429, "Too Many Requests"},
                                                           {431, "Request Header Fields Too Large"},
                                                           {500, "Internal Server Error"},
                                                           {503, "Service Unavailable"},
                                                           {505, "HTTP Version Not Supported"}};
  for (const auto& [known, reason] : kReasons)
    if (known == status) return reason;
  return {};
}

}  // namespace

std::string HeadText(const Exchange& exchange, int status,
                     const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string head = exchange.version >= 11 ? "HTTP/1.1 " : "HTTP/1.0 ";
  head.append(std::to_string(status)).append(" ").append(Reason(status)).append("\r\n");
  const auto add = [&](const std::string& name, const std::string& value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  const auto replaced = [&](const std::string& name) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](const auto& field) { return EqualIgnoringCase(field.first, name); });
  };
  for (const auto& [name, value] : CommonFields(exchange.trace_id))
    if (!replaced(name)) add(name, value);
  for (const auto& [name, value] : fields) add(name, value);
  if (exchange.replayed) add("Idempotent-Replayed", "true");
  if (!exchange.keep_alive) {
    add("Connection", "close");
  } else if (exchange.version < 11) {
    add("Connection", "keep-alive");
  }
  return head.append("\r\n");
}

void Record(const Exchange& exchange, int status, const base::InternalText& detail,
            std::string_view code) {
  const std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - exchange.began;
  boost::json::object fields{{"trace_id", exchange.trace_id.text()},
                             {"method", KnownMethod(exchange.method)},
                             {"route", exchange.route},
                             {"status", status},
                             {"time_ms", std::round(time.count() * 100) / 100}};
  if (!code.empty()) fields["code"] = code;
  if (!detail.text.empty()) fields["detail"] = detail.text;
  base::Log(status >= 500 ? base::LogLevel::warn : base::LogLevel::info, "http_request",
            std::move(fields));
}

}  // namespace tabletalk::http
