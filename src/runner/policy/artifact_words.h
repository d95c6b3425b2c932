// The names that decide what an artifact may reach.
#pragma once

#include <optional>
#include <string_view>

namespace tabletalk::runner {

/// What a name that the code does not declare itself may do.
enum class GlobalUse {
  value,       ///< Anything: Math, Number, undefined.
  namespace_,  ///< Only before a dot, and there only what is listed: Object, React.
  timer,       ///< Only a call, with a function.
};
/// None for a name that is closed.
std::optional<GlobalUse> UseOfGlobal(std::string_view name);

/// True where `global.member` may be written.
bool MayReadMember(std::string_view global, std::string_view member);

/// Why a name that is closed is closed: rule and reason. Unknown names are "unknown_name".
struct Closed {
  std::string_view rule;
  std::string_view reason;
};
Closed WhyClosed(std::string_view name);

/// A property that leads out of the view, whatever object it is of.
bool IsClosedMember(std::string_view property);
/// A key that no object literal and no text may have.
bool IsClosedKey(std::string_view key);

/// An HTML or SVG element that a view may have.
bool IsKnownElement(std::string_view element);
/// One of those that load or lead to what an attribute says.
bool HasAddress(std::string_view element);
/// An attribute that holds an address, in lower case.
bool IsAddressAttribute(std::string_view attribute);

}  // namespace tabletalk::runner
