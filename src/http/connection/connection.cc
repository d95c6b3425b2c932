// A connection is one coroutine that reads a request, has it answered, writes the response and
// begins again. Bytes that came too early (pipelining) stay in the buffer for the next round, so
// responses leave in the order of their requests.
//
// Three things could keep a connection for ever, and each is bounded:
// - a client that sends slowly or not at all: the watchdog of its ClientSocket, set for each phase;
// - work that does not end: the request's deadline;
// - a client that does not read: the watchdog again.
//
// While a request works, the coroutine sleeps until it is woken: by the execution, by the kernel
// because the client hung up (HangUpWatch, which sees past pipelined bytes that nobody has read),
// or by the server that stops. Leaving the wait drops the Ticket, and with the last Ticket the work
// is cancelled, that of a stream after a grace.
//
// A body is held in memory, up to a bound, or goes to a sink piece by piece: the next piece is read
// when the last one was written, so a slow disk holds up the client and not the memory.
//
// Everything of one connection happens on its strand, but for writes to a sink, which wait on a
// thread of their own while the coroutine sleeps; the only calls from elsewhere are wakers and the
// server's close, and they post to the strand.
#include "http/connection/connection.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/none.hpp>
#include <exception>
#include <utility>

#include "base/log.h"
#include "http/admission/admission.h"
#include "http/admission/trace_header.h"
#include "http/connection/client_socket.h"
#include "http/connection/event_response.h"
#include "http/connection/exchange.h"
#include "http/connection/file_response.h"
#include "http/connection/response_fields.h"
#include "http/error_mapping.h"

namespace tabletalk::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire_http = boost::beast::http;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using HeadParser = wire_http::request_parser<wire_http::empty_body>;
using BodyParser = wire_http::request_parser<wire_http::string_body>;
using PieceParser = wire_http::request_parser<wire_http::buffer_body>;
using Doing = ConnectionTable::Doing;

constexpr std::size_t kPiece = 64 << 10;     ///< Of a body on its way to a sink.
constexpr milliseconds kAfterDeadline{500};  ///< For work to notice its own deadline.
constexpr base::ByteSize kAny{1};

enum class ReadEnd { complete, closed, refused };

