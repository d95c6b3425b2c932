// tabletalk serve: the server.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>

#include <cstdio>

#include "command.h"
#include "http/routes/routes.h"
#include "http/server.h"

namespace tabletalk::app {
namespace {

// Results come and go by the dozen megabytes on any of the workers. With an arena for each, the
// heap of a server that remembers 256 MiB of results was seen to grow to 1.9 GB; with two, to 0.45
// GB. Two are too few for hundreds of conversations, which then wait for each other's allocations.
void KeepTheHeapSmall() {
  ::mallopt(M_ARENA_MAX, 4);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

// As many descriptors as may be: the usual soft limit of 1,024 is for programs that use select(),
// which nothing here does. How many connections there may be follows from it.
http::ConnectionLimits AllowManyConnections() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return {};
  rlimit wanted = files;
  wanted.rlim_cur = wanted.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) files = wanted;
  return http::LimitsFor(files.rlim_cur);
}

ExitCode Serve(const LoadedSettings& loaded) {
  KeepTheHeapSmall();
  const http::ConnectionLimits connections = AllowManyConnections();
  auto parts = BuildParts(loaded.settings, Purpose::serving);
  if (parts.has_error()) return Fail(parts.error());
  const auto ready = AwaitReady(*parts->sandbox);
  if (ready.has_error()) return Fail(ready.error());

  http::ServerOptions options;
  options.host = loaded.settings.host;
  options.port = loaded.settings.port;
  options.connections = connections;
  options.stop_on_signals = true;
  options.rate_limits = *http::ReadRateLimits(loaded.settings.rate_limits);
  options.dispatcher.max_waiting = loaded.settings.run_queue_depth;
  const auto clock = std::make_shared<base::SystemClock>();
  const runs::Services& services = parts->service->services();
  const auto status = http::MakeStatus(services, clock);
  options.on_drain = [status] { status->Drain(); };
  http::Server server(options, http::RoutesOf(services, status, loaded.settings.data_dir), clock);
  const auto listening = server.Listen();
  if (listening.has_error()) return Fail(listening.error());
  std::fputs(fmt::format("listening on {}\n", server.url()).c_str(), stderr);
  server.Run();
  return ExitCode::answered;
}

}  // namespace

void AddServe(CommandLine& line) {
  CLI::App* command =
      AddCommand(line, "serve", "Serve the HTTP API until Ctrl-C", "tabletalk serve --port 8000");
  command->callback([&line] { line.chosen = Serve; });
}

}  // namespace tabletalk::app
