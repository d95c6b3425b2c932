#include "net/http_client.h"

#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <list>
#include <stdexcept>
#include <thread>

#include "net/testing/loopback_server.h"

namespace tabletalk::net {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using testing::LoopbackServer;
using testing::Peer;

std::size_t CountEntries(const char* folder) {
  DIR* const dir = opendir(folder);
  std::size_t count = 0;
  while (readdir(dir) != nullptr) ++count;
  closedir(dir);
  return count;
}

/// Fails where a test leaves a thread or a descriptor.
class HttpClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // What the process makes once: libcurl and OpenSSL.
    MakeHttpClient().reset();
    descriptors_ = CountEntries("/proc/self/fd");
    threads_ = CountEntries("/proc/self/task");
  }
  void TearDown() override {
    // A joined thread leaves /proc a moment later.
    const auto soon = base::Deadline::After(milliseconds(2000));
    while (CountEntries("/proc/self/task") > threads_ && !soon.Expired()) std::this_thread::yield();
    EXPECT_EQ(CountEntries("/proc/self/fd"), descriptors_);
    EXPECT_EQ(CountEntries("/proc/self/task"), threads_);
  }

 private:
  std::size_t descriptors_ = 0;
  std::size_t threads_ = 0;
};

struct Got {
  base::Result<HttpHead> result = HttpHead{};
  std::string body;
  int heads = 0;
};

Got Send(HttpClient& client, const std::string& url, const HttpLimits& limits = {},
         base::Deadline deadline = base::Deadline::Never(), const base::CancelToken& cancel = {}) {
  Got got;
  HttpReader reader;
  reader.on_head = [&](const HttpHead&) { return ++got.heads > 0; };
  reader.on_body = [&](std::string_view piece) {
    got.body += piece;
    return true;
  };
  HttpRequest request;
  request.url = url;
  request.headers = {{"Authorization", "Bearer sk-secret"}, {"X-Empty", ""}};
  request.body = "{\"a\":1}";
  got.result = client.Send(request, limits, reader, deadline, cancel);
  return got;
}

std::string Response(std::string_view body, std::string_view status = "200 OK") {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

void ServeAll(Peer& peer, const std::string& response) {
  while (!peer.ReadRequest().empty())
    if (!peer.Write(response)) return;
}

TEST_F(HttpClientTest, SendsWhatItWasGivenAndReadsTheResponse) {
  std::string seen;
  LoopbackServer server([&](Peer& peer) {
    seen = peer.ReadRequest();
    peer.Write(Response("hello", "429 Too Many"));
  });
  const auto client = MakeHttpClient();
  const auto got = Send(*client, server.url() + "/v1/x?y=1");
  ASSERT_TRUE(got.result.has_value()) << got.result.error().public_message();
  EXPECT_EQ(got.result->status, 429);
  EXPECT_EQ(got.result->Find("content-TYPE"), "text/plain");
  EXPECT_EQ(got.result->Find("content"), std::nullopt);
  EXPECT_EQ(got.body, "hello");
  EXPECT_EQ(got.heads, 1);
  EXPECT_TRUE(seen.starts_with("POST /v1/x?y=1 HTTP/1.1\r\n")) << seen;
  EXPECT_THAT(seen, ::testing::HasSubstr("\r\nAuthorization: Bearer sk-secret\r\n"));
  EXPECT_THAT(seen, ::testing::HasSubstr("\r\nX-Empty:\r\n"));
  EXPECT_THAT(seen, ::testing::Not(::testing::HasSubstr("Expect")));
  EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"a\":1}")) << seen;
  EXPECT_EQ(client->CurrentActivity().transfers, 0u);
}

TEST_F(HttpClientTest, UsesAConnectionAgain) {
  LoopbackServer server([](Peer& peer) { ServeAll(peer, Response("x")); });
  const auto client = MakeHttpClient();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Send(*client, server.url()).body, "x");
  EXPECT_EQ(server.accepted(), 1u);
  EXPECT_EQ(client->CurrentActivity().connections, 1u);
}

