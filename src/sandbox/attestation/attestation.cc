#include "sandbox/attestation/attestation.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/fd.h"
#include "base/id.h"
#include "base/utf8.h"

namespace tabletalk::sandbox {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using base::MakeError;
using base::Result;
using wire::EscapeAttempt;

constexpr std::size_t kMaxAttempts = 200;
constexpr std::size_t kMaxText = 400;
constexpr wire::FrameLimits kReply{base::ByteSize::Mebi(8), base::ByteSize::Mebi(1)};

std::string_view NameOf(Language language) { return language == Language::sql ? "sql" : "python"; }

// What of the host the attempts are made at. Everybody on the host may read the file: the walls of
// the sandbox are on trial, not the file's permissions.
class Bait {
 public:
  static Result<Bait> Lay() {
    Bait bait;
    std::string pattern = (fs::temp_directory_path() / "tabletalk-bait-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      return base::SystemError(ErrorCode::internal, "no folder for the attestation", errno);
    bait.folder_ = fs::canonical(pattern).string();
    ::chmod(bait.folder_.c_str(), 0755);
    std::ofstream(bait.file()) << bait.text_ << "\n";
    ::chmod(bait.file().c_str(), 0644);
    std::ofstream(bait.folder_ + "/" + bait.name_);
    TT_CHECK(bait.Listen());
    return bait;
  }
  Bait(Bait&& other) noexcept = default;
  ~Bait() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  std::string file() const { return folder_ + "/canary.txt"; }
  /// Whether something of the file, or the name of another beside it, is in there.
  bool IsIn(std::string_view text) const {
    return text.find(text_) != text.npos || text.find(name_) != text.npos;
  }
  wire::AttestRequest Request() const { return {file(), port_, ::getpid()}; }

  std::string Fill(std::string code) const {
    const std::pair<std::string_view, std::string> values[] = {
        {"{file}", file()},
        {"{folder}", folder_},
        {"{port}", std::to_string(port_)},
        {"{process}", std::to_string(::getpid())}};
    for (const auto& [name, value] : values)
      for (auto at = code.find(name); at != code.npos; at = code.find(name, at + value.size()))
        code.replace(at, name.size(), value);
    return code;
  }

  EscapeAttempt NobodyConnected(std::string name) const {
    const base::UniqueFd guest(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return {std::move(name), !guest, guest ? "somebody connected to our port" : "nobody connected"};
  }

  EscapeAttempt NothingChanged(std::string name) const {
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder_)) files += entry.exists() ? 1 : 0;
    std::ifstream canary(file());
    const std::string now{std::istreambuf_iterator<char>(canary), {}};
    const bool intact = files == 2 && now == text_ + "\n";
    return {std::move(name), intact, intact ? "nothing was written" : "something was written"};
  }

 private:
  Bait() = default;

  Result<void> Listen() {
    listener_.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_.get(), 8) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      return base::SystemError(ErrorCode::internal, "no port for the attestation", errno);
    port_ = ntohs(address.sin_port);
    return {};
  }

  std::string folder_;
  std::string text_ = base::RandomHex128();
  std::string name_ = base::RandomHex128();
  base::UniqueFd listener_;
  std::uint16_t port_ = 0;
};

// Whether an error comes of the attempt, as against of there being no run to make it in.
bool IsAnEnd(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
    case ErrorCode::no_sandbox:
    case ErrorCode::busy:
    case ErrorCode::cancelled:
    case ErrorCode::not_found:
    case ErrorCode::internal: return false;
    default: return true;
  }
}

// A clock may come before the limit that is on trial, or the run may fall over the memory that it
// does not get; then too nothing was gained.
bool EndsAsItMust(MustEnd must, ErrorCode code) {
  const bool stopped = code == ErrorCode::timed_out || code == ErrorCode::cpu_limit;
  switch (must) {
    case MustEnd::fail:
    case MustEnd::empty: return true;
    case MustEnd::memory:
      return stopped || code == ErrorCode::memory_limit || code == ErrorCode::execution_failed;
    case MustEnd::processes:
      return stopped || code == ErrorCode::process_limit || code == ErrorCode::memory_limit;
    case MustEnd::time: return stopped;
  }
  return false;
}

