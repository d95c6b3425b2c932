// SHA-256 (FIPS 180-4): the identity of files, datasets and results.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tabletalk::base {

/// Digest under construction. Not thread-safe; Finish may be called once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(std::string_view bytes);
  /// 64 lower-case hexadecimal digits.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Sha256Of(std::string_view bytes);
/// Digest of all bytes of an open regular file, read from its beginning with pread.
Result<std::string> Sha256OfFile(int fd);

}  // namespace tabletalk::base
