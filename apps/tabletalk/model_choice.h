// Which model the settings mean.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "model/chat_model.h"
#include "settings.h"

namespace tabletalk::app {

/// A provider and where it is, or "offline".
struct ModelChoice {
  std::string provider;  ///< "openai", "anthropic", "google" or "offline".
  model::Endpoint endpoint;
};

/// LLM_PROVIDER as it stands; `auto` takes the first of AI_BASE_URL or AI_API_KEY, OPENAI_API_KEY,
/// ANTHROPIC_API_KEY and GOOGLE_API_KEY that is set, else offline. With a provider named,
/// AI_BASE_URL says where it is, AI_MODEL and AI_API_KEY stand in for its own. Errors:
/// invalid_argument names the setting that is missing.
base::Result<ModelChoice> ChooseModel(const Settings& settings);

/// The model with its retries; null for offline.
std::shared_ptr<model::ChatModel> MakeModel(const ModelChoice& choice, const Settings& settings);

}  // namespace tabletalk::app
