// A clock that stands still until a test moves it.
#pragma once

#include "base/clock.h"

namespace tabletalk::http::testing {

class HandClock final : public base::Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return {}; }
  std::chrono::steady_clock::time_point Steady() const override { return now; }
  std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
};

}  // namespace tabletalk::http::testing