TEST_F(HttpClientTest, OpensANewOneWhereTheServerClosedTheKeptOne) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Write(Response("x"));
  });
  const auto client = MakeHttpClient();
  for (int i = 0; i < 20; ++i) {
    auto got = Send(*client, server.url());
    // The server's end may come in just when the request goes out.
    if (got.result.has_error() && got.result.error().details().contains("stale"))
      got = Send(*client, server.url());
    EXPECT_TRUE(got.result.has_value()) << got.result.error().public_message();
    EXPECT_EQ(got.body, "x");
  }
}

TEST_F(HttpClientTest, NeverSendsTwiceByItself) {
  for (const bool with_reset : {false, true}) {
    std::atomic<int> requests{0};
    LoopbackServer server([&](Peer& peer) {
      if (peer.ReadRequest().empty()) return;
      ++requests;
      peer.Write(Response("x"));
      if (!peer.ReadRequest().empty()) ++requests;  // The second one is read and not answered.
      if (with_reset) peer.Reset();
    });
    const auto client = MakeHttpClient();
    EXPECT_EQ(Send(*client, server.url()).body, "x");
    const auto got = Send(*client, server.url());
    ASSERT_TRUE(got.result.has_error()) << with_reset;
    const auto& error = got.result.error();
    EXPECT_EQ(error.code(), ErrorCode::unavailable) << with_reset;
    ASSERT_TRUE(error.details().contains("stale")) << with_reset << error.public_message();
    EXPECT_EQ(error.details().at("stale"), true) << with_reset;
    EXPECT_EQ(requests, 2) << with_reset;
  }
}

TEST_F(HttpClientTest, KeepsTheConnectionWhenTheReaderStopsAtTheVeryEnd) {
  LoopbackServer server([](Peer& peer) {
    ServeAll(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nend\r\n0\r\n\r\n");
  });
  const auto client = MakeHttpClient();
  HttpReader reader;
  reader.on_body = [](std::string_view) { return false; };
  for (int i = 0; i < 10; ++i) {
    HttpRequest request;
    request.url = server.url();
    const auto head = client->Send(request, {}, reader, base::Deadline::Never(), {});
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->status, 200);
  }
  EXPECT_EQ(server.accepted(), 1u);
}

TEST_F(HttpClientTest, SkipsInterimHeadsAndTrailers) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Write(
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
        "chunked\r\nX-A: 1\r\n\r\n2\r\nab\r\n0\r\nX-Late: 2\r\n\r\n");
  });
  const auto client = MakeHttpClient();
  const auto got = Send(*client, server.url());
  ASSERT_TRUE(got.result.has_value());
  EXPECT_EQ(got.heads, 1);
  EXPECT_EQ(got.result->Find("x-a"), "1");
  EXPECT_EQ(got.result->Find("link"), std::nullopt);
  EXPECT_EQ(got.result->Find("x-late"), std::nullopt);
  EXPECT_EQ(got.body, "ab");
}

