// The parts of the product, built by hand and in order.
#pragma once

#include <memory>

#include "base/error.h"
#include "datasets/catalog.h"
#include "runs/service.h"
#include "sandbox/sandbox.h"
#include "settings.h"

namespace tabletalk::app {

struct Parts {
  std::shared_ptr<sandbox::Sandbox> sandbox;
  std::shared_ptr<datasets::Catalog> catalog;
  std::shared_ptr<runs::Service> service;
};

/// A server keeps processes warm and tries the walls of its sandbox again and again; a command that
/// ends after one answer does neither.
enum class Purpose { one_answer, serving };

/// What the settings say of the use cases.
runs::Options RunOptions(const Settings& settings);

/// Errors: no_sandbox, not_found (runner or registry), invalid_argument (a broken registry).
base::Result<Parts> BuildParts(const Settings& settings, Purpose purpose = Purpose::one_answer);

/// Before a server runs anything its walls are tried; a busy machine may take longer for that than
/// one look at Ready() waits. Errors as of Ready().
base::Result<std::string> AwaitReady(sandbox::Sandbox& sandbox);

/// Raised by Ctrl-C once WatchInterrupt was called; a second Ctrl-C ends the process at once.
base::CancelToken WatchInterrupt();

}  // namespace tabletalk::app
