#include "http/routes/router.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tabletalk::http {
namespace {

constexpr std::string_view kEllipsis = "\xe2\x80\xa6";  // …

void AddMethod(std::string& list, std::string_view method) {
  if (!list.empty()) list += ", ";
  list += method;
}

// What a tail may hold: names that mean themselves wherever they are joined.
bool IsPlainSegment(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         std::none_of(segment.begin(), segment.end(), [](unsigned char c) {
           return c == '/' || c == '\\' || c < ' ' || c == 0x7f;
         });
}

}  // namespace

Router::Pattern Router::Parse(std::string_view text) {
  const auto broken = [&] { return std::logic_error("no pattern: " + std::string(text)); };
  if (!text.starts_with('/')) throw broken();
  Pattern pattern;
  for (std::string_view left = text; !left.empty();) {
    left.remove_prefix(1);  // the slash
    const auto end = std::min(left.find('/'), left.size());
    std::string_view part = left.substr(0, end);
    left.remove_prefix(end);
    if (part.empty() && pattern.empty() && left.empty()) break;  // "/"
    if (!part.starts_with('{')) {
      pattern.push_back({Part::Kind::literal, std::string(part)});
      continue;
    }
    if (!part.ends_with('}')) throw broken();
    part = part.substr(1, part.size() - 2);
    const bool rest = part.ends_with(kEllipsis);
    if (rest) part.remove_suffix(kEllipsis.size());
    if (part.empty() || (rest && !left.empty())) throw broken();
    pattern.push_back({rest ? Part::Kind::rest : Part::Kind::one, std::string(part)});
  }
  return pattern;
}

std::optional<TextFields> Router::Fit(const Pattern& pattern,
                                      const std::vector<std::string>& segments) {
  const bool rest = !pattern.empty() && pattern.back().kind == Part::Kind::rest;
  if (rest ? segments.size() < pattern.size() : segments.size() != pattern.size())
    return std::nullopt;
  TextFields values;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const Part& part = pattern[i];
    switch (part.kind) {
      case Part::Kind::literal:
        if (part.text != segments[i]) return std::nullopt;
        break;
      case Part::Kind::one:
        if (segments[i].empty()) return std::nullopt;
        values[part.text] = segments[i];
        break;
      case Part::Kind::rest:
        std::string& tail = values[part.text];
        for (std::size_t j = i; j < segments.size(); ++j) {
          if (!IsPlainSegment(segments[j])) return std::nullopt;
          tail += (j == i ? "" : "/") + segments[j];
        }
        break;
    }
  }
  return values;
}

bool Router::FitTheSame(const Pattern& a, const Pattern& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Part& x, const Part& y) {
    return x.kind == y.kind && (x.kind != Part::Kind::literal || x.text == y.text);
  });
}

bool Router::IsMoreLiteral(const Pattern& a, const Pattern& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](const Part& x, const Part& y) { return x.kind < y.kind; });
}

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) {
    Pattern pattern = Parse(route.pattern);
    for (std::size_t i = 0; i < patterns_.size(); ++i)
      if (routes_[i].method == route.method && FitTheSame(patterns_[i], pattern))
        throw std::logic_error("two routes fit the same: " + route.method + " " + route.pattern);
    patterns_.push_back(std::move(pattern));
  }
}

Router::Match Router::Find(std::string_view method,
                           const std::vector<std::string>& segments) const {
  Match match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  const Pattern* best = nullptr;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto values = Fit(patterns_[i], segments);
    if (!values) continue;
    if (routes_[i].method != wanted) {
      AddMethod(match.allowed, routes_[i].method);
      if (routes_[i].method == "GET") AddMethod(match.allowed, "HEAD");
    } else if (best == nullptr || IsMoreLiteral(patterns_[i], *best)) {
      best = &patterns_[i];
      match.route = &routes_[i];
      match.path = std::move(*values);
    }
  }
  if (match.route != nullptr) match.allowed.clear();
  return match;
}

std::vector<std::string> PlaceholdersOf(std::string_view pattern) {
  std::vector<std::string> names;
  for (auto open = pattern.find('{'); open != pattern.npos; open = pattern.find('{', open + 1)) {
    std::string_view name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    if (name.ends_with(kEllipsis)) name.remove_suffix(kEllipsis.size());
    names.emplace_back(name);
  }
  return names;
}

}  // namespace tabletalk::http
