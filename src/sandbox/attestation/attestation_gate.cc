#include "sandbox/attestation/attestation_gate.h"

#include "base/log.h"

namespace tabletalk::sandbox {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr std::chrono::milliseconds kCancelPeriod{10};

}  // namespace

AttestationGate::AttestationGate(Options options) : options_(std::move(options)) {
  if (options_.interval.count() > 0) thread_ = std::thread([this] { Repeat(); });
}

AttestationGate::~AttestationGate() {
  stopping_.Cancel();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> AttestationGate::Standing() const {
  if (breaches_.empty()) return {};
  return MakeError(
             ErrorCode::no_sandbox,
             "the sandbox does not hold on this host: the escape attempt " +
                 breaches_.begin()->second +
                 " was not contained, so nothing is run; `tabletalk doctor` has the whole list")
      .WithDetail("attempt", boost::json::value(breaches_.begin()->second));
}

Result<void> AttestationGate::Enter(Language language, const JobContext& context) {
  std::unique_lock lock(mutex_);
  for (;;) {
    TT_CHECK(Standing());
    if (options_.interval.count() == 0) return {};
    State& state = states_[language];
    if (state == State::held) return {};
    if (state == State::untried) {
      state = State::trying;
      lock.unlock();
      auto attempts = options_.attempt(language, false, stopping_);
      lock.lock();
      state = attempts.has_value() ? State::held : State::untried;
      changed_.notify_all();
      if (attempts.has_error()) return std::move(attempts).error();
      Judge(language, *attempts);
      continue;
    }
    if (context.cancel.Cancelled())
      return MakeError(ErrorCode::cancelled, "the request was cancelled");
    if (context.deadline.Expired())
      return MakeError(ErrorCode::timed_out,
                       "the time limit was reached while the sandbox was still being tested");
    changed_.wait_for(lock, std::min(kCancelPeriod, context.deadline.Remaining()));
  }
}

bool AttestationGate::Pending(Language language) const {
  const std::scoped_lock lock(mutex_);
  const auto found = states_.find(language);
  return options_.interval.count() > 0 && (found == states_.end() || found->second != State::held);
}

void AttestationGate::Judge(Language language, const std::vector<wire::EscapeAttempt>& attempts) {
  breaches_.erase(language);
  for (const wire::EscapeAttempt& attempt : attempts) {
    if (attempt.contained) continue;
    base::Log(base::LogLevel::error, "sandbox_breach",
              {{"attempt", attempt.name}, {"detail", attempt.detail}});
    breaches_.emplace(language, attempt.name);
  }
  base::Log(base::LogLevel::debug, "sandbox_attested",
            {{"language", language == Language::sql ? "sql" : "python"},
             {"attempts", attempts.size()},
             {"contained", !breaches_.contains(language)}});
}

AttestationGate::Attempts AttestationGate::AttestNow() {
  std::vector<wire::EscapeAttempt> all;
  for (const Language language : options_.languages) {
    auto attempts = options_.attempt(language, true, stopping_);
    if (attempts.has_error()) return attempts;
    const std::scoped_lock lock(mutex_);
    Judge(language, *attempts);
    all.insert(all.end(), attempts->begin(), attempts->end());
  }
  return all;
}

void AttestationGate::Repeat() {
  JobContext context;
  context.cancel = stopping_;
  for (const Language language : options_.languages)
    if (const auto entered = Enter(language, context);
        entered.has_error() && !stopping_.Cancelled())
      base::Log(base::LogLevel::warn, "sandbox_not_attested",
                {{"why", entered.error().public_message()}});
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, options_.interval, [this] { return stopping_.Cancelled(); });
    }
    if (stopping_.Cancelled()) return;
    if (const auto attempts = AttestNow(); attempts.has_error() && !stopping_.Cancelled())
      base::Log(base::LogLevel::warn, "sandbox_not_attested",
                {{"why", attempts.error().public_message()}});
  }
}

}  // namespace tabletalk::sandbox
