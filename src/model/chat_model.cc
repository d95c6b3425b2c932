#include "model/chat_model.h"

namespace tabletalk::model {

std::string Message::Text() const {
  std::string text;
  for (const auto& part : parts) text += part.text;
  return text;
}

}  // namespace tabletalk::model
