// The client over libcurl's multi interface: one thread, all transfers.
//
// The driver sleeps in curl_multi_poll until a socket has news, until another thread has an order
// (a transfer to begin, to resume or to drop), or, while there are transfers, for kSweep: then it
// looks at every transfer's token, deadline and silence. A CancelToken cannot wake anybody, so
// somebody has to look, and one thread that looks at 500 flags costs less than 500 threads that
// wake up to look at one each.
//
// Only HTTP/1.1 is spoken. With HTTP/2 transfers would share connections, and one that is paused
// for a slow reader would hold up its neighbours.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/transfer.h"

namespace tabletalk::net {

class CurlClient final : public HttpClient {
 public:
  CurlClient();
  /// Nobody may be in Send(). Closes the kept connections.
  ~CurlClient() override;

  base::Result<HttpHead> Send(const HttpRequest& request, const HttpLimits& limits,
                              const HttpReader& reader, base::Deadline deadline,
                              const base::CancelToken& cancel) override;
  Activity CurrentActivity() const override;

 private:
  enum class Order { begin, resume, drop };
  class Seat;

  struct Entry {
    Order order;
    std::uint64_t serial;
    Transfer* transfer;
  };

  void Tell(Order order, std::uint64_t serial, Transfer* transfer);
  void Drive();
  void TakeOrders();
  void Sweep();
  void CollectEnded();
  Transfer* Remove(std::uint64_t serial);

  CURLM* const multi_;
  std::mutex mutex_;
  std::vector<Entry> orders_;
  bool stopping_ = false;
  /// The driver's. By serial, since an order may come after its transfer's end, when another one
  /// lives at the same address.
  std::map<std::uint64_t, Transfer*> active_;
  std::chrono::steady_clock::time_point last_sweep_{};
  std::atomic<std::uint64_t> last_serial_{0};
  std::atomic<std::size_t> transfers_{0};
  std::atomic<std::size_t> connections_{0};
  std::thread driver_;
};

}  // namespace tabletalk::net
