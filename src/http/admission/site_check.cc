#include "http/admission/site_check.h"

#include <algorithm>

#include "http/error_mapping.h"

namespace tabletalk::http {
namespace {

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool IsPort(std::string_view text) {
  return text.size() <= 5 && text.find_first_not_of("0123456789") == text.npos;
}

bool ChangesState(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS" && method != "TRACE";
}

/// "http://a:1" and "https://a:1" both give "a:1".
std::string_view AuthorityOfOrigin(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (origin.starts_with(scheme)) return origin.substr(scheme.size());
  return {};
}

}  // namespace

std::optional<std::string> HostName(std::string_view authority) {
  std::string name;
  std::string_view rest;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == authority.npos) return std::nullopt;
    name = authority.substr(0, end + 1);
    rest = authority.substr(end + 1);
  } else {
    const auto end = std::min(authority.find(':'), authority.size());
    name = authority.substr(0, end);
    rest = authority.substr(end);
  }
  if (!rest.empty() && (rest[0] != ':' || !IsPort(rest.substr(1)))) return std::nullopt;
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (name.starts_with('[')) return name;
  if (name.ends_with('.')) name.pop_back();
  if (name.empty() || !std::all_of(name.begin(), name.end(), IsHostCharacter)) return std::nullopt;
  return name;
}

std::optional<Failure> CheckSite(const SitePolicy& policy, const RequestHead& head,
                                 std::string_view authority) {
  const std::size_t hosts = head.headers.Count("Host");
  if (hosts > 1 || (hosts == 0 && head.http_1_1))
    return RefusalOf(400, "invalid_argument", "the request must have exactly one Host header");
  if (authority.empty()) authority = head.headers.Find("Host").value_or("");
  if (authority.empty() && hosts > 0)
    return RefusalOf(400, "invalid_argument", "the Host header is empty");
  if (policy.loopback_only && !authority.empty()) {
    const auto name = HostName(authority);
    const auto& more = policy.allowed_hosts;
    const bool known = name && (*name == "localhost" || *name == "127.0.0.1" || *name == "[::1]" ||
                                *name == policy.own_address ||
                                std::find(more.begin(), more.end(), *name) != more.end());
    if (!known)
      return RefusalOf(403, "forbidden",
                       "this server answers only as localhost, 127.0.0.1 or [::1]; the request is "
                       "addressed to another host");
  }
  const auto origin = head.headers.Find("Origin");
  if (origin && ChangesState(head.method) &&
      (authority.empty() || !EqualIgnoringCase(AuthorityOfOrigin(*origin), authority)))
    return RefusalOf(403, "forbidden", "a page of another site may not send this request");
  return std::nullopt;
}

}  // namespace tabletalk::http
