#include "http/connection/event_response.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <charconv>
#include <string_view>

namespace tabletalk::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr base::ByteSize kPiece = base::ByteSize::Kibi(64);  // Of one write.
constexpr std::string_view kLastChunk = "0\r\n\r\n";
constexpr std::string_view kComment = ": keep-alive\n\n";

// "1f4\r\n"
std::string ChunkHead(std::size_t size) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, size, 16).ptr;
  return std::string(digits, end) + "\r\n";
}

// One piece of the body, as a chunk where the client knows chunks.
asio::awaitable<bool> SendPiece(ClientSocket& client, std::vector<asio::const_buffer> piece,
                                bool chunked, milliseconds time) {
  std::string head;
  if (chunked) {
    head = ChunkHead(asio::buffer_size(piece));
    piece.insert(piece.begin(), asio::buffer(head));
    piece.push_back(asio::buffer(std::string_view("\r\n")));
  }
  co_return co_await client.Write(std::move(piece), time);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> EventFields(const Exchange& exchange) {
  std::vector<std::pair<std::string, std::string>> fields{
      {"Content-Type", "text/event-stream"},
      {"Cache-Control", "no-cache"},
      {"X-Accel-Buffering", "no"}};  // nginx: pass every event on at once.
  if (exchange.version >= 11) fields.emplace_back("Transfer-Encoding", "chunked");
  return fields;
}

asio::awaitable<bool> SendEvents(ClientSocket& client, const EventLog& log, std::size_t after,
                                 const Exchange& exchange, EventPace pace) {
  const bool chunked = exchange.version >= 11;
  const std::string head = HeadText(exchange, 200, EventFields(exchange));
  if (!co_await client.Write(head, pace.write_timeout)) co_return false;
  auto sent_at = steady_clock::now();
  for (;;) {
    const EventLog::Slice slice = log.After(after, kPiece);
    std::vector<asio::const_buffer> piece;
    for (const auto& frame : slice.frames) piece.push_back(asio::buffer(*frame));
    const auto silent_for = steady_clock::now() - sent_at;
    if (piece.empty() && slice.ended) break;
    if (piece.empty() && silent_for >= pace.keep_alive) piece.push_back(asio::buffer(kComment));
    if (!piece.empty()) {
      if (!co_await SendPiece(client, std::move(piece), chunked, pace.write_timeout))
        co_return false;
      after += slice.frames.size();
      sent_at = steady_clock::now();
      continue;
    }
    const auto until_comment = std::chrono::ceil<milliseconds>(pace.keep_alive - silent_for);
    if (client.HungUp()) co_return false;
    co_await client.Sleep(until_comment);
  }
  if (!chunked) co_return true;
  co_return co_await client.Write(kLastChunk, pace.write_timeout);
}

}  // namespace tabletalk::http
