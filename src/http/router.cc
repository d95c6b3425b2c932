#include "http/router.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tabletalk::http {
namespace {

std::vector<std::string> Split(std::string_view pattern) {
  std::vector<std::string> parts;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const auto end = std::min(pattern.find('/'), pattern.size());
    parts.emplace_back(pattern.substr(0, end));
    pattern.remove_prefix(end);
  }
  return parts;
}

std::optional<std::vector<std::string>> Fit(const std::vector<std::string>& pattern,
                                            const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!pattern[i].starts_with('{')) {
      if (pattern[i] != segments[i]) return std::nullopt;
    } else if (segments[i].empty()) {
      return std::nullopt;
    } else {
      values.push_back(segments[i]);
    }
  }
  return values;
}

void AddMethod(std::string& list, std::string_view method) {
  if (!list.empty()) list += ", ";
  list += method;
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) patterns_.push_back(Split(route.pattern));
}

Router::Match Router::Find(std::string_view method,
                           const std::vector<std::string>& segments) const {
  Match match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto values = Fit(patterns_[i], segments);
    if (!values) continue;
    if (routes_[i].method == wanted) {
      match.route = &routes_[i];
      match.path = std::move(*values);
      match.allowed.clear();
      return match;
    }
    AddMethod(match.allowed, routes_[i].method);
    if (routes_[i].method == "GET") AddMethod(match.allowed, "HEAD");
  }
  return match;
}

}  // namespace tabletalk::http
