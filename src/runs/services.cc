#include "runs/services.h"

#include <utility>

#include "runs/answering.h"
#include "runs/answers.h"
#include "runs/code_service.h"
#include "runs/drafts.h"
#include "runs/memory_run_store.h"
#include "runs/memory_thread_store.h"
#include "runs/run_book.h"
#include "runs/run_executor.h"
#include "runs/sandboxed_runs.h"

namespace tabletalk::runs {
namespace {

class CatalogDatasets final : public DatasetService {
 public:
  explicit CatalogDatasets(std::shared_ptr<datasets::Catalog> catalog)
      : catalog_(std::move(catalog)) {}
  std::vector<datasets::Summary> List() const override { return catalog_->List(); }
  base::Result<wire::DatasetSchema> Schema(const std::string& dataset_id,
                                           const Request& request) override {
    TT_ASSIGN(const auto dataset, catalog_->Open(dataset_id, request.Context()));
    return dataset->schema;
  }

 private:
  const std::shared_ptr<datasets::Catalog> catalog_;
};

// All of it in order, each part of those before it; one lifetime for all.
struct House {
  House(const Options& options, std::shared_ptr<datasets::Catalog> catalog,
        std::shared_ptr<sandbox::Sandbox> box, std::shared_ptr<base::Clock> clock,
        std::shared_ptr<model::ChatModel> chat_model)
      : sandbox(std::move(box)),
        model(std::move(chat_model)),
        book(std::make_shared<MemoryRunStore>(options.remembered_runs, options.remembered_size)),
        code(options, sandbox),
        executor(options, catalog, sandbox, clock, book),
        answers(options, sandbox, clock, executor, code, model),
        ask(options, catalog, answers,
            std::make_shared<MemoryThreadStore>(MemoryThreadStore::Limits{}, clock)),
        drafts(options, catalog, sandbox, executor, book, code, answers, model),
        datasets(catalog),
        runs(options, catalog, executor, book) {}

  std::vector<ReadyPart> Readiness() const {
    auto ready = sandbox->Ready();
    ReadyPart box{"sandbox", ready.has_value(),
                  ready.has_value() ? *ready : ready.error().public_message()};
    ReadyPart brain{"model", true, "none configured; questions are answered offline"};
    if (model) brain.detail = model->provider() + ", " + model->name();
    return {std::move(box), std::move(brain)};
  }

  const std::shared_ptr<sandbox::Sandbox> sandbox;
  const std::shared_ptr<model::ChatModel> model;
  RunBook book;
  CodeService code;
  RunExecutor executor;
  Answers answers;
  Answering ask;
  Drafts drafts;
  CatalogDatasets datasets;
  SandboxedRuns runs;  // Last: what is going ends before what it uses.
};

}  // namespace

Services MakeServices(Options options, std::shared_ptr<datasets::Catalog> catalog,
                      std::shared_ptr<sandbox::Sandbox> sandbox, std::shared_ptr<base::Clock> clock,
                      std::shared_ptr<model::ChatModel> model) {
  auto house = std::make_shared<House>(options, std::move(catalog), std::move(sandbox),
                                       std::move(clock), std::move(model));
  Services services;
  services.ask = std::shared_ptr<AskService>(house, &house->ask);
  services.runs = std::shared_ptr<RunService>(house, &house->runs);
  services.drafts = std::shared_ptr<DraftService>(house, &house->drafts);
  services.datasets = std::shared_ptr<DatasetService>(house, &house->datasets);
  services.readiness = [house] { return house->Readiness(); };
  return services;
}

}  // namespace tabletalk::runs
