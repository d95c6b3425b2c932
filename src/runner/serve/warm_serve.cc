#include "runner/serve/warm_serve.h"

#include "confine/fork_server.h"
#include "runner/serve/serve.h"
#include "runner/sql/warm_engines.h"
#include "wire/serving.h"

namespace tabletalk::runner {

namespace {

using base::Deadline;

constexpr int kFailed = 1;
constexpr int kControl = 3;  ///< Where a copy finds its own socket.

base::Result<WarmEngines> OpenTables(int socket) {
  TT_ASSIGN(const wire::Frame frame,
            wire::ReadFrame(socket, wire::kRequestLimits, Deadline::Never(), {}));
  if (frame.kind != "open_tables")
    return base::InvalidArgument("the runner was to open tables first");
  TT_ASSIGN(const auto request, base::FromJson<wire::OpenTablesRequest>(frame.body));
  return WarmEngines::Open(request);
}

}  // namespace

int ServeWarm(int socket) {
  auto engines = OpenTables(socket);
  if (engines.has_error()) {
    (void)wire::WriteFailed(socket, engines.error());
    return kFailed;
  }
  const wire::TablesOpened opened{engines->bytes()};
  if (wire::WriteMessage(socket, "tables_opened", opened, Deadline::Never()).has_error())
    return kFailed;
  confine::ForkHandlers handlers;
  handlers.run = [&engines] {
    if (engines->PrepareCopy().has_error()) return kFailed;
    return Serve(kControl, *engines);
  };
  return confine::ServeForks(handlers);
}

}  // namespace tabletalk::runner
