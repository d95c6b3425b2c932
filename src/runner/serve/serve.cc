// The runner answers frames: each kind of request is one function from a described struct to a
// described struct, and every error becomes a "failed" frame. It keeps no state between requests;
// the server decides what one process is asked to do (hash a file and then read it; check a
// statement and then run it) and throws the process away afterwards. Nothing here is a security
// boundary: that is the confinement around the process, applied before its first instruction.
#include "runner/serve/serve.h"

#include <fcntl.h>

#include <new>
#include <system_error>

#include "base/fd.h"
#include "base/sha256.h"
#include "confine/escape_attempts.h"
#include "runner/ingest/ingest.h"
#include "runner/policy/artifact_check.h"
#include "runner/policy/sql_policy.h"
#include "runner/sql/engine_source.h"
#include "runner/sql/sql_run.h"
#include "wire/serving.h"

namespace tabletalk::runner {
namespace {

using base::Deadline;
using base::Error;
using base::ErrorCode;
using base::Result;

class Conversation {
 public:
  Conversation(int socket, EngineSource& engines) : socket_(socket), engines_(engines) {}

  Result<void> Answer(const wire::Frame& frame) {
    if (frame.kind == "hash") return Reply<wire::HashRequest>(frame, "hashed", &Hash);
    if (frame.kind == "ingest")
      return Reply<wire::IngestRequest>(frame, "ingested", [this](const wire::IngestRequest& r) {
        return Ingest(r, [this](const wire::Progress& p) { (void)Report(p); });
      });
    if (frame.kind == "check_sql")
      return Reply<wire::CheckSqlRequest>(
          frame, "sql_checked", [this](const wire::CheckSqlRequest& r) -> Result<wire::SqlChecked> {
            TT_CHECK(engines_.Serves(r.tables));
            return CheckSql(r, engines_);
          });
    if (frame.kind == "run_sql")
      return Reply<wire::RunSqlRequest>(frame, "sql_ran", [this](const wire::RunSqlRequest& r) {
        return RunSql(r, engines_, [this](const wire::Progress& p) { return Report(p); });
      });
    if (frame.kind == "check_artifact")
      return Reply<wire::CheckArtifactRequest>(
          frame, "artifact_checked", [](const wire::CheckArtifactRequest& r) {
            return Result<wire::ArtifactChecked>(CheckArtifact(r));
          });
    if (frame.kind == "attest")
      return Reply<wire::AttestRequest>(frame, "attested", [](const wire::AttestRequest& r) {
        return Result<wire::Attested>(Attest(r));
      });
    return Fail(base::InvalidArgument("the runner knows no request \"" + frame.kind + "\""));
  }

 private:
  static Result<wire::Hashed> Hash(const wire::HashRequest& request) {
    const base::UniqueFd file(::open(request.source.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file)
      return base::SystemError(ErrorCode::invalid_argument, "the file cannot be read", errno);
    TT_ASSIGN(std::string digest, base::Sha256OfFile(file.get()));
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    return wire::Hashed{std::move(digest), static_cast<std::uint64_t>(std::max<off_t>(size, 0))};
  }

  static wire::Attested Attest(const wire::AttestRequest& request) {
    wire::Attested attested;
    for (confine::Attempt& attempt : confine::TryToEscape(
             {request.host_file, request.host_port, static_cast<pid_t>(request.host_process)}))
      attested.attempts.push_back(
          {std::move(attempt.name), attempt.contained, std::move(attempt.detail)});
    return attested;
  }

  template <class Request, class Work>
  Result<void> Reply(const wire::Frame& frame, std::string_view kind, const Work& work) {
    auto request = base::FromJson<Request>(frame.body);
    if (request.has_error()) return Fail(request.error());
    try {
      auto outcome = work(*request);
      if (outcome.has_error()) return Fail(outcome.error());
      return wire::WriteMessage(socket_, kind, *outcome, Deadline::Never());
    } catch (const std::bad_alloc&) {
      return Fail(base::MakeError(ErrorCode::memory_limit, "the memory limit was reached"));
    } catch (const std::system_error& error) {
      // A thread that could not be started; nothing else here throws one.
      if (error.code() != std::errc::resource_unavailable_try_again) throw;
      return Fail(base::MakeError(ErrorCode::process_limit, "no further thread could be started"));
    }
  }

  Result<void> Fail(const Error& error) { return wire::WriteFailed(socket_, error); }

  // False where nobody reads any more.
  bool Report(const wire::Progress& progress) {
    return wire::WriteMessage(socket_, "progress", progress, Deadline::Never()).has_value();
  }

  int socket_;
  EngineSource& engines_;
};

}  // namespace

int Serve(int socket, EngineSource& engines) {
  Conversation conversation(socket, engines);
  return wire::ServeFrames(
      socket, [&conversation](const wire::Frame& frame) { return conversation.Answer(frame); });
}

int Serve(int socket) {
  FreshEngines engines;
  return Serve(socket, engines);
}

}  // namespace tabletalk::runner
