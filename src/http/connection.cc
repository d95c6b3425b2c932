// A connection is one coroutine that reads a request, has it answered, writes the response and
// begins again. Bytes that came too early (pipelining) stay in the buffer for the next round, so
// responses leave in the order of their requests.
//
// Three things could keep a connection for ever, and each is bounded:
// - a client that sends slowly or not at all: one timer ("watchdog") a phase, which cancels the
//   socket's pending operation and leaves the socket usable for a 408;
// - work that does not end: the request's deadline;
// - a client that does not read: the watchdog again.
//
// While a request works, the coroutine sleeps until the execution wakes it, but not longer than
// kGlance; then it looks whether the client hung up (poll with POLLRDHUP, which sees past pipelined
// bytes that nobody has read) and whether the server stops. Leaving the wait drops the Ticket, and
// with the last Ticket the work is cancelled.
//
// Everything of one connection happens on its strand; the only calls from elsewhere are the
// execution's waker and the server's close, and both post to the strand.
#include "http/connection.h"

#include <poll.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cmath>
#include <exception>
#include <utility>

#include "base/log.h"
#include "http/admission.h"
#include "http/error_mapping.h"
#include "http/response_fields.h"
#include "http/trace_header.h"

namespace tabletalk::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire_http = boost::beast::http;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Parser = wire_http::request_parser<wire_http::string_body>;

