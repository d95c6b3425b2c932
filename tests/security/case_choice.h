// For whoever looks at single cases: TABLETALK_CASES=id,id runs only these, TABLETALK_CASES_SHOWN=1
// prints what came of each.
#pragma once

#include <cstdlib>
#include <string>

namespace tabletalk::security {

inline bool IsChosen(const std::string& id) {
  const char* chosen = std::getenv("TABLETALK_CASES");
  if (chosen == nullptr) return true;
  return ("," + std::string(chosen) + ",").find("," + id + ",") != std::string::npos;
}

inline bool CasesAreShown() { return std::getenv("TABLETALK_CASES_SHOWN") != nullptr; }

}  // namespace tabletalk::security
