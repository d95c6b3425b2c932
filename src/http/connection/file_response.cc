#include "http/connection/file_response.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/log.h"

namespace tabletalk::http {
namespace {

constexpr std::size_t kPiece = 256 << 10;

}  // namespace

// Read on the thread that serves sockets: the file was written a moment ago, so it is in the page
// cache.
boost::asio::awaitable<bool> SendFile(ClientSocket& client, const FileBody& file,
                                      std::chrono::milliseconds time) {
  const auto piece = std::make_unique<char[]>(kPiece);
  for (std::uint64_t sent = 0; sent < file.size;) {
    const std::size_t wanted = std::min<std::uint64_t>(kPiece, file.size - sent);
    const auto count = ::pread(file.fd.get(), piece.get(), wanted, static_cast<off_t>(sent));
    if (count <= 0) {
      base::Log(base::LogLevel::error, "http_file_cut", {{"sent", sent}, {"size", file.size}});
      client.Abort();
      co_return false;
    }
    const std::string_view bytes(piece.get(), static_cast<std::size_t>(count));
    if (!co_await client.Write(bytes, time)) co_return false;
    sent += static_cast<std::uint64_t>(count);
  }
  co_return true;
}

}  // namespace tabletalk::http
