// The costs of reading a question, from words/costs.words.
#pragma once

#include <boost/describe.hpp>

namespace tabletalk::offline {

/// What had to be assumed.
struct DoubtCosts {
  double none_is_missing = 0, grain_is_a_name = 0, date_by_half_its_name = 0, thing_of_a_table = 0,
         money_unnamed = 0, counted_column = 0, counted_time = 0, asks_when = 0, column_by_hint = 0,
         two_to_rank_by = 0, noun_heads_a_column = 0, count_unasked = 0, list_by_loose_name = 0,
         list_unasked = 0, time_by_verb = 0, time_must_be_there = 0, time_is_always_there = 0,
         name_said_again = 0, key_beside_table = 0, count_of_moments = 0, gender_of_whom = 0,
         sum_of_what_adds_up = 0, sum_of_a_state = 0, average_unasked = 0, sum_of_the_unknown = 0,
         label_beside_key = 0, most_by_an_extreme = 0, ranked_by_an_extreme = 0,
         common_by_a_frequency = 0, person_of_a_row = 0, name_of_a_row = 0, ranked_by_rows = 0,
         group_is_ranked = 0, how_many_unsaid = 0, thing_beside_a_number = 0, rows_in_plural = 0,
         all_rows_by_a_column = 0, one_of_several_dates = 0, chosen = 0, chosen_later = 0;
};
BOOST_DESCRIBE_STRUCT(DoubtCosts, (),
                      (none_is_missing, grain_is_a_name, date_by_half_its_name, thing_of_a_table,
                       money_unnamed, counted_column, counted_time, asks_when, column_by_hint,
                       two_to_rank_by, noun_heads_a_column, count_unasked, list_by_loose_name,
                       list_unasked, time_by_verb, time_must_be_there, time_is_always_there,
                       name_said_again, key_beside_table, count_of_moments, gender_of_whom,
                       sum_of_what_adds_up, sum_of_a_state, average_unasked, sum_of_the_unknown,
                       label_beside_key, most_by_an_extreme, ranked_by_an_extreme,
                       common_by_a_frequency, person_of_a_row, name_of_a_row, ranked_by_rows,
                       group_is_ranked, how_many_unsaid, thing_beside_a_number, rows_in_plural,
                       all_rows_by_a_column, one_of_several_dates, chosen, chosen_later))

/// What takes from the reported confidence besides the costs of the reading.
struct ConfidenceCosts {
  double any_answer = 0, of_the_reading = 0, loose_word = 0, assumption = 0, ranking = 0,
         several_groups = 0;
};
BOOST_DESCRIBE_STRUCT(ConfidenceCosts, (),
                      (any_answer, of_the_reading, loose_word, assumption, ranking, several_groups))

/// What a phrase stands for, besides names.
struct LinkCosts {
  double bare_year = 0, cue_in_a_name = 0, grammar = 0, cue = 0, light_word_of_a_name = 0,
         light_word = 0, row_noun = 0, money_verb = 0, grammar_like_a_code = 0,
         cue_like_a_value = 0, place_by_date = 0, rate_of_rows = 0, misspelt_cue = 0,
         said_again_in_brackets = 0, name_cut = 0, table_named_as_a_column = 0, plain_word = 0,
         head_noun = 0, column_by_its_unit = 0, most_for_a_name = 0, quoted_text = 0,
         gender_value = 0, answer_beside_its_column = 0, value_kinship = 0, value_typing_error = 0,
         part_of_a_value = 0, one = 0, number = 0, sign = 0, unexplained_word = 0,
         kin_of_a_table = 0, kin_of_a_column = 0, per_link = 0;
};
BOOST_DESCRIBE_STRUCT(LinkCosts, (),
                      (bare_year, cue_in_a_name, grammar, cue, light_word_of_a_name, light_word,
                       row_noun, money_verb, grammar_like_a_code, cue_like_a_value, place_by_date,
                       rate_of_rows, misspelt_cue, said_again_in_brackets, name_cut,
                       table_named_as_a_column, plain_word, head_noun, column_by_its_unit,
                       most_for_a_name, quoted_text, gender_value, answer_beside_its_column,
                       value_kinship, value_typing_error, part_of_a_value, one, number, sign,
                       unexplained_word, kin_of_a_table, kin_of_a_column, per_link))

/// A field is named as in the file.
struct Costs : LinkCosts, DoubtCosts, ConfidenceCosts {
  double stem = 0, typing_error = 0, slip_in_short_word = 0, abbreviation = 0, word_synonym = 0,
         kinship = 0;
  double first_word_missing = 0, more_words_missing = 0, reordered = 0, filler_inside = 0,
         registry_synonym = 0;
  double per_join = 0, follow_up = 0;
  double threshold = 0;         ///< The most that an answered reading may cost.
  double margin = 0;            ///< How far the next other reading must be.
  double least_confidence = 0;  ///< Below it a reading is offered and not answered.
};
BOOST_DESCRIBE_STRUCT(Costs, (LinkCosts, DoubtCosts, ConfidenceCosts),
                      (stem, typing_error, slip_in_short_word, abbreviation, word_synonym, kinship,
                       first_word_missing, more_words_missing, reordered, filler_inside,
                       registry_synonym, per_join, follow_up, threshold, margin, least_confidence))

const Costs& TheCosts();

}  // namespace tabletalk::offline
