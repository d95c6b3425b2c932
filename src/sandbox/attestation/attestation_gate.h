// Nothing runs before the walls were tried, and nothing once one gave way.
//
// Thread-safe. The first run in a language has the attempts made, or waits for those that are being
// made; a background thread makes them ahead, so that mostly no run waits, and again in intervals.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "sandbox/attestation/attestation.h"

namespace tabletalk::sandbox {

class AttestationGate {
 public:
  using Attempts = base::Result<std::vector<wire::EscapeAttempt>>;
  struct Options {
    std::vector<Language> languages;
    /// Makes the attempts in one of them.
    std::function<Attempts(Language, bool thorough, const base::CancelToken&)> attempt;
    /// Between two rounds. 0: runs do not wait for attempts, which are made by AttestNow alone.
    std::chrono::seconds interval{0};
  };

  explicit AttestationGate(Options options);
  ~AttestationGate();
  AttestationGate(const AttestationGate&) = delete;

  /// Returns once runs in this language are fine. no_sandbox where an attempt was not contained, in
  /// any language; the attempts' own error where they could not be made; timed_out, cancelled.
  base::Result<void> Enter(Language language, const JobContext& context);
  /// True while a run in this language would have to wait for the attempts.
  bool Pending(Language language) const;
  /// Makes all attempts in all languages, and shuts or opens the gate by what they gave.
  Attempts AttestNow();

 private:
  enum class State { untried, trying, held };

  void Repeat();
  /// What these attempts say: an error naming the first that was not contained.
  void Judge(Language language, const std::vector<wire::EscapeAttempt>& attempts);
  base::Result<void> Standing() const;

  const Options options_;
  base::CancelToken stopping_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Language, State> states_;          ///< Guarded by mutex_, as is the next.
  std::map<Language, std::string> breaches_;  ///< Names of attempts that got somewhere.
  std::thread thread_;
};

}  // namespace tabletalk::sandbox
