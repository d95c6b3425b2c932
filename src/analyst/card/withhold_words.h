// The fixed vocabulary of error messages, lower case.
#pragma once

#include <string_view>
#include <unordered_set>

namespace tabletalk::analyst {

/// Names of types, functions, exceptions and keywords of the engines.
const std::unordered_set<std::string_view>& TechnicalWords();

/// The words that sentences about errors are made of.
const std::unordered_set<std::string_view>& ProseWords();

}  // namespace tabletalk::analyst
