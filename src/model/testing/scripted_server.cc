// The connections of the scripted server: one thread, everything asynchronous.
//
// A connection reads a request, asks the engine for the playback of its answer, and writes it step
// by step. While it plays it also watches for the client's end of the connection, so that a client
// which goes away is seen at once and not at the next write.
#include "model/testing/scripted_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "model/testing/playback.h"
#include "model/testing/rule_book.h"

namespace tabletalk::model::testing {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

class Connection;

// What a connection needs of its server.
class Host {
 public:
  virtual ~Host() = default;
  virtual Playback Answer(ReceivedRequest request) = 0;
  virtual void Closed(const std::shared_ptr<Connection>& connection) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Host& host)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), host_(host) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  void Start() {
    parser_.emplace();
    parser_->eager(true);
    parser_->body_limit(64u << 20);
    raw_.clear();
    told_to_continue_ = false;
    Parse();
  }

  void Close() {
    if (closed_) return;
    closed_ = true;
    error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
    host_.Closed(shared_from_this());
  }

 private:
  void ReadMore() {
    socket_.async_read_some(asio::buffer(block_),
                            [self = shared_from_this()](error_code error, std::size_t size) {
                              if (error) return self->Close();
                              self->unparsed_.append(self->block_.data(), size);
                              self->Parse();
                            });
  }

  void Parse() {
    while (!unparsed_.empty() && !parser_->is_done()) {
      error_code error;
      const std::size_t used = parser_->put(asio::buffer(unparsed_), error);
      raw_.append(unparsed_, 0, used);
      unparsed_.erase(0, used);
      if (error == beast_http::error::need_more) break;
      if (error) return Close();
    }
    if (parser_->is_done()) return Answer();
    if (parser_->is_header_done() && !told_to_continue_ &&
        parser_->get()[beast_http::field::expect] == "100-continue")
      return TellToContinue();
    ReadMore();
  }

  void TellToContinue() {
    told_to_continue_ = true;
    asio::async_write(socket_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (error) return self->Close();
                        self->Parse();
                      });
  }

  void Answer() {
    const auto& message = parser_->get();
    ReceivedRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message)
      request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    request.body = message.body();
    request.raw = std::move(raw_);
    keep_alive_ = message.keep_alive();
    playback_ = host_.Answer(std::move(request));
    step_ = 0;
    playing_ = true;
    Watch();
    Play();
  }

  // The client may go while we wait.
  void Watch() {
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
      if (error || self->closed_ || !self->playing_) return;
      char byte;
      if (::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
        self->Close();
    });
  }

  void Play() {
    if (closed_) return;
    if (step_ == playback_.steps.size()) return End();
    const auto wait = playback_.steps[step_].wait;
    if (wait.count() <= 0) return Write();
    timer_.expires_after(wait);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error && !self->closed_) self->Write();
    });
  }

  void Write() {
    asio::async_write(socket_, asio::buffer(playback_.steps[step_].bytes),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (error) return self->Close();
                        ++self->step_;
                        self->Play();
                      });
  }

  void End() {
    switch (playback_.ending) {
      case Playback::Ending::stall: return;
      case Playback::Ending::close: return Close();
      case Playback::Ending::keep_open: break;
    }
    playing_ = false;
    if (!keep_alive_) return Close();
    // A watch that still waits only peeks, so it takes nothing of the next request.
    Start();
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  Host& host_;
  std::array<char, 16384> block_;
  std::string unparsed_;
  std::string raw_;
  std::optional<beast_http::request_parser<beast_http::string_body>> parser_;
  Playback playback_;
  std::size_t step_ = 0;
  bool playing_ = false;
  bool keep_alive_ = true;
  bool told_to_continue_ = false;
  bool closed_ = false;
};

}  // namespace

class ScriptedServer::Engine : public Host {
 public:
  Engine(Script script, std::uint16_t port) : book_(std::move(script)) { Listen(port); }
  ~Engine() override { Stop(); }

