// A file on its way to a client. Internal to the module.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "http/connection/client_socket.h"
#include "http/message.h"

namespace tabletalk::http {

/// Sends all of it, piece by piece; `time` is for each piece. False where the client left or the
/// file could not be read: then the response is cut short, and the connection is of no more use.
boost::asio::awaitable<bool> SendFile(ClientSocket& client, const FileBody& file,
                                      std::chrono::milliseconds time);

}  // namespace tabletalk::http
