#include "net/curl_client.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace tabletalk::net {
namespace {

constexpr std::chrono::milliseconds kSweep{20};
constexpr long kKeptConnections = 512;
/// How long the end of a response may take that nobody wants to read to its end.
constexpr std::chrono::milliseconds kPatience{20};

CURLM* NewMulti() {
  // Once in a process, before there are further threads of curl's.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* const multi = ready == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) throw std::runtime_error("libcurl cannot be initialised");
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kKeptConnections);
  return multi;
}

}  // namespace

/// A transfer's place with the driver: whoever leaves Send(), by an exception too, has left it.
class CurlClient::Seat {
 public:
  Seat(CurlClient& client, Transfer& transfer)
      : client_(client), transfer_(transfer), serial_(++client.last_serial_) {
    ++client_.transfers_;
    Tell(Order::begin);
  }
  Seat(const Seat&) = delete;
  ~Seat() {
    if (!transfer_.Abandon(kPatience)) {
      Tell(Order::drop);
      transfer_.WaitForEnd();
    }
    --client_.transfers_;
  }

  void Tell(Order order) const { client_.Tell(order, serial_, &transfer_); }

 private:
  CurlClient& client_;
  Transfer& transfer_;
  const std::uint64_t serial_;
};

CurlClient::CurlClient() : multi_(NewMulti()) {
  // The driver takes no signals: they are for the threads of the program, and a SIGPIPE of a
  // connection that was cut is for nobody.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  driver_ = std::thread([this] { Drive(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

CurlClient::~CurlClient() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
  driver_.join();
  curl_multi_cleanup(multi_);
}

base::Result<HttpHead> CurlClient::Send(const HttpRequest& request, const HttpLimits& limits,
                                        const HttpReader& reader, base::Deadline deadline,
                                        const base::CancelToken& cancel) {
  Transfer transfer(request, limits, deadline, cancel);
  TT_CHECK(transfer.Prepare());
  const Seat seat(*this, transfer);
  while (true) {
    std::string piece;
    bool resume = false;
    const auto news = transfer.Next(piece, resume);
    if (resume) seat.Tell(Order::resume);
    bool go_on = true;
    switch (news) {
      case Transfer::News::head: go_on = !reader.on_head || reader.on_head(transfer.head()); break;
      case Transfer::News::body: go_on = !reader.on_body || reader.on_body(piece); break;
      case Transfer::News::end: {
        auto error = transfer.TakeError();
        if (error) return std::move(*error);
        return transfer.head();
      }
    }
    if (!go_on) return transfer.head();
  }
}

HttpClient::Activity CurlClient::CurrentActivity() const {
  return {.transfers = transfers_.load(), .connections = connections_.load()};
}

void CurlClient::Tell(Order order, std::uint64_t serial, Transfer* transfer) {
  {
    const std::lock_guard lock(mutex_);
    orders_.push_back({order, serial, transfer});
  }
  curl_multi_wakeup(multi_);
}

void CurlClient::Drive() {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) break;
    }
    TakeOrders();
    int running = 0;
    curl_multi_perform(multi_, &running);
    CollectEnded();
    Sweep();
    const int longest = active_.empty() ? 60'000 : static_cast<int>(kSweep.count());
    curl_multi_poll(multi_, nullptr, 0, longest, nullptr);
  }
  TakeOrders();
  while (!active_.empty())
    Remove(active_.begin()->first)
        ->End(base::MakeError(base::ErrorCode::cancelled, "the program is stopping"));
}

void CurlClient::TakeOrders() {
  std::vector<Entry> orders;
  {
    const std::lock_guard lock(mutex_);
    orders.swap(orders_);
  }
  for (const auto& [order, serial, transfer] : orders) {
    switch (order) {
      case Order::begin:
        curl_easy_setopt(transfer->handle(), CURLOPT_PRIVATE, reinterpret_cast<void*>(serial));
        if (curl_multi_add_handle(multi_, transfer->handle()) == CURLM_OK)
          active_.emplace(serial, transfer);
        else
          transfer->End(CURLE_FAILED_INIT);
        break;
      case Order::resume:
        if (active_.contains(serial)) transfer->Resume();
        break;
      case Order::drop:
        if (active_.contains(serial)) Remove(serial)->End(CURLE_OK);
        break;
    }
  }
}

void CurlClient::Sweep() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_sweep_ < kSweep) return;
  last_sweep_ = now;
  std::vector<std::uint64_t> ending;
  for (const auto& [serial, transfer] : active_)
    if (transfer->MustEnd(now)) ending.push_back(serial);
  for (const auto serial : ending) Remove(serial)->End(CURLE_OK);
}

void CurlClient::CollectEnded() {
  int left = 0;
  while (CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    void* serial = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &serial);
    Remove(reinterpret_cast<std::uint64_t>(serial))->End(code);
  }
}

/// Takes it from curl. It is its caller's alone as soon as its end is told.
Transfer* CurlClient::Remove(std::uint64_t serial) {
  Transfer* const transfer = active_.at(serial);
  long opened = 0;
  curl_easy_getinfo(transfer->handle(), CURLINFO_NUM_CONNECTS, &opened);
  connections_ += static_cast<std::size_t>(std::max(0L, opened));
  curl_multi_remove_handle(multi_, transfer->handle());
  active_.erase(serial);
  return transfer;
}

std::shared_ptr<HttpClient> MakeHttpClient() { return std::make_shared<CurlClient>(); }

}  // namespace tabletalk::net
