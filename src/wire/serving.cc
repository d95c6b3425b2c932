#include "wire/serving.h"

namespace tabletalk::wire {

Failed ToFailed(const base::Error& error) {
  Failed failed{std::string(base::Name(error.code())), error.public_message(), {}};
  if (const auto* issues = error.details().if_contains("issues"))
    if (auto read = base::FromJson<std::vector<Issue>>(*issues); read.has_value())
      failed.issues = std::move(*read);
  return failed;
}

base::Result<void> WriteFailed(int socket, const base::Error& error) {
  return WriteMessage(socket, "failed", ToFailed(error), base::Deadline::Never());
}

int ServeFrames(int socket, const std::function<base::Result<void>(const Frame&)>& answer) {
  for (;;) {
    const auto frame = ReadFrame(socket, kRequestLimits, base::Deadline::Never(), {});
    if (frame.has_error()) return frame.error().code() == base::ErrorCode::not_found ? 0 : 1;
    if (answer(*frame).has_error()) return 1;
  }
}

}  // namespace tabletalk::wire
