#include "analyst/analyst.h"

#include <utility>

#include "analyst/loop.h"

namespace tabletalk::analyst {

Analyst::Analyst(Options options, std::shared_ptr<model::ChatModel> model)
    : options_(options), model_(std::move(model)) {}

Analyst::~Analyst() = default;

base::Result<Answer> Analyst::Ask(const Question& question, Workbench& bench,
                                  const Context& context) const {
  model::BudgetedModel model(model_, options_.budget);
  return Loop(options_, model, question, bench, context).Run();
}

}  // namespace tabletalk::analyst
