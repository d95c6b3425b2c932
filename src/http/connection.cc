// A connection is one coroutine that reads a request, has it answered, writes the response and
// begins again. Bytes that came too early (pipelining) stay in the buffer for the next round, so
// responses leave in the order of their requests.
//
// Three things could keep a connection for ever, and each is bounded:
// - a client that sends slowly or not at all: the watchdog of its ClientSocket, set for each phase;
// - work that does not end: the request's deadline;
// - a client that does not read: the watchdog again.
//
// While a request works, the coroutine sleeps until the execution wakes it, but not longer than a
// glance; then it looks whether the client hung up (poll with POLLRDHUP, which sees past pipelined
// bytes that nobody has read) and whether the server stops. Leaving the wait drops the Ticket, and
// with the last Ticket the work is cancelled, that of a stream after a grace.
//
// Everything of one connection happens on its strand; the only calls from elsewhere are the
// execution's waker and the server's close, and both post to the strand.
#include "http/connection.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <utility>

#include "base/log.h"
#include "http/admission.h"
#include "http/client_socket.h"
#include "http/error_mapping.h"
#include "http/event_response.h"
#include "http/exchange.h"
#include "http/file_response.h"
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

/// How often a waiting connection looks around. Conversations are many and take long.
constexpr milliseconds kGlance{50};
constexpr milliseconds kConversationGlance{500};
constexpr milliseconds kAfterDeadline{500};  ///< For work to notice its own deadline.
constexpr base::ByteSize kAny{1};

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

