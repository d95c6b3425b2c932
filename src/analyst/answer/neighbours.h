// What a draft writes beside its slots.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyst/answer/slot_reading.h"

namespace tabletalk::analyst {

/// Text and slots in turn; a slot without its braces.
struct Piece {
  bool slot = false;
  std::string text;
};
std::vector<Piece> Pieces(std::string_view text);
std::string Joined(const std::vector<Piece>& pieces);

/// Settles the formats of slots and mends what stands beside them: a sign, unit or word that the
/// slot prints itself, a sign that another format prints, a missing blank. What would say another
/// number than the cell is a fault: one sentence each, for the model, without a cell.
void SettleSlots(std::vector<Piece>& pieces, const SlotReader& reader,
                 std::vector<std::string>& faults);

}  // namespace tabletalk::analyst
