#include "confine/layers/landlock.h"

#include "confine/kernel.h"

namespace tabletalk::confine {
namespace {

// linux/landlock.h of Debian 12 ends at ABI 2. Values from the kernel's uapi, which never change.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskVersion = 1;
constexpr int kRulePathBeneath = 1;

constexpr std::uint64_t kExecute = 1 << 0;
constexpr std::uint64_t kWriteFile = 1 << 1;
constexpr std::uint64_t kReadFile = 1 << 2;
constexpr std::uint64_t kReadDirectory = 1 << 3;
constexpr std::uint64_t kRemoveDirectory = 1 << 4;
constexpr std::uint64_t kRemoveFile = 1 << 5;
constexpr std::uint64_t kMakeDirectory = 1 << 7;
constexpr std::uint64_t kMakeRegular = 1 << 8;
constexpr std::uint64_t kTruncate = 1 << 14;

struct RulesetAttributes {
  std::uint64_t file_system;
  std::uint64_t network;  // since ABI 4
  std::uint64_t scoped;   // since ABI 6
};
struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent;
};

RulesetAttributes EverythingOf(int abi) {
  RulesetAttributes all{};
  int bits = 13;
  if (abi >= 2) bits = 14;  // refer
  if (abi >= 3) bits = 15;  // truncate
  if (abi >= 5) bits = 16;  // ioctl on devices
  all.file_system = (1ull << bits) - 1;
  if (abi >= 4) all.network = 3;  // bind and connect of TCP
  if (abi >= 6) all.scoped = 3;   // abstract sockets and signals
  return all;
}

std::size_t SizeFor(int abi) {
  if (abi >= 6) return sizeof(RulesetAttributes);
  if (abi >= 4) return offsetof(RulesetAttributes, scoped);
  return offsetof(RulesetAttributes, network);
}

std::uint64_t Rights(const LandlockRule& rule) {
  const std::uint64_t read = kReadFile | (rule.directory ? kReadDirectory : 0);
  switch (rule.grant) {
    case LandlockGrant::read: return read;
    case LandlockGrant::read_execute: return read | kExecute;
    case LandlockGrant::device: return kReadFile | kWriteFile;
    case LandlockGrant::read_write: break;
  }
  const std::uint64_t write = read | kWriteFile | kTruncate;
  if (!rule.directory) return write;
  return write | kRemoveDirectory | kRemoveFile | kMakeDirectory | kMakeRegular;
}

int AddRule(int ruleset, const LandlockRule& rule, std::uint64_t handled) {
  const long fd = kernel::OpenPathWithoutLinks(AT_FDCWD, rule.path);
  if (fd < 0) return static_cast<int>(-fd);
  const PathBeneath beneath{Rights(rule) & handled, static_cast<std::int32_t>(fd)};
  const int error = kernel::Do(kAddRule, ruleset, kRulePathBeneath, &beneath, 0u);
  close(static_cast<int>(fd));
  return error;
}

}  // namespace

int LandlockAbi() {
  const long abi = kernel::Call(kCreateRuleset, nullptr, 0ul, kAskVersion);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

int EnterLandlock(int abi, const LandlockRule* rules, int count, int* failed_rule) {
  if (abi == 0) return 0;
  const RulesetAttributes all = EverythingOf(abi);
  const long ruleset = kernel::Call(kCreateRuleset, &all, SizeFor(abi), 0u);
  if (ruleset < 0) return static_cast<int>(-ruleset);
  for (int i = 0; i < count; ++i) {
    if (const int error = AddRule(static_cast<int>(ruleset), rules[i], all.file_system)) {
      *failed_rule = i;
      return error;
    }
  }
  const int error = kernel::Do(kRestrictSelf, static_cast<int>(ruleset), 0u);
  close(static_cast<int>(ruleset));
  return error;
}

}  // namespace tabletalk::confine
