// A process that holds a dataset for the SQL runs that are copied from it.
#pragma once

namespace tabletalk::runner {

/// Answers one request, open_tables, and then serves forks (confine/fork_server.h): each copy warms
/// up and serves requests about these tables on its own descriptor 3. Returns the exit code: 0 once
/// the other side closes the socket, 1 where the tables could not be opened or the stream was
/// broken.
int ServeWarm(int socket);

}  // namespace tabletalk::runner
