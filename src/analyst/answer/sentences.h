// Text in sentences, and what of them may be said aloud.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tabletalk::analyst {

/// Pieces that end with a sentence or a line and the blanks behind it; together they are `text`.
std::vector<std::string_view> Sentences(std::string_view text);

/// The sentences whose every number stands in the question: what a model thinks aloud before it has
/// looked is no place to learn a number from. Blanks at both ends are gone.
std::string WithoutOwnNumbers(std::string_view text, std::string_view question);

/// Whether a text says what is about to be done rather than what came out: "Let me look at the
/// orders first."
bool Announces(std::string_view text);

}  // namespace tabletalk::analyst
