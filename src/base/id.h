// Identifiers that cannot be mixed up.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace tabletalk::base {

/// 128 random bits from the kernel as 32 lower-case hexadecimal digits.
std::string RandomHex128();

/// An opaque identifier of one kind of thing. `Tag` gives the prefix ("run_") of fresh ones.
/// Values from outside are kept as they came; they are looked up, never interpreted.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  static Id Fresh() { return Id(std::string(Tag::kPrefix) + RandomHex128()); }

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

struct RunTag {
  static constexpr std::string_view kPrefix = "run_";
};
struct ThreadTag {
  static constexpr std::string_view kPrefix = "thr_";
};
struct MessageTag {
  static constexpr std::string_view kPrefix = "msg_";
};
struct TraceTag {
  static constexpr std::string_view kPrefix = "";
};

using RunId = Id<RunTag>;
using ThreadId = Id<ThreadTag>;
using MessageId = Id<MessageTag>;
using TraceId = Id<TraceTag>;

}  // namespace tabletalk::base
