// Whether the words of a question left a trace in what is computed.
#pragma once

#include <string>
#include <vector>

#include "offline/scene.h"

namespace tabletalk::offline {

/// The words that link to a table, column or value which no part of the finished intent has. Such a
/// word was explained and then dropped, so the intent answers another question than was asked.
std::vector<std::string> Untraced(const Scene& scene, const Cover& cover);

}  // namespace tabletalk::offline
