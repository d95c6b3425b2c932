#include "analyst/drafts/generator.h"

#include <utility>

namespace tabletalk::analyst {

Generator::Generator(Options options, std::shared_ptr<model::ChatModel> model)
    : options_(options), model_(std::move(model)) {}

}  // namespace tabletalk::analyst
