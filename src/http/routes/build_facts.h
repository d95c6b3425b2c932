// What this build knows of itself, without asking anything at run time.
#pragma once

#include <map>
#include <string>

namespace tabletalk::http {

struct BuildFacts {
  std::string version;
  std::string commit;  ///< Of git, in full; "unknown" where it was built without.
  std::map<std::string, std::string> engines;  ///< Name to the version that it was built with.
};

/// Generated (cmake/BuildFacts.cmake).
BuildFacts ThisBuild();

}  // namespace tabletalk::http