TEST_F(HttpClientTest, DoesNotFollowARedirect) {
  LoopbackServer server([](Peer& peer) {
    ServeAll(peer, "HTTP/1.1 307 Go\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
  });
  const auto client = MakeHttpClient();
  const auto got = Send(*client, server.url());
  ASSERT_TRUE(got.result.has_value());
  EXPECT_EQ(got.result->status, 307);
  EXPECT_EQ(got.heads, 1);
}

struct Failure {
  std::string name;
  std::function<void(Peer&)> serve;
  ErrorCode code;
  std::string message;  ///< Within the public text.
  std::string body;     ///< Heard before.
};

TEST_F(HttpClientTest, SaysHowATransferFailed) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
  const std::vector<Failure> cases = {
      {"cut before the request is read", [](Peer&) {}, ErrorCode::unavailable, "was cut", ""},
      {"cut before the head", [](Peer& p) { p.ReadRequest(); }, ErrorCode::unavailable, "was cut",
       ""},
      {"cut inside the head",
       [](Peer& p) {
         p.ReadRequest();
         p.Write("HTTP/1.1 200 OK\r\nContent-");
       },
       ErrorCode::unavailable, "was cut", ""},
      {"cut inside the body",
       [&](Peer& p) {
         p.ReadRequest();
         p.Write(head + "abc");
       },
       ErrorCode::unavailable, "was cut", "abc"},
      {"cut inside a chunk",
       [](Peer& p) {
         p.ReadRequest();
         p.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
       },
       ErrorCode::unavailable, "was cut", "abc"},
      {"not HTTP",
       [](Peer& p) {
         p.ReadRequest();
         p.Write("220 mail.example.org ESMTP\r\n");
       },
       ErrorCode::unavailable, "does not answer in HTTP", ""},
      {"stall before the head",
       [](Peer& p) {
         p.ReadRequest();
         p.WaitForClose();
       },
       ErrorCode::timed_out, "said nothing for 0.15 s", ""},
      {"stall inside the body",
       [&](Peer& p) {
         p.ReadRequest();
         p.Write(head + "abc");
         p.WaitForClose();
       },
       ErrorCode::timed_out, "said nothing for 0.15 s", "abc"},
      {"more than allowed",
       [](Peer& p) {
         p.ReadRequest();
         p.Write(Response(std::string(5000, 'x')));
       },
       ErrorCode::too_large, "more than 1000 B", ""},
      {"endless header",
       [](Peer& p) {
         p.ReadRequest();
         p.Write("HTTP/1.1 200 OK\r\n");
         while (p.Write("X-A: " + std::string(8000, 'a') + "\r\n")) {}
       },
       ErrorCode::unavailable, "was cut", ""},
  };
  for (const auto& [name, serve, code, message, body] : cases) {
    LoopbackServer server(serve);
    const auto client = MakeHttpClient();
    HttpLimits limits;
    limits.silence = milliseconds(150);
    limits.max_body = base::ByteSize(1000);
    const auto got = Send(*client, server.url() + "/?key=sk-secret", limits);
    ASSERT_TRUE(got.result.has_error()) << name;
    const auto& error = got.result.error();
    EXPECT_EQ(error.code(), code) << name << ": " << error.public_message();
    EXPECT_THAT(error.public_message(), ::testing::HasSubstr(message)) << name;
    EXPECT_THAT(error.public_message(),
                ::testing::HasSubstr("127.0.0.1:" + std::to_string(server.port())))
        << name;
    EXPECT_EQ(error.public_message().find("sk-secret"), std::string::npos) << name;
    EXPECT_EQ(error.internal_detail().text.find("sk-secret"), std::string::npos) << name;
    EXPECT_EQ(got.body, body) << name;
    EXPECT_EQ(client->CurrentActivity().transfers, 0u) << name;
  }
}

TEST_F(HttpClientTest, SaysThatNobodyAnswers) {
  int port = 0;
  {
    LoopbackServer server([](Peer&) {});
    port = server.port();
  }
  const auto client = MakeHttpClient();
  const auto got = Send(*client, "http://127.0.0.1:" + std::to_string(port));
  ASSERT_TRUE(got.result.has_error());
  EXPECT_EQ(got.result.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(got.result.error().public_message(),
            "nothing answers at 127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(got.result.error().details().at("phase"), "connect");
}

TEST_F(HttpClientTest, RefusesWhatIsNoAddressOrNoHeader) {
  const auto client = MakeHttpClient();
  for (const char* url : {"", "not a url", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://",
                          "gopher://127.0.0.1/", "http://a b/"}) {
    const auto got = Send(*client, url);
    ASSERT_TRUE(got.result.has_error()) << url;
    EXPECT_EQ(got.result.error().code(), ErrorCode::invalid_argument) << url;
  }
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"Authorization", "Bearer sk-secret\n"}, {"A\r\nB", "x"}, {"", "x"}, {"A", "x\r\nB: y"}};
  for (const auto& header : headers) {
    HttpRequest request;
    request.url = "http://127.0.0.1:1/";
    request.headers = {header};
    const auto result = client->Send(request, {}, {}, base::Deadline::Never(), {});
    ASSERT_TRUE(result.has_error()) << header.second;
    EXPECT_EQ(result.error().code(), ErrorCode::invalid_argument) << header.second;
    EXPECT_EQ(result.error().public_message().find("sk-secret"), std::string::npos);
  }
}

