#include "confine/fork_protocol.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tabletalk::confine {
namespace {

constexpr int kMostDescriptors = kMostFiles + kForkDescriptors;
union Ancillary {
  char bytes[CMSG_SPACE(sizeof(int) * kMostDescriptors)];
  cmsghdr header;
};

}  // namespace

int SendWithDescriptors(int socket, const void* bytes, std::size_t size, const int* descriptors,
                        int count) {
  if (count > kMostDescriptors) return E2BIG;
  iovec part{const_cast<void*>(bytes), size};
  Ancillary ancillary{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const std::size_t length = sizeof(int) * static_cast<std::size_t>(count);
  if (count > 0) {
    message.msg_control = ancillary.bytes;
    message.msg_controllen = CMSG_SPACE(length);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(length);
    std::memcpy(CMSG_DATA(header), descriptors, length);
  }
  ssize_t sent = 0;
  do sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) return errno;
  return static_cast<std::size_t>(sent) == size ? 0 : EPROTO;
}

int ReceiveWithDescriptors(int socket, void* bytes, std::size_t size, int* descriptors, int most,
                           int* count) {
  iovec part{bytes, size};
  Ancillary ancillary{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.bytes;
  message.msg_controllen = sizeof ancillary.bytes;
  ssize_t received = 0;
  do received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
  while (received < 0 && errno == EINTR);
  *count = 0;
  if (received < 0) return errno;
  bool fits = static_cast<std::size_t>(received) == size &&
              (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t sent = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < sent; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      if (*count < most) {
        descriptors[(*count)++] = fd;
      } else {
        close(fd);
        fits = false;
      }
    }
  }
  if (received > 0 && fits) return 0;
  for (int i = 0; i < *count; ++i) close(descriptors[i]);
  *count = 0;
  return received == 0 ? EPIPE : EPROTO;
}

}  // namespace tabletalk::confine