class Connection {
 public:
  Connection(asio::ip::tcp::socket socket, std::shared_ptr<SharedState> shared)
      : shared_(std::move(shared)),
        client_(std::make_shared<ClientSocket>(std::move(socket))),
        buffer_(shared_->options.max_header.bytes() + 65'536) {}

  /// Ends when the connection has.
  asio::awaitable<void> Serve() {
    const auto id = shared_->connections.Add(client_->Closer());
    try {
      while (co_await ServeOne()) {}
      if (!client_->aborted()) co_await client_->Linger();
    } catch (const std::exception& defect) {
      base::Log(base::LogLevel::error, "http_connection_failed", {{"detail", defect.what()}});
    }
    client_->Abort();
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

  asio::awaitable<bool> AwaitFirstByte() {
    if (buffer_.size() > 0) co_return true;
    client_->Arm(options().idle_timeout);
    error_code error;
    const auto count =
        co_await client_->stream().async_read_some(buffer_.prepare(4096), Into(error));
    client_->Disarm();
    buffer_.commit(count);
    co_return !error && count > 0;
  }

  asio::awaitable<ReadEnd> ReadHeader(Parser& parser, Failure& refusal) {
    client_->Arm(options().header_timeout);
    error_code error;
    co_await wire_http::async_read_header(client_->stream(), buffer_, parser, Into(error));
    client_->Disarm();
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
      if (!co_await client_->Write(kGoOn, options().write_timeout)) co_return ReadEnd::closed;
    }
    client_->Arm(options().body_timeout);
    error_code error;
    co_await wire_http::async_read(client_->stream(), buffer_, parser, Into(error));
    client_->Disarm();
    co_return EndOfRead(error, refusal);
  }

  ReadEnd EndOfRead(error_code error, Failure& refusal) const {
    if (!error) return ReadEnd::complete;
    if (client_->timed_out()) {
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

  asio::awaitable<bool> Answer(Exchange& exchange, std::variant<Admitted, Failure> admission,
                               std::string body) {
    if (const auto* failure = std::get_if<Failure>(&admission))
      co_return co_await Respond(exchange, *failure);
    auto& admitted = std::get<Admitted>(admission);
    const Route& route = *admitted.route;
    exchange.route = route.pattern;
    if (!admitted.last_event_id.empty()) co_return co_await Resume(exchange, admitted);
    if (const auto wait = shared_->rate_limiter.Refuse(route.rate, client_->Address()))
      co_return co_await Respond(exchange, TooOften(*wait));
    admitted.call.body = std::move(body);
    admitted.call.deadline = base::Deadline::After(options().request_timeout);
    if (route.lane == Lane::here)
      co_return co_await Respond(exchange, Invoke(route, admitted.call));
    if (shared_->draining && (route.lane == Lane::work || route.lane == Lane::conversation))
      co_return co_await Respond(exchange, Draining());
    const Form form = admitted.call.form;
    const auto last = admitted.call.deadline.time() + kAfterDeadline;
    auto submitted = shared_->dispatcher.Submit(route, std::move(admitted.call),
                                                admitted.idempotency_key, client_->Waker());
    if (const auto* failure = std::get_if<Failure>(&submitted))
      co_return co_await Respond(exchange, *failure);
    const Ticket& ticket = std::get<Ticket>(submitted);
    exchange.replayed = ticket.replayed();
    if (form == Form::events) co_return co_await TellEvents(exchange, ticket, 0);
    const auto glance = route.lane == Lane::conversation ? kConversationGlance : kGlance;
    const auto outcome = co_await AwaitOutcome(ticket, last, glance);
    if (!outcome) co_return Left(exchange);
    co_return co_await Respond(exchange, *outcome);
  }

  /// Waits for the outcome; null where the client hung up meanwhile.
  asio::awaitable<std::shared_ptr<const Outcome>> AwaitOutcome(const Ticket& ticket,
                                                               steady_clock::time_point last,
                                                               milliseconds glance) {
    for (;;) {
      if (const auto outcome = ticket.outcome()) co_return outcome;
      if (shared_->cancelling) co_return std::make_shared<const Outcome>(Draining());
      if (steady_clock::now() >= last) co_return std::make_shared<const Outcome>(TookTooLong());
      const bool woken = co_await client_->Sleep(glance);
      if (!woken && client_->HungUp()) co_return nullptr;
    }
  }

  /// The rest of a stream that was begun before. Nothing left of it is a 204, which tells an
  /// EventSource not to come again.
  asio::awaitable<bool> Resume(Exchange& exchange, const Admitted& admitted) {
    auto found = shared_->dispatcher.Resume(admitted.last_event_id, client_->Waker());
    if (const auto* failure = std::get_if<Failure>(&found))
      co_return co_await Respond(exchange, *failure);
    const auto& [ticket, after] = std::get<Dispatcher::Resumed>(found);
    const auto rest = ticket.events().After(after, kAny);
    if (rest.ended && rest.frames.empty()) {
      const Reply nothing{204, {}, {}};
      co_return co_await Respond(exchange, nothing);
    }
    if (exchange.method == "HEAD") {
      const Reply head{200, {}, EventFields(exchange)};
      co_return co_await Respond(exchange, head);
    }
    co_return co_await TellEvents(exchange, ticket, after);
  }

  /// Sends the events after the first `after`, or the refusal where there are none.
  asio::awaitable<bool> TellEvents(Exchange& exchange, const Ticket& ticket, std::size_t after) {
    const auto until = steady_clock::now() + options().stream_head_wait;
    while (!HasBegun(ticket.events(), until)) {
      if (const auto outcome = ticket.outcome(); outcome && ticket.events().ended())
        co_return co_await Respond(exchange, *outcome);
      const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
      const bool woken =
          co_await client_->Sleep(std::clamp(left, milliseconds(1), kConversationGlance));
      if (!woken && client_->HungUp()) co_return Left(exchange);
    }
    exchange.keep_alive = exchange.keep_alive && exchange.version >= 11 && !shared_->draining;
    const EventPace pace{kConversationGlance, options().stream_keep_alive, options().write_timeout};
    if (!co_await SendEvents(*client_, ticket.events(), after, exchange, pace))
      co_return Left(exchange);
    const auto outcome = ticket.outcome();
    const auto* failure = outcome ? std::get_if<Failure>(outcome.get()) : nullptr;
    if (failure) {
      Record(exchange, 200, failure->internal_detail, failure->code);
    } else {
      Record(exchange, 200);
    }
    co_return exchange.keep_alive;
  }

  /// True where it is a stream for certain, or time to begin the response without knowing.
  static bool HasBegun(EventLog& log, steady_clock::time_point until) {
    return log.size() > 0 || (steady_clock::now() >= until && log.Open());
  }

  /// The client went away: there is nobody to tell.
  bool Left(const Exchange& exchange) {
    Record(exchange, 499);
    client_->Abort();
    return false;
  }

  /// Writes the response; true where the connection stays open.
  asio::awaitable<bool> Respond(Exchange& exchange, const Outcome& outcome) {
    const auto* failure = std::get_if<Failure>(&outcome);
    const auto* reply = std::get_if<Reply>(&outcome);
    const int status = failure ? failure->status : reply->status;
    const std::string error = failure ? ErrorBody(*failure, exchange.trace_id) : std::string();
    const std::string& body = failure ? error : reply->body;
    const auto file = reply ? reply->file : nullptr;
    auto fields = failure ? failure->headers : reply->headers;
    const auto is_chunked = [](const auto& field) { return field.first == "Transfer-Encoding"; };
    if (status != 204 && std::none_of(fields.begin(), fields.end(), is_chunked))
      fields.emplace_back("Content-Length", std::to_string(file ? file->size : body.size()));
    exchange.keep_alive = exchange.keep_alive && !shared_->draining;
    const std::string head = HeadText(exchange, status, fields);
    std::vector<asio::const_buffer> whole;
    whole.push_back(asio::buffer(head));
    if (exchange.method != "HEAD") whole.push_back(asio::buffer(body));
    bool sent = co_await client_->Write(std::move(whole), options().write_timeout);
    if (sent && file && exchange.method != "HEAD")
      sent = co_await SendFile(*client_, *file, options().write_timeout);
    if (failure) {
      Record(exchange, status, failure->internal_detail, failure->code);
    } else {
      Record(exchange, status);
    }
    co_return (sent && exchange.keep_alive);
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

  const ServerOptions& options() const { return shared_->options; }

  const std::shared_ptr<SharedState> shared_;
  const std::shared_ptr<ClientSocket> client_;
  beast::flat_buffer buffer_;
};

}  // namespace

void StartConnection(asio::ip::tcp::socket socket, std::shared_ptr<SharedState> shared) {
  const auto executor = socket.get_executor();
  auto connection = std::make_unique<Connection>(std::move(socket), std::move(shared));
  asio::co_spawn(
      executor,
      [](std::unique_ptr<Connection> kept) -> asio::awaitable<void> {
        co_await kept->Serve();
      }(std::move(connection)),
      asio::detached);
}

}  // namespace tabletalk::http
