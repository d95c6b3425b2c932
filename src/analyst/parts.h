// Text in pieces of one class each, put together.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/egress.h"

namespace tabletalk::analyst {

/// Neighbours of one class become one part; empty pieces vanish.
class PartList {
 public:
  void Add(wire::DataClass data_class, std::string_view text) {
    if (text.empty()) return;
    chars_ += text.size();
    if (!parts_.empty() && parts_.back().data_class == data_class)
      parts_.back().text += text;
    else
      parts_.push_back({data_class, std::string(text)});
  }
  void Add(const std::vector<wire::EgressPart>& parts) {
    for (const wire::EgressPart& part : parts) Add(part.data_class, part.text);
  }
  void Add(const PartList& other) { Add(other.parts_); }

  bool empty() const { return parts_.empty(); }
  /// Bytes of all parts together.
  std::size_t chars() const { return chars_; }
  const std::vector<wire::EgressPart>& parts() const { return parts_; }
  std::vector<wire::EgressPart> Take() && { return std::move(parts_); }

 private:
  std::vector<wire::EgressPart> parts_;
  std::size_t chars_ = 0;
};

/// The text as it reads on the wire.
inline std::string TextOf(const std::vector<wire::EgressPart>& parts) {
  std::string text;
  for (const wire::EgressPart& part : parts) text += part.text;
  return text;
}

}  // namespace tabletalk::analyst
