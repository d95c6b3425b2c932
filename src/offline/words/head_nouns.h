// "payment method" for Payment, "closing price" for Close: nouns that repeat what a column is.
#pragma once

#include "offline/schema_index.h"
#include "offline/words/text.h"

namespace tabletalk::offline {

/// True if `noun` behind the column's name adds nothing that the column is not already.
bool RepeatsKind(const Token& noun, const ColumnFacts& column);

}  // namespace tabletalk::offline
