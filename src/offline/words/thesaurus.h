// General English, independent of any table: words that people use for the same column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tabletalk::offline {

/// True if two stems are listed as words for one thing ("rain" and "precipit").
bool AreSynonyms(std::string_view stem_a, std::string_view stem_b);

/// True if `shortened` is a usual short form of `word`: "qty" of "quantity", "temp" of
/// "temperature", "pop" of "population".
bool IsAbbreviation(std::string_view shortened, std::string_view word);

/// True if a person says `word` ("women") for the gender written as `value` ("w", "female").
bool SaysGender(std::string_view word, std::string_view value);

/// The plain word for a compound that says the same: "wind" for "wind speed"; empty for none.
std::string_view PlainWord(std::string_view phrase);

/// How the numbers of a column may be put together, as its name tells.
enum class Additivity {
  adds_up,      ///< Sums make sense: revenue, deaths, quantity.
  does_not,     ///< Only averages and extremes do: a price, a temperature, a rating.
  not_in_time,  ///< Adds up across things but not across dates: population, stock.
  unclear,
};
Additivity AdditivityOf(const std::vector<std::string>& name_words, std::string_view unit);

/// Words that in a column's name are a unit or a label rather than the idea: g, km, id, no, pct.
bool IsLightNameWord(std::string_view word);

/// The word for a unit as a question may write it, normalised: "°c", "km", "percent" and "%" alike.
std::string NormalUnit(std::string_view unit);

}  // namespace tabletalk::offline
