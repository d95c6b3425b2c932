// The use cases of one process, as the routes and the command line call them.
#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "datasets/catalog.h"
#include "model/chat_model.h"
#include "runs/ask_service.h"
#include "runs/dataset_service.h"
#include "runs/draft_service.h"
#include "runs/options.h"
#include "runs/run_service.h"
#include "sandbox/sandbox.h"

namespace tabletalk::runs {

/// One part that has to work, for /readyz.
struct ReadyPart {
  std::string name;
  bool ready = false;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(ReadyPart, (), (name, ready, detail))

/// They share what they remember and what they run in; each keeps that alive.
struct Services {
  std::shared_ptr<AskService> ask;
  std::shared_ptr<RunService> runs;
  std::shared_ptr<DraftService> drafts;
  std::shared_ptr<DatasetService> datasets;
  std::function<std::vector<ReadyPart>()> readiness;  ///< Of sandbox and model.
};

/// `model` null: questions are answered without one. Runs and conversations are kept in memory, the
/// newest ones. Once the last of the services is gone, `async` runs are ended.
Services MakeServices(Options options, std::shared_ptr<datasets::Catalog> catalog,
                      std::shared_ptr<sandbox::Sandbox> sandbox, std::shared_ptr<base::Clock> clock,
                      std::shared_ptr<model::ChatModel> model = nullptr);

}  // namespace tabletalk::runs