JobLimits LimitsFor(MustEnd must) {
  JobLimits limits;
  limits.wall = std::chrono::seconds(5);
  limits.cpu = std::chrono::seconds(5);
  limits.memory = base::ByteSize::Mebi(256);
  limits.threads = 2;
  if (must == MustEnd::memory) limits.memory = base::ByteSize::Mebi(64);
  if (must == MustEnd::time) limits.wall = std::chrono::seconds(1);
  return limits;
}

class Round {
 public:
  Round(Language language, const OpenRun& open, const base::CancelToken& cancel, Bait bait)
      : language_(language), open_(open), bait_(std::move(bait)) {
    context_.cancel = cancel;
  }

  Result<std::vector<EscapeAttempt>> Make(bool thorough) {
    TT_CHECK(SystemCalls());
    for (const EscapePayload& payload : Payloads()) {
      if (payload.language != language_ || (!thorough && payload.must == MustEnd::time)) continue;
      // One is enough to stop everything; the whole list is for who asks for it.
      if (!thorough && !AllContained()) break;
      TT_CHECK(Try(payload));
    }
    attempts_.push_back(bait_.NobodyConnected(Name("no_connection")));
    attempts_.push_back(bait_.NothingChanged(Name("no_file")));
    return std::move(attempts_);
  }

 private:
  std::string Name(std::string_view name) const {
    return fmt::format("{}.{}", NameOf(language_), name);
  }

  bool AllContained() const {
    return std::all_of(attempts_.begin(), attempts_.end(),
                       [](const EscapeAttempt& attempt) { return attempt.contained; });
  }

  Result<void> SystemCalls() {
    TT_ASSIGN(Session session, open_(LimitsFor(MustEnd::fail), context_));
    TT_ASSIGN(const auto attested,
              session.AskLast<wire::Attested>("attest", bait_.Request(), "attested", kReply, {}));
    if (attested.attempts.empty() || attested.attempts.size() > kMaxAttempts)
      return session.Unusable("an attestation of nothing");
    for (const EscapeAttempt& attempt : attested.attempts)
      attempts_.push_back({Name(Shown(attempt.name)), attempt.contained, Shown(attempt.detail)});
    return {};
  }

  Result<void> Try(const EscapePayload& payload) {
    TT_ASSIGN(Session session, open_(LimitsFor(payload.must), context_));
    const auto reply = Run(session, bait_.Fill(payload.code));
    const WorkerEnd& end = session.End();
    std::string came_back = end.standard_output.head + end.standard_output.tail +
                            end.standard_error.head + end.standard_error.tail;
    EscapeAttempt attempt{Name(payload.name), false, "it worked"};
    if (reply.has_error()) {
      const Error& error = reply.error();
      if (!IsAnEnd(error.code())) return error;
      came_back += error.public_message() + error.internal_detail().text;
      attempt.contained = EndsAsItMust(payload.must, error.code());
      attempt.detail =
          Shown(fmt::format("{}: {}", base::Name(error.code()), error.public_message()));
    } else {
      came_back += base::ToJsonText(*reply);
      attempt.contained = payload.must == MustEnd::empty;
    }
    if (bait_.IsIn(came_back)) {
      attempt.contained = false;
      attempt.detail = "something of the host came back";
    }
    attempts_.push_back(std::move(attempt));
    return {};
  }

  Result<base::json::value> Run(Session& session, std::string code) const {
    if (language_ == Language::sql) {
      wire::RunSqlRequest request;
      request.sql = std::move(code);
      request.memory_mb = 4096;  // The sandbox's limit is on trial, not the engine's.
      return session.AskLast<base::json::value>("run_sql", request, "sql_ran", kReply, {});
    }
    wire::RunPythonRequest request;
    request.code = std::move(code);
    request.input = base::json::object();
    return session.AskLast<base::json::value>("run_python", request, "python_ran", kReply, {});
  }

  static std::string Shown(std::string_view text) {
    return base::EscapeControls(base::Truncate(text, kMaxText));
  }

  Language language_;
  const OpenRun& open_;
  JobContext context_;
  Bait bait_;
  std::vector<EscapeAttempt> attempts_;
};

}  // namespace

Result<std::vector<EscapeAttempt>> TryToEscape(Language language, const OpenRun& open,
                                               bool thorough, const base::CancelToken& cancel) {
  TT_ASSIGN(Bait bait, Bait::Lay());
  return Round(language, open, cancel, std::move(bait)).Make(thorough);
}

}  // namespace tabletalk::sandbox
