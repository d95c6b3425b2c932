// One request on its way, shared by the thread that asked and the thread that drives.
//
// What the driver receives goes into a queue of bounded size; when it is full the driver pauses the
// transfer, and the reader asks for it to go on once half of it is read. Everything below `mutex_`
// is guarded by it; the curl handle and what stands with it belong to the driver alone.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_client.h"

namespace tabletalk::net {

class Transfer {
 public:
  Transfer(const HttpRequest& request, const HttpLimits& limits, base::Deadline deadline,
           base::CancelToken cancel);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Before anything else: what is wrong with the request, or nothing.
  base::Result<void> Prepare();

  // For the thread that asked.

  enum class News { head, body, end };
  /// Waits for the next thing to hear. `piece` is set for a body; `resume` where the driver has to
  /// be told to let more in.
  News Next(std::string& piece, bool& resume);
  /// Nobody reads any more: what still comes is thrown away. True once the transfer is over, waited
  /// for shortly, so that a response that ended by itself leaves a connection to reuse.
  bool Abandon(std::chrono::milliseconds patience);
  void WaitForEnd();
  const HttpHead& head() const { return head_; }
  std::optional<base::Error> TakeError();

  // For the driver.

  CURL* handle() const { return handle_; }
  /// Whether it has to end now, by its token, its deadline or its silence; remembers why.
  bool MustEnd(std::chrono::steady_clock::time_point now);
  void Resume();
  /// It ended, with curl's verdict, or by MustEnd or the client's own end.
  void End(CURLcode code);
  void End(base::Error error);

 private:
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);
  static int OnSending(void* self, char* to, char* from, int to_port, int from_port);
  static int OpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  void TakeHeader(std::string_view line);
  std::size_t TakeBody(std::string_view bytes);
  void Finish(std::optional<base::Error> error);
  base::Result<void> SetHeaders();
  base::Result<void> SetTarget();

  const HttpRequest& request_;  ///< Of the caller, who stays until the end.
  const HttpLimits limits_;
  const base::Deadline deadline_;
  const base::CancelToken cancel_;
  std::string host_;  ///< "host:port", for sentences.
  CURL* handle_ = nullptr;
  curl_slist* headers_ = nullptr;

  // The driver's.
  HttpHead incoming_;
  bool head_done_ = false;
  bool began_ = false;  ///< A byte of the response came.
  int sent_ = 0;        ///< How often the request was about to be sent.
  bool paused_ = false;
  std::size_t header_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
  curl_off_t uploaded_ = 0;
  std::optional<std::chrono::steady_clock::time_point> last_activity_;  ///< Since it was sent.
  std::optional<base::Error> stopped_by_us_;

  std::mutex mutex_;
  std::condition_variable changed_;
  HttpHead head_;
  bool head_ready_ = false;
  bool head_told_ = false;
  std::deque<std::string> pieces_;
  std::size_t queued_ = 0;
  bool full_ = false;
  bool abandoned_ = false;
  bool ended_ = false;
  std::optional<base::Error> error_;
};

}  // namespace tabletalk::net
