// The costs of reading a question, from words/costs.words.
#pragma once

#include <boost/describe.hpp>

namespace tabletalk::offline {

/// A field is named as in the file.
struct Costs {
  double stem = 0, typing_error = 0, slip_in_short_word = 0, abbreviation = 0, word_synonym = 0,
         kinship = 0;
  double first_word_missing = 0, more_words_missing = 0, reordered = 0, filler_inside = 0,
         registry_synonym = 0;
  double per_join = 0, follow_up = 0;
  double threshold = 0;  ///< The most that an answered reading may cost.
  double margin = 0;     ///< How far the next other reading must be.
};
BOOST_DESCRIBE_STRUCT(Costs, (),
                      (stem, typing_error, slip_in_short_word, abbreviation, word_synonym, kinship,
                       first_word_missing, more_words_missing, reordered, filler_inside,
                       registry_synonym, per_join, follow_up, threshold, margin))

const Costs& TheCosts();

}  // namespace tabletalk::offline
