#include "analyst/conversation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>

#include "analyst/card/schema_card.h"
#include "analyst/history.h"
#include "analyst/prompts.h"
#include "base/codec.h"
#include "plan/limits.h"
#include "wire/plan.h"

namespace tabletalk::analyst {
namespace {

using wire::DataClass;

template <class Names>
std::string Listed(const Names& names) {
  return fmt::format("{}", fmt::join(names, " "));
}

std::string Operators() {
  std::vector<std::string_view> names;
  for (int op = 0; op <= static_cast<int>(wire::ConditionOp::last); ++op)
    names.push_back(wire::WireName(static_cast<wire::ConditionOp>(op)));
  return Listed(names);
}

/// The prompt's example, in the form in which this model calls tools.
std::string ExampleCall(const model::Abilities& abilities) {
  const std::string plan = Render("example_plan");
  if (abilities.tools) return "Call run_query_plan with {\"plan\": " + plan + "}";
  return "Reply: {\"tool\": \"run_query_plan\", \"arguments\": {\"plan\": " + plan + "}}";
}
std::string ExampleAnswer(const model::Abilities& abilities) {
  const std::string answer = Render("example_answer");
  if (abilities.tools) return answer;
  return base::ToJsonText(base::json::object{{"answer", base::json::value(answer)}});
}

std::string PythonStep(const wire::DatasetSchema& dataset, const Options& options) {
  if (!options.enable_python) return "";
  const bool one = dataset.tables.size() == 1;
  return " " + Render("python_step",
                      {{"tables", one ? "the table is the DataFrame `df`,"
                                      : "`tables[\"name\"]` are DataFrames, `df` is the first,"}});
}

std::vector<wire::EgressPart> System(const Question& question, const wire::DatasetSchema& dataset,
                                     const model::Abilities& abilities, const Options& options) {
  const auto words = [](std::string text) {
    return std::vector<wire::EgressPart>{{DataClass::instructions, std::move(text)}};
  };
  return RenderParts("analyst",
                     {{"python_step", words(PythonStep(dataset, options))},
                      {"ops", words(Operators())},
                      {"grains", words(Listed(base::codec::EnumNames<wire::Grain>()))},
                      {"aggregates", words(Listed(base::codec::EnumNames<wire::Aggregate>()))},
                      {"calcs", words(Listed(wire::kCalcFunctions))},
                      {"windows", words(Listed(base::codec::EnumNames<wire::WindowFunction>()))},
                      {"default_limit", words(std::to_string(plan::Limits().default_limit))},
                      {"example_call", words(ExampleCall(abilities))},
                      {"example_answer", words(ExampleAnswer(abilities))},
                      {"schema", SchemaCard(dataset, question.text, CardOptions::From(options))}});
}

}  // namespace

model::Request FirstRequest(const Question& question, const wire::DatasetSchema& dataset,
                            std::vector<model::Tool> tools, const model::Abilities& abilities,
                            const Options& options) {
  model::Request request;
  request.system = System(question, dataset, abilities, options);
  request.messages = HistoryMessages(
      question, dataset, {options.history_window, options.send_samples, abilities.tools});
  request.tools = std::move(tools);
  request.temperature = options.code_temperature;
  return request;
}

}  // namespace tabletalk::analyst
