// One client's connection: requests in, responses out, one after the other. Internal to the module.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "http/connection/shared_state.h"

namespace tabletalk::http {

/// Serves the connection until it ends, as a coroutine on the socket's executor, which must be a
/// strand. Keeps `shared` alive.
void StartConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<SharedState> shared);

}  // namespace tabletalk::http
