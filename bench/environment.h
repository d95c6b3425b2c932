// What every benchmark has at hand.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "parts.h"

namespace tabletalk::bench {

struct Environment {
  std::string folder;  // Scratch, removed at the end.
  int runs = 5;
  app::Parts parts;
};

inline double Milliseconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - since)
      .count();
}

/// The value, or the end of the program: a benchmark of something that failed says nothing.
template <class T>
T Must(base::Result<T> result, const char* what) {
  if (result.has_value()) return std::move(*result);
  std::fprintf(stderr, "bench: %s: %s (%s)\n", what, result.error().public_message().c_str(),
               result.error().internal_detail().text.c_str());
  std::exit(1);
}

/// Path of bare_duckdb.
std::string BarePeer();

/// Requests to a port of the loopback, over one connection that is kept.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);
  HttpClient(const HttpClient&) = delete;
  ~HttpClient();
  /// Head and body of the reply; what there was of it where the connection broke.
  std::string Post(const std::string& path, const std::string& body);

 private:
  int fd_;
};

/// Ten million rows as CSV: "id,grp,amount", a thousand groups. Its path.
std::string WriteTenMillion(const Environment& environment);
/// An aggregation over them, of the table that goes by this name.
std::string ByGroup(const std::string& table);

/// Starts `tabletalk serve`; the child and its port.
std::pair<pid_t, std::uint16_t> StartServer(const Environment& environment);

}  // namespace tabletalk::bench
