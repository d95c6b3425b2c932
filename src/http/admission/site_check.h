// Is this request meant for us, and does it come from a page that may send it?
//
// A browser lets any web page send requests to 127.0.0.1, and a page can point its own host name at
// 127.0.0.1 ("DNS rebinding"), after which the browser takes us for a part of that site and lets it
// read the answers. Two headers that a page cannot forge tell: Host names the site that the browser
// believes it is talking to, Origin the page that asks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace tabletalk::http {

struct SitePolicy {
  /// True where the server is bound to a loopback address: then Host must name this machine.
  bool loopback_only = true;
  std::string own_address;  ///< The address that it is bound to, as in a URL: "[::1]".
  /// Further host names (without port) that are taken, such as that of a reverse proxy.
  std::vector<std::string> allowed_hosts;
};

/// "[::1]:8000" gives "[::1]", "Example.com." gives "example.com"; nothing for what is no host.
std::optional<std::string> HostName(std::string_view authority);

/// The refusal (400 for a missing, empty or doubled Host, 403 for a foreign host or origin), or
/// nothing. `authority` is that of an absolute-form target and takes the place of Host (RFC
/// 9112, 3.2.2).
std::optional<Failure> CheckSite(const SitePolicy& policy, const RequestHead& head,
                                 std::string_view authority);

}  // namespace tabletalk::http
