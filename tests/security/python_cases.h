// The attack cases of tests/security/python as what a run is given.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "wire/runner.h"

namespace tabletalk::security {

struct PythonCase {
  std::string id;
  std::string kind;
  wire::PythonContract contract = wire::PythonContract::result;
  std::string code;                   ///< With all placeholders replaced.
  std::vector<std::string> rules;     ///< Any of these rejects it; empty if the policy passes it.
  std::vector<std::string> outcomes;  ///< Any of these may come of it.
  std::string gives;                  ///< JSON of its result; empty if it does not matter.
  std::string then, then_gives;       ///< The next run's code and result, or empty.
  std::string beside, beside_gives;   ///< The neighbour's code and result, or empty.
};

/// All cases of a file. `placeholders` stand beside the built-in ones: ${libc}, ${frame}, ${SYS_x}
/// and ${100*text*}. invalid_argument names the case with an unknown key, outcome or placeholder.
base::Result<std::vector<PythonCase>> ReadPythonCases(
    const std::string& path, const std::map<std::string, std::string>& placeholders);

/// "${3*ab*}" becomes "ababab".
std::string ExpandRepetitions(std::string text);

}  // namespace tabletalk::security
