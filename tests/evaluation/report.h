// What the answers of a question set add up to, and the bounds that a set is held to.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace tabletalk::evaluation {

/// `offered`: refused, with the right reading among those that the refusal names.
enum class Outcome { right, offered, refused, wrong };

/// One question's end.
struct Verdict {
  Outcome outcome = Outcome::wrong;
  bool answered = false;  ///< Else refused, or failed before there was an answer.
  double confidence = 0;  ///< Of an answer, 0..1.
  std::string detail;     ///< What was said instead, for whoever reads the report.
};

/// The answers above this confidence are those that nobody looks at twice.
inline constexpr double kSure = 0.9;

struct Tally {
  int right = 0, offered = 0, refused = 0, wrong = 0;
  int answered = 0, answered_wrong = 0;
  int sure = 0, sure_wrong = 0;
  struct Band {
    int answered = 0, wrong = 0;
  };
  std::array<Band, 10> bands{};  ///< By tenths of confidence; the last one holds 1, too.

  void Count(const Verdict& verdict);
  int total() const { return right + offered + refused + wrong; }
};

/// One block of tests/questions/bounds.cases: what a set may not fall below or go beyond.
struct Bound {
  int right = 0;               ///< At least so many.
  std::optional<int> refused;  ///< At most, with and without the right reading.
  int wrong = 0;               ///< At most.
  int sure_wrong = 0;          ///< At most so many wrong ones above kSure.
};
base::Result<std::map<std::string, Bound>> ReadBounds(const std::string& path);

/// One line for each bound that the set breaks.
std::vector<std::string> Broken(const std::string& set, const Tally& tally, const Bound& bound);

class Report {
 public:
  void Count(const std::string& set, const std::string& kind, const Verdict& verdict);
  const std::map<std::string, Tally>& sets() const { return by_set_; }

  std::string Kinds() const;
  std::string Sets() const;
  std::string Calibration() const;

 private:
  std::map<std::string, Tally> by_set_, by_kind_;
  Tally all_;
};

}  // namespace tabletalk::evaluation
