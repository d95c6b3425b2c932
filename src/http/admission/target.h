// The target of a request, taken apart and percent-decoded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace tabletalk::http {

struct Target {
  std::vector<std::string> segments;  ///< "/runs/a%20b/" gives {"runs", "a b"}.
  TextFields query;                   ///< "+" is a space. The first of each name counts.
  std::string authority;              ///< "host:port" of an absolute-form target, else empty.
};

/// Reads "/path?query" or "http://host/path?query". One trailing slash is dropped: it names the
/// same thing here. Nothing else is normalized, so "//" and ".." match no route. Errors:
/// invalid_argument for bad syntax, and for escapes that give NUL or are not UTF-8.
base::Result<Target> ParseTarget(std::string_view text);

}  // namespace tabletalk::http
