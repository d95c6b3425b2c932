// The arguments of a tool call as models really write them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace tabletalk::analyst {

/// Read from the text of a call. An object is asked for, but a JSON string that holds one, an
/// object among prose, and bare text ("SELECT ...") are read as well.
class Arguments {
 public:
  explicit Arguments(std::string_view written);

  /// The call's text, as the model wrote it.
  const std::string& written() const { return written_; }
  /// The object; none where the text is none (`bare` then holds it).
  const base::json::object* object() const { return object_ ? &*object_ : nullptr; }
  /// What was read: the object, or the text as a JSON string.
  base::json::value AsJson() const;
  /// The same text for calls that differ in nothing but blanks.
  std::string Canonical() const;

  /// The first of these fields that is there and not null.
  const base::json::value* Find(std::initializer_list<std::string_view> names) const;
  /// The first of these fields, if it is a text and not blank; with `bare_too` else the call's own
  /// text where it is not JSON. A list of texts is taken as its lines.
  std::optional<std::string> Text(std::initializer_list<std::string_view> names,
                                  bool bare_too = false) const;
  /// A whole number, also where it was written as a text.
  std::optional<std::int64_t> Whole(std::initializer_list<std::string_view> names) const;

 private:
  std::string written_;
  std::string bare_;
  std::optional<base::json::object> object_;
};

/// Code without the fence that a model put around it.
std::string Unfenced(std::string code, std::string_view language);

}  // namespace tabletalk::analyst
