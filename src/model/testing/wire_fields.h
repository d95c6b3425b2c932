// Fields of a request, held against a table: which there are, of which type, within which bounds.
// Each provider says what is wrong in its own words.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace tabletalk::model::testing {

/// Types that a field may have, added up.
enum JsonType : unsigned {
  kString = 1,
  kInteger = 2,
  kNumber = 4,
  kBool = 8,
  kObject = 16,
  kArray = 32,
  kNull = 64,
  kAnything = 127
};

struct Field {
  std::string_view name;
  unsigned types = kAnything;
  bool required = false;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// How a provider names places and words complaints.
struct Phrases {
  std::string (*member)(const std::string& path, std::string_view name);
  std::string (*element)(const std::string& path, std::size_t index);
  std::string (*missing)(const std::string& path);
  std::string (*mistyped)(const std::string& path, unsigned wanted, const base::json::value& found);
  std::string (*out_of_range)(const std::string& path, double low, double high);
  std::string (*unknown)(const std::string& parent, std::string_view name);
  bool null_is_absent;  ///< An optional field may be null.
  bool snake_too;       ///< snake_case stands for camelCase, as in Protocol Buffers' JSON.
};

/// What is wrong with `object` first; empty where nothing is.
std::string CheckFields(const base::json::object& object, std::span<const Field> fields,
                        const std::string& path, const Phrases& phrases);

/// Whether `value` is one of these types.
bool Fits(const base::json::value& value, unsigned types);
/// "a string", "an integer", ...: the first of `types`.
std::string_view TypeName(unsigned types);
std::string_view TypeNameOf(const base::json::value& value);

/// The member of that name (or in snake_case), unless it is absent or null.
const base::json::value* Find(const base::json::object& object, std::string_view name);
const base::json::object* FindObject(const base::json::object& object, std::string_view name);
const base::json::array* FindArray(const base::json::object& object, std::string_view name);
/// Empty where there is no such string.
std::string FindText(const base::json::object& object, std::string_view name);

/// "toolConfig" as "tool_config".
std::string SnakeCase(std::string_view camel);
/// 1 to `longest` of letters, digits, '_' and '-', and of `more`.
bool IsName(std::string_view text, std::size_t longest, std::string_view more = {});

}  // namespace tabletalk::model::testing