RequestHead HeadOf(const HeadParser::value_type& message) {
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

  /// False where its address has too many; then it was told so, and is of no more use.
  bool Enter() {
    id_ = shared_->connections.Add(client_->Address(), client_->Closer(), client_->Waker());
    if (id_) return true;
    Exchange exchange;
    exchange.trace_id = base::TraceId::Fresh();
    const Failure failure = FailureOf(base::MakeError(
        base::ErrorCode::busy, "too many connections from this address; close some of them"));
    auto fields = failure.headers;
    const std::string body = ErrorBody(failure, exchange.trace_id);
    fields.emplace_back("Content-Length", std::to_string(body.size()));
    const std::string text = HeadText(exchange, failure.status, fields) + body;
    error_code ignored;
    client_->stream().non_blocking(true, ignored);
    client_->stream().write_some(asio::buffer(text), ignored);
    client_->Abort();
    return false;
  }

  /// Ends when the connection has.
  asio::awaitable<void> Serve() {
    try {
      while (co_await ServeOne()) {}
      if (!client_->aborted()) co_await client_->Linger();
    } catch (const std::exception& defect) {
      base::Log(base::LogLevel::error, "http_connection_failed", {{"detail", defect.what()}});
    }
    client_->Abort();
    shared_->connections.Remove(*id_);
  }

 private:
  /// True where another request may follow.
  asio::awaitable<bool> ServeOne() {
    Is(Doing::idle);
    if (!co_await AwaitFirstByte()) co_return false;
    const InFlight in_flight(*shared_);
    Is(Doing::reading);
    HeadParser parser;
    parser.header_limit(static_cast<std::uint32_t>(options().max_header.bytes()));
    parser.body_limit(boost::none);  // Which one counts is known after the header.
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
    const bool keep_alive = parser.get().keep_alive();
    auto admission = Admit(shared_->router, shared_->site, head, exchange.trace_id);
    if (auto* admitted = std::get_if<Admitted>(&admission);
        admitted && admitted->route->takes == Takes::stream)
      co_return co_await ServeUpload(exchange, keep_alive, parser, head, *admitted);
    std::string body;
    switch (co_await ReadBody(parser, head, admission, body, refusal)) {
      case ReadEnd::closed: co_return false;
      case ReadEnd::refused: co_await Respond(exchange, refusal); co_return false;
      case ReadEnd::complete: break;
    }
    Is(Doing::answering);
    exchange.keep_alive = keep_alive;
    co_return co_await Answer(exchange, std::move(admission), std::move(body));
  }

  void Is(Doing doing) { shared_->connections.Set(*id_, doing); }

  // Without a buffer as long as nothing comes: most connections are idle most of the time.
  asio::awaitable<bool> AwaitFirstByte() {
    if (buffer_.size() > 0) co_return true;
    buffer_.shrink_to_fit();
    client_->Arm(options().idle_timeout);
    error_code error;
    co_await client_->stream().async_wait(asio::ip::tcp::socket::wait_read, Into(error));
    std::size_t count = 0;
    if (!error)
      count = co_await client_->stream().async_read_some(buffer_.prepare(4096), Into(error));
    client_->Disarm();
    buffer_.commit(count);
    co_return !error && count > 0;
  }

  asio::awaitable<ReadEnd> ReadHeader(HeadParser& parser, Failure& refusal) {
    client_->Arm(options().header_timeout);
    error_code error;
    co_await wire_http::async_read_header(client_->stream(), buffer_, parser, Into(error));
    client_->Disarm();
    co_return EndOfRead(error, options().max_body, refusal);
  }

  /// Reads the body, after the client was told to send it where it waits for that. A refused
  /// request that announced its body with Expect is answered without it.
  asio::awaitable<ReadEnd> ReadBody(HeadParser& head_parser, const RequestHead& head,
                                    const std::variant<Admitted, Failure>& admission,
                                    std::string& body, Failure& refusal) {
    if (head_parser.is_done()) co_return ReadEnd::complete;
    const auto* failure = std::get_if<Failure>(&admission);
    const auto* admitted = std::get_if<Admitted>(&admission);
    const base::ByteSize most =
        admitted && admitted->route->max_body ? *admitted->route->max_body : options().max_body;
    BodyParser parser(std::move(head_parser));
    parser.body_limit(most.bytes());
    if (parser.content_length().value_or(0) > most.bytes()) {
      refusal = failure ? *failure : TooLarge(most);
      co_return ReadEnd::refused;
    }
    if (head.headers.Find("Expect")) {
      if (failure) {
        refusal = *failure;
        co_return ReadEnd::refused;
      }
      if (!co_await GoOn()) co_return ReadEnd::closed;
    }
    client_->Arm(options().body_timeout);
    error_code error;
    co_await wire_http::async_read(client_->stream(), buffer_, parser, Into(error));
    client_->Disarm();
    body = std::move(parser.get().body());
    co_return EndOfRead(error, most, refusal);
  }

  asio::awaitable<bool> GoOn() {
    constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
    co_return co_await client_->Write(kGoOn, options().write_timeout);
  }

  /// A request whose body goes to a sink. What is refused is refused before the body is read, and
  /// ends the connection.
  asio::awaitable<bool> ServeUpload(Exchange& exchange, bool keep_alive, HeadParser& head_parser,
                                    const RequestHead& head, Admitted& admitted) {
    const Route& route = *admitted.route;
    exchange.route = route.pattern;
    const base::ByteSize most = route.max_body.value_or(options().max_body);
    const UploadPlace place(*shared_);
    std::optional<Failure> refusal = TurnedAway(route);
    if (!refusal && !place.taken())
      refusal = FailureOf(base::MakeError(
          base::ErrorCode::busy, "too many bodies are on their way; try again in a moment"));
    if (!refusal && head_parser.content_length().value_or(0) > most.bytes())
      refusal = TooLarge(most);
    if (refusal) co_return co_await Respond(exchange, *refusal);
    Is(Doing::answering);
    admitted.call.deadline = base::Deadline::After(options().upload_timeout);
    const auto open = [&]() -> asio::awaitable<base::Result<std::shared_ptr<BodySink>>> {
      co_return route.open_sink(admitted.call);
    };
    auto sink = co_await asio::co_spawn(shared_->upload_threads, open, asio::use_awaitable);
    if (sink.has_error()) co_return co_await Respond(exchange, FailureOf(sink.error()));
    if (head.headers.Find("Expect") && !co_await GoOn()) co_return Left(exchange);
    Failure failure;
    if (!head_parser.is_done())
      switch (co_await ReadToSink(head_parser, most, admitted.call, **sink, failure)) {
        case ReadEnd::closed: co_return Left(exchange);
        case ReadEnd::refused: co_return co_await Respond(exchange, failure);
        case ReadEnd::complete: break;
      }
    admitted.call.sink = std::move(*sink);
    exchange.keep_alive = keep_alive;
    co_return co_await Perform(exchange, admitted);
  }

  asio::awaitable<ReadEnd> ReadToSink(HeadParser& head_parser, base::ByteSize most,
                                      const Call& call, BodySink& sink, Failure& refusal) {
    PieceParser parser(std::move(head_parser));
    parser.body_limit(most.bytes());
    std::vector<char> piece(kPiece);
    while (!parser.is_done()) {
      if (shared_->cancelling) {
        refusal = Draining();
        co_return ReadEnd::refused;
      }
      auto& body = parser.get().body();
      body.data = piece.data();
      body.size = piece.size();
      client_->Arm(std::min(options().body_timeout, call.deadline.Remaining()));
      error_code error;
      co_await wire_http::async_read(client_->stream(), buffer_, parser, Into(error));
      client_->Disarm();
      if (error == wire_http::error::need_buffer) error = {};
      if (const auto end = EndOfRead(error, most, refusal); end != ReadEnd::complete) co_return end;
      const std::string_view bytes(piece.data(), piece.size() - parser.get().body().size);
      const auto write = [&]() -> asio::awaitable<base::Result<void>> {
        co_return sink.Write(bytes);
      };
      const auto written =
          co_await asio::co_spawn(shared_->upload_threads, write, asio::use_awaitable);
      if (written.has_error()) {
        refusal = FailureOf(written.error());
        co_return ReadEnd::refused;
      }
    }
    co_return ReadEnd::complete;
  }

  static Failure TooLarge(base::ByteSize most) {
    return FailureOf(base::MakeError(base::ErrorCode::too_large, "the body is too large; at most " +
                                                                     ToText(most) + " are taken"));
  }

  ReadEnd EndOfRead(error_code error, base::ByteSize most_body, Failure& refusal) const {
    if (!error) return ReadEnd::complete;
    if (client_->timed_out()) {
      refusal = RefusalOf(408, "request_timeout", "the request did not arrive in time");
    } else if (error == wire_http::error::header_limit ||
               error == wire_http::error::buffer_overflow) {
      refusal = RefusalOf(
          431, "header_too_large",
          "the header is too large; at most " + ToText(options().max_header) + " are taken");
    } else if (error == wire_http::error::body_limit) {
      refusal = TooLarge(most_body);
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
    exchange.route = admitted.route->pattern;
    if (!admitted.last_event_id.empty()) co_return co_await Resume(exchange, admitted);
    if (const auto refusal = TurnedAway(*admitted.route))
      co_return co_await Respond(exchange, *refusal);
    admitted.call.body = std::move(body);
    co_return co_await Perform(exchange, admitted);
  }

  /// Why a request is not taken that is as it should be.
  std::optional<Failure> TurnedAway(const Route& route) {
    if (const auto wait = shared_->rate_limiter.Refuse(route.rate, client_->Address()))
      return TooOften(*wait);
    if (shared_->draining && (route.lane == Lane::work || route.lane == Lane::conversation))
      return Draining();
    return std::nullopt;
  }

  asio::awaitable<bool> Perform(Exchange& exchange, Admitted& admitted) {
    const Route& route = *admitted.route;
    admitted.call.deadline = base::Deadline::After(options().request_timeout);
    if (route.lane == Lane::here)
      co_return co_await Respond(exchange, Invoke(route, admitted.call));
    const Form form = admitted.call.form;
    const auto last = admitted.call.deadline.time() + kAfterDeadline;
    auto submitted = shared_->dispatcher.Submit(route, std::move(admitted.call),
                                                admitted.idempotency_key, client_->Waker());
    if (const auto* failure = std::get_if<Failure>(&submitted))
      co_return co_await Respond(exchange, *failure);
    const Ticket& ticket = std::get<Ticket>(submitted);
    exchange.replayed = ticket.replayed();
    if (form == Form::events) co_return co_await TellEvents(exchange, ticket, 0);
    const auto outcome = co_await AwaitOutcome(ticket, last);
    if (!outcome) co_return Left(exchange);
    co_return co_await Respond(exchange, *outcome);
  }

  /// Wakes this connection when its client hangs up.
  HangUpWatch::Guard WatchClient() {
    return shared_->hang_ups.Watch(client_->stream().native_handle(), client_->Waker());
  }

  /// Waits for the outcome; null where the client hung up meanwhile.
  asio::awaitable<std::shared_ptr<const Outcome>> AwaitOutcome(const Ticket& ticket,
                                                               steady_clock::time_point last) {
    const auto watched = WatchClient();
    for (;;) {
      if (const auto outcome = ticket.outcome()) co_return outcome;
      if (shared_->cancelling) co_return std::make_shared<const Outcome>(Draining());
      const auto left = std::chrono::ceil<milliseconds>(last - steady_clock::now());
      if (left <= milliseconds(0)) co_return std::make_shared<const Outcome>(TookTooLong());
      if (client_->HungUp()) co_return nullptr;
      co_await client_->Sleep(left);
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
    const auto watched = WatchClient();
    const auto until = steady_clock::now() + options().stream_head_wait;
    while (!HasBegun(ticket.events(), until)) {
      if (const auto outcome = ticket.outcome(); outcome && ticket.events().ended())
        co_return co_await Respond(exchange, *outcome);
      const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
      if (client_->HungUp()) co_return Left(exchange);
      co_await client_->Sleep(std::max(left, milliseconds(1)));
    }
    exchange.keep_alive = exchange.keep_alive && exchange.version >= 11 && !shared_->draining;
    const EventPace pace{options().stream_keep_alive, options().write_timeout};
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
    if (sent && file && exchange.method != "HEAD") {
      const auto entry = shared_->files.Add(file->size, client_->Closer());
      sent = co_await SendFile(*client_, *file, options().write_timeout);
    }
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
  std::optional<std::uint64_t> id_;  ///< In the table of connections.
};

}  // namespace

void StartConnection(asio::ip::tcp::socket socket, std::shared_ptr<SharedState> shared) {
  const auto executor = socket.get_executor();
  auto connection = std::make_unique<Connection>(std::move(socket), std::move(shared));
  if (!connection->Enter()) return;
  asio::co_spawn(
      executor,
      [](std::unique_ptr<Connection> kept) -> asio::awaitable<void> {
        co_await kept->Serve();
      }(std::move(connection)),
      asio::detached);
}

}  // namespace tabletalk::http