TEST_F(HttpClientTest, EndsAtTheDeadlineAndAtOnceAfterIt) {
  LoopbackServer server([](Peer& peer) { peer.WaitForClose(); });
  const auto client = MakeHttpClient();
  for (const auto left : {milliseconds(100), milliseconds(0)}) {
    const auto start = std::chrono::steady_clock::now();
    const auto got = Send(*client, server.url(), {}, base::Deadline::After(left));
    const auto took = std::chrono::steady_clock::now() - start;
    ASSERT_TRUE(got.result.has_error());
    EXPECT_EQ(got.result.error().code(), ErrorCode::timed_out);
    EXPECT_GE(took, left);
    EXPECT_LT(took, left + milliseconds(500));
  }
}

TEST_F(HttpClientTest, CancelsWithin50MillisecondsWhereverItIs) {
  const std::vector<std::pair<std::string, std::string>> stages = {
      {"before the head", ""},
      {"after the head", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"},
      {"inside the body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"}};
  for (const auto& [name, sent] : stages) {
    std::latch stalled(1);
    LoopbackServer server([&, text = sent](Peer& peer) {
      peer.ReadRequest();
      peer.Write(text);
      stalled.count_down();
      peer.WaitForClose();
    });
    const auto client = MakeHttpClient();
    const base::CancelToken cancel;
    std::chrono::steady_clock::time_point cancelled;
    std::thread canceller([&] {
      stalled.wait();
      cancelled = std::chrono::steady_clock::now();
      cancel.Cancel();
    });
    const auto got = Send(*client, server.url(), {}, base::Deadline::Never(), cancel);
    const auto ended = std::chrono::steady_clock::now();
    canceller.join();
    ASSERT_TRUE(got.result.has_error()) << name;
    EXPECT_EQ(got.result.error().code(), ErrorCode::cancelled) << name;
    // 50 ms, and as much again for a busy machine.
    EXPECT_LT(ended - cancelled, milliseconds(100)) << name;
  }
}

TEST_F(HttpClientTest, EndsWhenTheReaderHasEnough) {
  for (const bool at_head : {true, false}) {
    LoopbackServer server([](Peer& peer) {
      peer.ReadRequest();
      peer.Write("HTTP/1.1 200 OK\r\n\r\n");
      while (peer.Write(std::string(1000, 'x'))) {}
    });
    const auto client = MakeHttpClient();
    HttpReader reader;
    reader.on_head = [&](const HttpHead&) { return !at_head; };
    reader.on_body = [&](std::string_view) {
      EXPECT_FALSE(at_head);
      return false;
    };
    HttpRequest request;
    request.url = server.url();
    const auto head = client->Send(request, {}, reader, base::Deadline::Never(), {});
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->status, 200);
    EXPECT_EQ(client->CurrentActivity().transfers, 0u);
  }
}

TEST_F(HttpClientTest, LetsAnExceptionOfTheReaderThrough) {
  LoopbackServer server([](Peer& peer) { ServeAll(peer, Response("x")); });
  const auto client = MakeHttpClient();
  HttpReader reader;
  reader.on_body = [](std::string_view) -> bool { throw std::runtime_error("no"); };
  HttpRequest request;
  request.url = server.url();
  EXPECT_THROW((void)client->Send(request, {}, reader, base::Deadline::Never(), {}),
               std::runtime_error);
  EXPECT_EQ(client->CurrentActivity().transfers, 0u);
}