constexpr milliseconds kGlance{50};          ///< How often a waiting connection looks around.
constexpr milliseconds kLinger{2'000};       ///< For a client to read the last response.
constexpr milliseconds kAfterDeadline{500};  ///< For work to notice its own deadline.
constexpr std::size_t kLingerBytes = 16 << 20;

auto Into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

enum class ReadEnd { complete, closed, refused };

/// From a request's first byte until its response is written.
class InFlight {
 public:
  explicit InFlight(std::atomic<std::size_t>& counter) : counter_(counter) { ++counter_; }
  InFlight(const InFlight&) = delete;
  ~InFlight() { --counter_; }

 private:
  std::atomic<std::size_t>& counter_;
};

RequestHead HeadOf(const Parser::value_type& message) {
  RequestHead head;
  head.method = std::string(message.method_string());
  head.target = std::string(message.target());
  head.http_1_1 = message.version() >= 11;
  for (const auto& field : message)
    head.headers.Add(std::string(field.name_string()), std::string(field.value()));
  return head;
}

/// One request on its way through.
struct Exchange {
  steady_clock::time_point began = steady_clock::now();
  base::TraceId trace_id;
  std::string method;
  std::string route = "none";
  unsigned version = 11;
  bool keep_alive = false;
  bool replayed = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::ip::tcp::socket socket, std::shared_ptr<SharedState> shared)
      : shared_(std::move(shared)),
        socket_(std::move(socket)),
        watchdog_(socket_.get_executor()),
        wake_(std::make_shared<asio::steady_timer>(socket_.get_executor())),
        buffer_(shared_->options.max_header.bytes() + 65'536) {}

  /// Ends when the connection has.
  asio::awaitable<void> Serve() {
    const auto id =
        shared_->connections.Add([weak = weak_from_this(), executor = socket_.get_executor()] {
          asio::post(executor, [weak] {
            if (const auto self = weak.lock()) self->Abort();
          });
        });
    try {
      while (co_await ServeOne()) {}
      if (!aborted_) co_await Linger();
    } catch (const std::exception& defect) {
      base::Log(base::LogLevel::error, "http_connection_failed", {{"detail", defect.what()}});
    }
    Abort();
    shared_->connections.Remove(id);
  }

 private:
  /// True where another request may follow.
  asio::awaitable<bool> ServeOne() {
    if (!co_await AwaitFirstByte()) co_return false;
    const InFlight in_flight(shared_->in_flight);
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(options().max_header.bytes()));
    parser.body_limit(options().max_body.bytes());
    Exchange exchange;
    Failure refusal;
    switch (co_await ReadHeader(parser, refusal)) {
      case ReadEnd::closed: co_return false;
      case ReadEnd::refused:
        exchange.trace_id = base::TraceId::Fresh();
        co_await Respond(exchange, refusal);
        co_return false;
      case ReadEnd::complete: break;
    }
    const RequestHead head = HeadOf(parser.get());
    exchange.trace_id = TraceIdOf(head.headers);
    exchange.method = head.method;
    exchange.version = parser.get().version();
    if (auto problem = CheckFraming(head, exchange.version)) {
      co_await Respond(exchange, *problem);
      co_return false;
    }
    auto admission = Admit(shared_->router, shared_->site, head, exchange.trace_id);
    switch (co_await ReadBody(parser, head, admission, refusal)) {
      case ReadEnd::closed: co_return false;
      case ReadEnd::refused: co_await Respond(exchange, refusal); co_return false;
      case ReadEnd::complete: break;
    }
    exchange.keep_alive = parser.get().keep_alive();
    co_return co_await Answer(exchange, std::move(admission), std::move(parser.get().body()));
  }

  asio::awaitable<bool> Answer(Exchange& exchange, std::variant<Admitted, Failure> admission,
                               std::string body) {
    if (const auto* failure = std::get_if<Failure>(&admission))
      co_return co_await Respond(exchange, *failure);
    auto& admitted = std::get<Admitted>(admission);
    exchange.route = admitted.route->pattern;
    if (const auto wait = shared_->rate_limiter.Refuse(admitted.route->rate_limit, Address()))
      co_return co_await Respond(exchange, TooOften(*wait));
    admitted.call.body = std::move(body);
    admitted.call.deadline = base::Deadline::After(options().request_timeout);
    if (admitted.route->lane == Lane::here)
      co_return co_await Respond(exchange, Invoke(*admitted.route, admitted.call));
    if (shared_->draining && admitted.route->lane == Lane::work)
      co_return co_await Respond(exchange, Draining());
    const auto outcome = co_await AwaitOutcome(exchange, std::move(admitted));
    if (!outcome) {
      Record(exchange, 499, {});
      aborted_ = true;
      co_return false;
    }
    co_return co_await Respond(exchange, *outcome);
  }

  asio::awaitable<bool> AwaitFirstByte() {
    if (buffer_.size() > 0) co_return true;
    Arm(options().idle_timeout);
    error_code error;
    const auto count = co_await socket_.async_read_some(buffer_.prepare(4096), Into(error));
    Disarm();
    buffer_.commit(count);
    co_return !error && count > 0;
  }

  asio::awaitable<ReadEnd> ReadHeader(Parser& parser, Failure& refusal) {
    Arm(options().header_timeout);
    error_code error;
    co_await wire_http::async_read_header(socket_, buffer_, parser, Into(error));
    Disarm();
    co_return EndOfRead(error, refusal);
  }

  /// Reads the body, after the client was told to send it where it waits for that. A refused
  /// request that announced its body with Expect is answered without it.
  asio::awaitable<ReadEnd> ReadBody(Parser& parser, const RequestHead& head,
                                    const std::variant<Admitted, Failure>& admission,
                                    Failure& refusal) {
    if (parser.is_done()) co_return ReadEnd::complete;
    if (head.headers.Find("Expect")) {
      if (const auto* failure = std::get_if<Failure>(&admission)) {
        refusal = *failure;
        co_return ReadEnd::refused;
      }
      constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
      Arm(options().write_timeout);
      error_code error;
      co_await asio::async_write(socket_, asio::buffer(kGoOn), Into(error));
      Disarm();
      if (error) co_return ReadEnd::closed;
    }
    Arm(options().body_timeout);
    error_code error;
    co_await wire_http::async_read(socket_, buffer_, parser, Into(error));
    Disarm();
    co_return EndOfRead(error, refusal);
  }

  ReadEnd EndOfRead(error_code error, Failure& refusal) const {
    if (!error) return ReadEnd::complete;
    if (timed_out_) {
      refusal = RefusalOf(408, "request_timeout", "the request did not arrive in time");
    } else if (error == wire_http::error::header_limit ||
               error == wire_http::error::buffer_overflow) {
      refusal = RefusalOf(
          431, "header_too_large",
          "the header is too large; at most " + ToText(options().max_header) + " are taken");
    } else if (error == wire_http::error::body_limit) {
      refusal = FailureOf(base::MakeError(
          base::ErrorCode::too_large,
          "the body is too large; at most " + ToText(options().max_body) + " are taken"));
    } else if (error == wire_http::error::end_of_stream ||
               error == wire_http::error::partial_message ||
               error.category() != make_error_code(wire_http::error::bad_method).category()) {
      return ReadEnd::closed;  // the client left, or the network did
    } else {
      refusal = FailureOf(base::InvalidArgument("not a well-formed HTTP/1.1 request"));
    }
    return ReadEnd::refused;
  }

  /// Waits for the outcome; nothing where the client hung up meanwhile.
  asio::awaitable<std::optional<Outcome>> AwaitOutcome(Exchange& exchange, Admitted admitted) {
    const auto last = admitted.call.deadline.time() + kAfterDeadline;
    auto submitted = shared_->dispatcher.Submit(
        *admitted.route, std::move(admitted.call), admitted.idempotency_key,
        [wake = wake_] { asio::post(wake->get_executor(), [wake] { wake->cancel(); }); });
    if (auto* failure = std::get_if<Failure>(&submitted)) co_return std::move(*failure);
    const Ticket& ticket = std::get<Ticket>(submitted);
    exchange.replayed = ticket.replayed();
    for (;;) {
      if (const auto outcome = ticket.outcome()) co_return *outcome;
      if (shared_->cancelling) co_return Draining();
      if (steady_clock::now() >= last)
        co_return FailureOf(base::MakeError(base::ErrorCode::timed_out,
                                            "the request took longer than the server allows"));
      wake_->expires_after(kGlance);
      error_code woken;
      co_await wake_->async_wait(Into(woken));
      if (!woken && HungUp()) co_return std::nullopt;
    }
  }

  bool HungUp() {
    if (!socket_.is_open()) return true;
    pollfd look{socket_.native_handle(), POLLRDHUP, 0};
    return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
  }

  /// Writes the response; true where the connection stays open.
  asio::awaitable<bool> Respond(const Exchange& exchange, const Outcome& outcome) {
    const auto* failure = std::get_if<Failure>(&outcome);
    const auto* reply = std::get_if<Reply>(&outcome);
    wire_http::response<wire_http::string_body> response;
    response.version(exchange.version >= 11 ? 11 : 10);
    response.result(static_cast<unsigned>(failure ? failure->status : reply->status));
    for (const auto& [name, value] : CommonFields(exchange.trace_id)) response.set(name, value);
    for (const auto& [name, value] : failure ? failure->headers : reply->headers)
      response.set(name, value);
    if (exchange.replayed) response.set("Idempotent-Replayed", "true");
    const bool keep = exchange.keep_alive && !shared_->draining;
    response.keep_alive(keep);
    response.body() = failure ? ErrorBody(*failure, exchange.trace_id) : reply->body;
    response.content_length(response.body().size());
    if (exchange.method == "HEAD") response.body().clear();
    Arm(options().write_timeout);
    error_code error;
    co_await wire_http::async_write(socket_, response, Into(error));
    Disarm();
    if (error) aborted_ = true;
    const Failure none;
    const Failure& said = failure ? *failure : none;
    Record(exchange, static_cast<int>(response.result_int()), said.internal_detail, said.code);
    co_return keep && !error;
  }

  /// Says that nothing more comes and gives the client time to read the rest: closing a socket with
  /// unread bytes resets the connection, and the reset can overtake the response.
  asio::awaitable<void> Linger() {
    error_code error;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    Arm(kLinger);
    std::size_t total = 0;
    std::array<char, 16'384> discarded;
    while (!error && total < kLingerBytes)
      total += co_await socket_.async_read_some(asio::buffer(discarded), Into(error));
    Disarm();
  }

  /// Of the client, as the socket knows it; no header can change it.
  std::string Address() const {
    error_code error;
    const auto endpoint = socket_.remote_endpoint(error);
    return error ? std::string() : endpoint.address().to_string();
  }

  static Failure TooOften(std::chrono::seconds wait) {
    const std::string seconds = std::to_string(wait.count());
    Failure failure = FailureOf(base::MakeError(
        base::ErrorCode::busy, "too many requests of this kind in a minute; try again in " +
                                   seconds + (wait.count() == 1 ? " second" : " seconds")));
    failure.headers = {{"Retry-After", seconds}};
    failure.details["retry_after_s"] = wait.count();
    return failure;
  }

  static Failure Draining() {
    Failure failure = FailureOf(
        base::MakeError(base::ErrorCode::unavailable, "the server is stopping; try again later"));
    failure.headers.emplace_back("Retry-After", "5");
    return failure;
  }

  void Record(const Exchange& exchange, int status, const base::InternalText& detail,
              std::string_view code = {}) const {
    const std::chrono::duration<double, std::milli> time = steady_clock::now() - exchange.began;
    boost::json::object fields{{"trace_id", exchange.trace_id.text()},
                               {"method", KnownMethod(exchange.method)},
                               {"route", exchange.route},
                               {"status", status},
                               {"time_ms", std::round(time.count() * 100) / 100}};
    if (!code.empty()) fields["code"] = code;
    if (!detail.text.empty()) fields["detail"] = detail.text;
    base::Log(status >= 500 ? base::LogLevel::warn : base::LogLevel::info, "http_request",
              std::move(fields));
  }

  void Arm(milliseconds time) {
    timed_out_ = false;
    watchdog_.expires_after(time);
    watchdog_.async_wait([weak = weak_from_this(), phase = ++phase_](error_code error) {
      const auto self = weak.lock();
      if (error || !self || self->phase_ != phase) return;
      self->timed_out_ = true;
      error_code ignored;
      self->socket_.cancel(ignored);
    });
  }
  void Disarm() {
    ++phase_;
    watchdog_.cancel();
  }
  void Abort() {
    aborted_ = true;
    error_code ignored;
    socket_.close(ignored);
  }
  const ServerOptions& options() const { return shared_->options; }

  const std::shared_ptr<SharedState> shared_;
  asio::ip::tcp::socket socket_;
  asio::steady_timer watchdog_;
  const std::shared_ptr<asio::steady_timer> wake_;  ///< Shared with wakers that may come late.
  beast::flat_buffer buffer_;
  std::uint64_t phase_ = 0;  ///< Tells a watchdog that fired too late from one that counts.
  bool timed_out_ = false;
  bool aborted_ = false;
};

}  // namespace

void StartConnection(asio::ip::tcp::socket socket, std::shared_ptr<SharedState> shared) {
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<Connection>(std::move(socket), std::move(shared));
  asio::co_spawn(
      executor,
      [](std::shared_ptr<Connection> kept) -> asio::awaitable<void> {
        co_await kept->Serve();
      }(std::move(connection)),
      asio::detached);
}

}  // namespace tabletalk::http
