// What every response carries, and what a request must be framed like.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace tabletalk::http {

/// Date, type, trace and the headers that keep browsers and proxies from guessing and storing.
std::vector<std::pair<std::string, std::string>> CommonFields(const base::TraceId& trace_id);

/// Refuses what a proxy before us could read differently (request smuggling): versions other than
/// 1.0 and 1.1 (505), a Transfer-Encoding other than chunked or beside a Content-Length (400), and
/// an Expect that is not 100-continue (417).
std::optional<Failure> CheckFraming(const RequestHead& head, unsigned version);

/// The method if it is a standard one, else "other": the log takes no free text from outside.
std::string_view KnownMethod(std::string_view method);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string HttpDate(std::chrono::system_clock::time_point time);

}  // namespace tabletalk::http
