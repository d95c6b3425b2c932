// How names and texts of the data stand in SQL that we write. For what no binding can carry: names,
// and the options of our own statements.
#pragma once

#include <string>
#include <string_view>

namespace tabletalk::wire {

/// `name` as an SQL identifier, quotes doubled.
std::string QuoteIdentifier(std::string_view name);
/// `text` as an SQL string literal, quotes doubled.
std::string QuoteText(std::string_view text);

}  // namespace tabletalk::wire
