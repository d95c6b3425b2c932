// One request on its way through, as far as its response and its log line need to know it. Internal
// to the module.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "http/message.h"

namespace tabletalk::http {

struct Exchange {
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  base::TraceId trace_id;
  std::string method;
  std::string route = "none";
  unsigned version = 11;
  bool keep_alive = false;
  bool replayed = false;  ///< Another request had begun the work.
};

/// The head of a response: status line, fields, blank line. `fields` win over those that every
/// response has.
std::string HeadText(const Exchange& exchange, int status,
                     const std::vector<std::pair<std::string, std::string>>& fields);

/// Writes the log line of a request: status 499 where the client left before its end. `code` and
/// `detail` are those of a failure.
void Record(const Exchange& exchange, int status, const base::InternalText& detail = {},
            std::string_view code = {});

}  // namespace tabletalk::http
