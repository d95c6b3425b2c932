// Plays a scenario: the scripted server on loopback, a provider's client, the use cases, the
// sandbox.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "comparison.h"
#include "net/http_client.h"
#include "parts.h"
#include "scenario_file.h"

namespace tabletalk::scenarios {

class Runner {
 public:
  /// `parts` lend their sandbox and catalog; `folder` is for the tables.
  Runner(app::Parts parts, std::string folder, bool verbose);

  /// What is not as it should be, a line or more each; empty where all is well. `withheld` plays it
  /// with SEND_SAMPLES=false whatever the scenario says.
  std::vector<std::string> Play(const Scenario& scenario, Way way, bool withheld);

 private:
  base::Result<std::string> OpenData(const Scenario& scenario);
  base::Result<std::shared_ptr<runs::Service>> MakeService(const Scenario& scenario, Way way,
                                                           bool withheld);
  std::shared_ptr<model::ChatModel> MakeModel(const Scenario& scenario, Way way, int retries);
  Happened Ask(const Turn& turn, runs::Service& service, const std::string& dataset_id,
               std::string& thread_id);
  void CheckWhatLeft(const Happened& happened, const Scenario& scenario, bool withheld,
                     const std::set<std::string>& canaries, std::vector<std::string>& problems);
  void Show(const Turn& turn, const Happened& happened) const;

  app::Parts parts_;
  const std::string folder_;
  const bool verbose_;
  model::testing::ScriptedServer server_;
  std::shared_ptr<net::HttpClient> client_ = net::MakeHttpClient();
  const Scenario* opened_ = nullptr;  ///< Whose tables are the catalog's "files".
};

/// The cells of a scenario that may not leave.
std::set<std::string> CanariesOf(const Scenario& scenario);

}  // namespace tabletalk::scenarios
