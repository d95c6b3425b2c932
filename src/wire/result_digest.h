// The digest of a result: SHA-256 over its canonical form, computed as rows stream by.
//
// docs/digest.md defines the form. Where the query orders its rows, they are hashed one after the
// other. Where it does not, their order means nothing: each row is hashed by itself and the hashes
// are added up modulo 2^256, which gives the same sum for any order and counts duplicates. The sum
// tells apart results that differ by accident; it is not meant to withstand someone who may choose
// the rows freely.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "wire/table.h"

namespace tabletalk::wire {

class ResultDigest {
 public:
  ResultDigest(const std::vector<Column>& columns, bool ordered);

  /// `row` is the row's canonical form: of each cell "~" for null or "<bytes>:<text>".
  void AddRow(std::string_view row);
  /// 64 lower-case hexadecimal digits. Once.
  std::string Finish();

 private:
  bool ordered_;
  std::uint64_t rows_ = 0;
  base::Sha256 hash_;
  std::string pending_;                 // rows not hashed yet, to hash in large pieces
  std::array<std::uint32_t, 8> sum_{};  // least significant word first
};

/// The canonical form of one cell.
void AppendCanonicalNull(std::string& row);
void AppendCanonicalCell(std::string_view text, std::string& row);

}  // namespace tabletalk::wire