TEST_F(HttpClientTest, ASlowReaderSlowsItsOwnTransferDownAndNoOther) {
  constexpr std::size_t kSize = 20'000'000;
  std::atomic<std::size_t> written{0};
  LoopbackServer server([&](Peer& peer) {
    while (true) {
      const std::string request = peer.ReadRequest();
      if (request.empty()) return;
      if (request.find("/large") != std::string::npos) break;
      peer.Write(Response("small"));
    }
    peer.Write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    const std::string block(10'000, 'x');
    while (written < kSize && peer.Write(block)) written += block.size();
  });
  const auto client = MakeHttpClient();
  std::size_t read = 0;
  std::size_t others = 0;
  HttpReader reader;
  reader.on_body = [&](std::string_view piece) {
    read += piece.size();
    // The first piece is not taken until ten others have come and gone.
    for (; others < 10; ++others) EXPECT_EQ(Send(*client, server.url()).body, "small");
    return true;
  };
  HttpRequest request;
  request.url = server.url() + "/large";
  HttpLimits limits;
  limits.silence = milliseconds(5000);
  const auto head = client->Send(request, limits, reader, base::Deadline::Never(), {});
  ASSERT_TRUE(head.has_value()) << head.error().public_message();
  EXPECT_EQ(read, kSize);
  EXPECT_EQ(others, 10u);
}

TEST_F(HttpClientTest, DoesNotTakeAReadersPauseForTheServersSilence) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Write(Response(std::string(3'000'000, 'x')));
  });
  const auto client = MakeHttpClient();
  HttpLimits limits;
  limits.silence = milliseconds(500);
  std::size_t read = 0;
  HttpReader reader;
  reader.on_body = [&](std::string_view piece) {
    // Longer than the silence, while the queue is full and the server could go on.
    if (read == 0) {
      const auto end = base::Deadline::After(milliseconds(750));
      while (!end.Expired()) std::this_thread::yield();
    }
    read += piece.size();
    return true;
  };
  HttpRequest request;
  request.url = server.url();
  const auto head = client->Send(request, limits, reader, base::Deadline::Never(), {});
  ASSERT_TRUE(head.has_value()) << head.error().public_message();
  EXPECT_EQ(read, 3'000'000u);
}