  void Listen(std::uint16_t port) {
    try {
      acceptor_.emplace(io_);
      acceptor_->assign(tcp::v4(), ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      acceptor_->set_option(tcp::acceptor::reuse_address(true));
      acceptor_->bind({asio::ip::address_v4::loopback(), port});
      acceptor_->listen(1024);
      acceptor_->non_blocking(true);
      port_ = acceptor_->local_endpoint().port();
    } catch (const boost::system::system_error& error) {
      throw std::runtime_error(fmt::format("cannot listen on port {}: {}", port, error.what()));
    }
    Accept();
    thread_ = std::thread([this] { io_.run(); });
  }

  // Nothing is left to do for the thread once all sockets are closed.
  void Stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      acceptor_->close();
      retry_.cancel();
      CloseAll();
    });
    thread_.join();
    io_.restart();
  }

  void Restart() {
    Stop();
    Listen(port_);
  }

  void CutConnections() {
    if (!thread_.joinable()) return;
    std::promise<void> done;
    asio::post(io_, [&] {
      CloseAll();
      done.set_value();
    });
    done.get_future().wait();
  }

  void SetScript(Script script) {
    const std::lock_guard lock(mutex_);
    book_ = RuleBook(std::move(script));
  }
  std::size_t UnusedRules() const {
    const std::lock_guard lock(mutex_);
    return book_.Unused();
  }
  std::vector<ReceivedRequest> Requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::vector<ReceivedRequest> TakeRequests() {
    const std::lock_guard lock(mutex_);
    return std::exchange(requests_, {});
  }
  bool WaitForRequests(std::size_t count, std::chrono::milliseconds longest) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, longest, [&] { return requests_.size() >= count; });
  }
  bool WaitForConnections(std::size_t count, std::chrono::milliseconds longest) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, longest, [&] { return open_ <= count; });
  }
  std::size_t open() const {
    const std::lock_guard lock(mutex_);
    return open_;
  }
  std::size_t accepted() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
  }
  std::uint16_t port() const { return port_; }

  Playback Answer(ReceivedRequest request) override {
    const std::lock_guard lock(mutex_);
    Understand(request, book_.script());
    Playback playback = Choose(request);
    request.status = playback.status;
    requests_.push_back(std::move(request));
    changed_.notify_all();
    return playback;
  }

  void Closed(const std::shared_ptr<Connection>& connection) override {
    connections_.erase(connection);
    const std::lock_guard lock(mutex_);
    open_ = connections_.size();
    changed_.notify_all();
  }

 private:
  Playback Choose(ReceivedRequest& request) {
    if (request.refused.empty() && request.method == "GET") return PlayModels(request);
    if (request.refused.empty()) {
      const auto reply = book_.Take(request);
      if (reply) return Play(request, *reply, ++answered_);
      request.refused = "The script has no reply for this request.";
      request.status = 400;
    }
    return PlayError(request, request.status, request.refused);
  }

  // As asio's own accept, but no child process inherits a socket: a program under test that is
  // started from here would keep the port of a dead model open, and connections to it would wait
  // for an answer.
  void Accept() {
    acceptor_->async_wait(tcp::acceptor::wait_read, [this](error_code error) {
      if (error || !acceptor_->is_open()) return;
      const int fd = ::accept4(acceptor_->native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return AcceptLater();
      if (fd >= 0) Begin(tcp::socket(io_, tcp::v4(), fd));
      Accept();
    });
  }

  void Begin(tcp::socket socket) {
    const auto connection = std::make_shared<Connection>(std::move(socket), *this);
    connections_.insert(connection);
    {
      const std::lock_guard lock(mutex_);
      open_ = connections_.size();
      ++accepted_;
    }
    connection->Start();
  }

  // Out of descriptors: the next one may come when a connection has ended.
  void AcceptLater() {
    retry_.expires_after(std::chrono::milliseconds(20));
    retry_.async_wait([this](error_code error) {
      if (!error && acceptor_->is_open()) Accept();
    });
  }

  void CloseAll() {
    const auto all = connections_;
    for (const auto& connection : all) connection->Close();
  }

  asio::io_context io_{1};
  std::optional<tcp::acceptor> acceptor_;
  asio::steady_timer retry_{io_};
  std::uint16_t port_ = 0;
  std::set<std::shared_ptr<Connection>> connections_;  ///< Of the thread alone.

  mutable std::mutex mutex_;  ///< Of all below.
  mutable std::condition_variable changed_;
  RuleBook book_;
  std::vector<ReceivedRequest> requests_;
  std::uint64_t answered_ = 0;
  std::size_t open_ = 0;
  std::size_t accepted_ = 0;

  std::thread thread_;
};

ScriptedServer::ScriptedServer(Script script, std::uint16_t port)
    : engine_(std::make_unique<Engine>(std::move(script), port)) {}
ScriptedServer::~ScriptedServer() = default;

std::uint16_t ScriptedServer::port() const { return engine_->port(); }
std::string ScriptedServer::url() const { return fmt::format("http://127.0.0.1:{}", port()); }
std::string ScriptedServer::BaseUrl(Wire wire) const {
  return wire == Wire::openai ? url() + "/v1" : url();
}
void ScriptedServer::SetScript(Script script) { engine_->SetScript(std::move(script)); }
std::size_t ScriptedServer::UnusedRules() const { return engine_->UnusedRules(); }
std::vector<ReceivedRequest> ScriptedServer::Requests() const { return engine_->Requests(); }
std::vector<ReceivedRequest> ScriptedServer::TakeRequests() { return engine_->TakeRequests(); }
void ScriptedServer::Forget() { engine_->TakeRequests(); }
bool ScriptedServer::WaitForRequests(std::size_t count, std::chrono::milliseconds longest) const {
  return engine_->WaitForRequests(count, longest);
}
std::size_t ScriptedServer::OpenConnections() const { return engine_->open(); }
std::size_t ScriptedServer::AcceptedConnections() const { return engine_->accepted(); }
bool ScriptedServer::WaitForConnections(std::size_t count,
                                        std::chrono::milliseconds longest) const {
  return engine_->WaitForConnections(count, longest);
}
void ScriptedServer::CutConnections() { engine_->CutConnections(); }
void ScriptedServer::Stop() { engine_->Stop(); }
void ScriptedServer::Restart() { engine_->Restart(); }

}  // namespace tabletalk::model::testing
