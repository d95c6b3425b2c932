// What a fork server that was taken over may report of a copy that it was asked for. First bytes:
// which records bring a descriptor along; then records as they travel.
#include <fcntl.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <thread>

#include "base/fd.h"
#include "base/utf8.h"
#include "check.h"
#include "confine/fork.h"

namespace {

using namespace tabletalk;
using namespace tabletalk::confine;

constexpr std::size_t kMostRecords = 50;

struct Report {
  std::uint32_t with_descriptor = 0;  ///< One bit for each record.
  std::string records;
};

// The server: takes the request, sends what it likes, and is gone.
void Serve(base::UniqueFd control, const Report& report) {
  ForkRequest request;
  int descriptors[kForkDescriptors];
  int count = 0;
  if (ReceiveWithDescriptors(control.get(), &request, sizeof request, descriptors, kForkDescriptors,
                             &count) != 0)
    return;
  std::vector<base::UniqueFd> received;
  for (int i = 0; i < count; ++i) received.emplace_back(descriptors[i]);
  const base::UniqueFd other(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int given = other.get();
  std::string_view left = report.records;
  for (std::size_t i = 0; i < kMostRecords && !left.empty(); ++i) {
    const std::string_view record = left.substr(0, sizeof(ForkRecord));
    left.remove_prefix(record.size());
    const bool with = (report.with_descriptor >> i % 32 & 1) != 0;
    SendWithDescriptors(received.front().get(), record.data(), record.size(), &given, with);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Report report;
  if (size < sizeof report.with_descriptor) return 0;
  std::memcpy(&report.with_descriptor, data, sizeof report.with_descriptor);
  report.records.assign(reinterpret_cast<const char*>(data) + sizeof report.with_descriptor,
                        size - sizeof report.with_descriptor);
  int ends[2];
  fuzz::Promise(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a socket pair");
  const base::UniqueFd server(ends[0]);
  std::thread serving([&] { Serve(base::UniqueFd(ends[1]), report); });
  PreparedCopy prepared;
  for (base::UniqueFd* end :
       {&prepared.child.control, &prepared.child.output, &prepared.child.error})
    end->Reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto copy =
      LaunchCopy(server.get(), prepared, {}, base::Deadline::After(std::chrono::seconds(1)));
  serving.join();
  // No process stands behind it, whatever it says.
  fuzz::Promise(copy.has_error(), "there is no copy");
  fuzz::Promise(base::IsValidUtf8(copy.error().public_message()), "errors are UTF-8");

  fuzz::Promise(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0, "another pair");
  const base::UniqueFd ours(ends[0]);
  base::UniqueFd theirs(ends[1]);
  ::send(theirs.get(), report.records.data(), report.records.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  theirs.Reset();
  while (true) {
    const CopyEnd end = ReadEnd(ours.get());
    fuzz::Promise(!end.reported || end.record.news == ForkNews::ended, "an end is one");
    if (end.lost) break;
  }
  return 0;
}