TEST_F(HttpClientTest, Carries500TransfersAtOnce) {
  constexpr int kCount = 500;
  std::latch all_there(kCount);
  LoopbackServer server([&](Peer& peer) {
    const std::string request = peer.ReadRequest();
    peer.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    all_there.arrive_and_wait();  // Nobody gets its end before everybody is here.
    peer.Write("3\r\ntwo\r\n0\r\n\r\n");
  });
  const auto client = MakeHttpClient();
  std::atomic<int> whole{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < kCount; ++i)
    callers.emplace_back([&] {
      if (Send(*client, server.url()).body == "onetwo") ++whole;
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(whole, kCount);
  EXPECT_EQ(client->CurrentActivity().transfers, 0u);
  EXPECT_EQ(client->CurrentActivity().connections, static_cast<std::size_t>(kCount));
}

/// What many callers heard, each on a thread of its own.
class Callers {
 public:
  explicit Callers(HttpClient& client) : client_(client) {}
  ~Callers() { Join(); }

  /// `hold` is called for each piece of a body.
  void Add(int count, const std::string& url, std::size_t body = 7,
           const std::function<void()>& hold = {}) {
    for (int i = 0; i < count; ++i) {
      Call& call = calls_.emplace_back();
      call.url = url;
      threads_.emplace_back([this, &call, body, hold] {
        HttpReader reader;
        reader.on_body = [&](std::string_view piece) {
          call.got.body += piece;
          if (hold) hold();
          return true;
        };
        HttpRequest request;
        request.url = call.url;
        request.body = std::string(body, 'q');
        HttpLimits limits;
        limits.silence = milliseconds(10'000);  // Long: whoever runs into it has failed.
        call.got.result = client_.Send(request, limits, reader, base::Deadline::Never(), {});
        call.ended = std::chrono::steady_clock::now();
      });
    }
  }
  void Join() {
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  struct Call {
    std::string url;
    Got got;
    std::chrono::steady_clock::time_point ended;
  };
  const std::list<Call>& calls() const { return calls_; }

 private:
  HttpClient& client_;
  std::list<Call> calls_;
  std::vector<std::thread> threads_;
};

TEST_F(HttpClientTest, EveryTransferEndsWhenTheServerDiesWhereverItIs) {
  constexpr int kEach = 64;
  constexpr int kHeavy = 8;  // Of those that move much.
  constexpr std::size_t kMuch = 4'000'000;
  const std::string begun =
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(2 * kMuch) + "\r\n\r\nabc";
  std::atomic<int> in_place{0};
  const auto wait_for = [](const auto& enough) {
    while (!enough()) std::this_thread::yield();
  };
  std::latch all_kept(2 * kEach);
  std::latch dead(1);
  std::atomic<int> received{0};
  LoopbackServer server([&](Peer& peer) {
    for (auto request = peer.ReadRequest(); !request.empty(); request = peer.ReadRequest()) {
      ++received;
      if (request.starts_with("POST /answered")) {
        all_kept.arrive_and_wait();  // So that each has a connection of its own.
        if (!peer.Write(Response("x"))) return;
        continue;
      }
      const bool much = request.starts_with("POST /much");
      if (request.starts_with("POST /body") || much) peer.Write(begun);
      ++in_place;
      if (much) peer.Write(std::string(kMuch, 'x'));
      peer.WaitForClose();
    }
  });
  LoopbackServer deaf([](Peer&) {});
  deaf.StopAccepting();

  const auto client = MakeHttpClient();
  Callers callers(*client);
  callers.Add(kEach, server.url() + "/head");
  callers.Add(kEach, server.url() + "/body");
  callers.Add(kHeavy, server.url() + "/much", 7, [&] { dead.wait(); });
  wait_for([&] { return in_place == 2 * kEach + kHeavy; });
  {
    Callers answered(*client);
    answered.Add(2 * kEach, server.url() + "/answered");
    answered.Join();
    for (const auto& call : answered.calls()) EXPECT_EQ(call.got.body, "x");
  }
  callers.Add(kEach, server.url() + "/head/on/a/kept/connection");
  callers.Add(kEach, deaf.url() + "/queued");
  callers.Add(kHeavy, deaf.url() + "/queued/and/sending", kMuch);
  wait_for([&] { return in_place == 3 * kEach + kHeavy; });
  wait_for([&] { return deaf.waiting() == kEach + kHeavy; });
  EXPECT_EQ(server.accepted(), 4u * kEach + kHeavy);  // Half of the answered ones are idle now.

  const auto death = std::chrono::steady_clock::now();
  server.Die();
  deaf.Die();
  dead.count_down();
  callers.Add(kEach, server.url() + "/afterwards");
  callers.Join();
  EXPECT_EQ(callers.calls().size(), 5u * kEach + 2u * kHeavy);
  for (const auto& [url, got, ended] : callers.calls()) {
    ASSERT_TRUE(got.result.has_error()) << url;
    const auto& error = got.result.error();
    EXPECT_EQ(error.code(), ErrorCode::unavailable) << url << ": " << error.public_message();
    EXPECT_LT(ended - death, milliseconds(2000)) << url << ": " << error.public_message();
    const std::size_t heard = url.ends_with("/body") || url.ends_with("/much") ? 3 : 0;
    EXPECT_EQ(got.body.substr(0, 3), std::string("abc").substr(0, heard)) << url;
  }
  EXPECT_EQ(received, 5 * kEach + kHeavy);  // Each once.
  EXPECT_EQ(client->CurrentActivity().transfers, 0u);
}

TEST_F(HttpClientTest, CancelsManyAtOnce) {
  constexpr int kCount = 100;
  std::latch all_there(kCount);
  LoopbackServer server([&](Peer& peer) {
    peer.ReadRequest();
    all_there.count_down();
    peer.WaitForClose();
  });
  const auto client = MakeHttpClient();
  const base::CancelToken cancel;
  std::atomic<int> cancelled{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < kCount; ++i)
    callers.emplace_back([&] {
      const auto got = Send(*client, server.url(), {}, base::Deadline::Never(), cancel);
      if (got.result.has_error() && got.result.error().code() == ErrorCode::cancelled) ++cancelled;
    });
  all_there.wait();
  cancel.Cancel();
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(cancelled, kCount);
  EXPECT_EQ(client->CurrentActivity().transfers, 0u);
}

TEST(WithoutSecrets, KeepsSchemeHostPortAndPath) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"https://api.example.org/v1/chat", "https://api.example.org/v1/chat"},
      {"http://127.0.0.1:8080/v1/messages?key=s#f", "http://127.0.0.1:8080/v1/messages"},
      {"https://user:pass@host:81/x?alt=sse", "https://host:81/x"},
      {"https://token@host/", "https://host/"},
      {"http://[::1]:11434/v1", "http://[::1]:11434/v1"},
      {"sk-secret key", "(not a URL)"},
      {"", "(not a URL)"},
  };
  for (const auto& [url, shown] : cases) EXPECT_EQ(WithoutSecrets(url), shown) << url;
}

}  // namespace
}  // namespace tabletalk::net
