// The calculations that can be drafted without a model: what they are called, what they need, and
// the code. Read from calculations.words, statistics.words and the templates beside them, in the
// order in which prompts are tried.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tabletalk::offline {

/// What a calculation takes from `input`.
struct CalculationInput {
  std::string key;
  bool list = false;                 ///< A list of numbers, else one number.
  std::vector<std::string> aliases;  ///< Other names of it.
  std::string from_prompt;  ///< Which number of the prompt is its default: see calculations.words.
  std::string otherwise;    ///< Its default as Python where the prompt has no number.
};

struct Calculation {
  std::string name;                  ///< For a person: "compound interest".
  std::vector<std::string> phrases;  ///< Lower case: any of them asks for it.
  std::vector<CalculationInput> inputs;
  std::string_view code;  ///< With $inputs, where the inputs become variables named by their keys.
  std::string summary;    ///< One or two sentences.
};
const std::vector<Calculation>& Calculations();

/// One number about a list: several can be asked for at once.
struct Statistic {
  std::string name;  ///< Key of the result.
  std::vector<std::string> phrases;
  std::string expression;
  std::string population;  ///< Instead, where the prompt says "population".
  std::string said;        ///< In the summary.
  int least = 1;           ///< How many values it takes.
};
const std::vector<Statistic>& Statistics();

}  // namespace tabletalk::offline
