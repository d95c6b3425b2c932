#include "http/admission/rate_limits.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "http/admission/field_value.h"

namespace tabletalk::http {
namespace {

constexpr std::chrono::seconds kWindow{60};
constexpr std::uint64_t kMost = 1000;
constexpr std::array<std::string_view, 3> kNames{"/ai/codegen", "/ai/sql", "/ai/execute"};

}  // namespace

base::Result<RateLimits> ReadRateLimits(std::string_view text) {
  RateLimits limits;
  text = Trimmed(text);
  if (text.empty() || text == "off") return limits;
  for (bool more = true; more;) {
    const auto comma = text.find(',');
    more = comma != text.npos;
    const std::string_view entry = Trimmed(text.substr(0, comma));
    text = more ? text.substr(comma + 1) : std::string_view();
    const auto equals = std::min(entry.find('='), entry.size());
    const std::string_view name = Trimmed(entry.substr(0, equals));
    const std::string_view number = Trimmed(entry.substr(std::min(equals + 1, entry.size())));
    std::uint64_t count = 0;
    const auto [end, problem] =
        std::from_chars(number.data(), number.data() + number.size(), count);
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end() || problem != std::errc() ||
        end != number.data() + number.size() || count < 1 || count > kMost)
      return base::InvalidArgument(
          "takes off, or requests a minute as in /ai/codegen=10,/ai/sql=20,/ai/execute=5, each "
          "from 1 to 1000");
    limits[std::string(name)] = count;
  }
  return limits;
}

std::optional<std::chrono::seconds> RateLimiter::Refuse(std::string_view limit,
                                                        const std::string& address) {
  const auto limited = limits_.find(limit);
  if (limited == limits_.end()) return std::nullopt;
  const std::string key = limited->first + ' ' + address;
  const auto now = clock_->Steady();
  const std::lock_guard lock(mutex_);
  auto known = by_key_.find(key);
  if (known == by_key_.end()) {
    if (callers_.size() >= max_callers_) {
      by_key_.erase(callers_.front().key);
      callers_.pop_front();
    }
    callers_.push_back({key, {}});
    known = by_key_.emplace(key, std::prev(callers_.end())).first;
  }
  callers_.splice(callers_.end(), callers_, known->second);
  auto& served = known->second->served;
  while (!served.empty() && now - served.front() >= kWindow) served.pop_front();
  if (served.size() < limited->second) {
    served.push_back(now);
    return std::nullopt;
  }
  return std::max(std::chrono::seconds(1),
                  std::chrono::ceil<std::chrono::seconds>(kWindow - (now - served.front())));
}

std::size_t RateLimiter::callers() const {
  const std::lock_guard lock(mutex_);
  return callers_.size();
}

}  // namespace tabletalk::http
