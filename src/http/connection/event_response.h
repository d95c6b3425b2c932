// An event stream on its way to one reader. Internal to the module.
//
// The reader sends what the log has after its position, in pieces, and sleeps until it is woken, by
// an event or because the client hung up; after a while of silence it sends a comment, so that
// proxies keep the connection. Nothing but its position is kept for a
// reader: one that takes its bytes slowly only falls behind, and one that takes none within the
// write time-out is let go, and may come back.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "http/connection/client_socket.h"
#include "http/connection/exchange.h"
#include "http/work/event_log.h"

namespace tabletalk::http {

struct EventPace {
  std::chrono::milliseconds keep_alive{15'000};  ///< Silence before a comment.
  std::chrono::milliseconds write_timeout{60'000};
};

/// The header fields of an event stream; `exchange` says how its end will be told.
std::vector<std::pair<std::string, std::string>> EventFields(const Exchange& exchange);

/// Sends the head and then all events after the first `after` until the log has ended: in chunks,
/// or plainly to a client of HTTP/1.0. False where the client left.
boost::asio::awaitable<bool> SendEvents(ClientSocket& client, const EventLog& log,
                                        std::size_t after, const Exchange& exchange,
                                        EventPace pace);

}  // namespace tabletalk::http
