// The calculations that can be drafted without a model: what they are called, what they need, and
// the code. Data, in the order in which prompts are tried.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace tabletalk::offline {

/// What a calculation takes from `input`.
struct CalculationInput {
  std::string_view key;      ///< "$key" in the code stands for input["key"] or a default.
  bool list = false;         ///< A list of numbers, else one number.
  std::string_view aliases;  ///< Other names of it, separated by "|".
  /// Which number of the prompt is its default: "%" a percentage as a fraction, "percent" one as it
  /// stands, "years" years or months of them, "n" a window, "from" and "to" the one behind that
  /// word, "number" any other; "" for none.
  std::string_view from_prompt = "";
  std::string_view otherwise = "";  ///< Its default as Python where the prompt has no number.
};

struct Calculation {
  std::string_view name;     ///< For a person: "compound interest".
  std::string_view phrases;  ///< Lower case, separated by "|": any of them asks for it.
  std::vector<CalculationInput> inputs;
  std::string_view body;     ///< Python behind the inputs, which are variables named by their keys.
  std::string_view summary;  ///< One or two sentences.
  std::string_view imports = "";
};

std::span<const Calculation> Calculations();

/// One number about a list: several can be asked for at once.
struct Statistic {
  std::string_view name;     ///< Key of the result.
  std::string_view phrases;  ///< As above.
  std::string_view expression;
  std::string_view population = "";  ///< Instead, where the prompt says "population".
  std::string_view said;             ///< In the summary.
  int least = 1;                     ///< How many values it takes.
};

std::span<const Statistic> Statistics();

}  // namespace tabletalk::offline
