// Many connections: who is let in, who is closed, and what of files that nobody takes.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "http/testing/server_fixture.h"

namespace tabletalk::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::Get;
using testing::Post;
using testing::RawClient;
using testing::Sql;

class ServerConnectionsTest : public testing::ServerTest {
 protected:
  /// From one of `addresses` loopback addresses.
  RawClient From(int address, int addresses = 200) {
    return RawClient(server_->port(), "127.0.0." + std::to_string(address % addresses + 1));
  }
  /// Idle connections, and some that begin a request and go no further.
  std::vector<RawClient> Flood(int idle, int slow, int addresses) {
    std::vector<RawClient> clients;
    for (int i = 0; i < idle + slow; ++i) {
      clients.push_back(From(i, addresses));
      if (i >= idle) clients.back().Send("POST /runs HTTP/1.1\r\nHost: local");
    }
    return clients;
  }
  void ExpectAnswersAtOnce(const std::string& what) {
    for (const std::string& request : {Get("/healthz"), Post("/runs", Sql("SELECT 1"))}) {
      const auto began = steady_clock::now();
      EXPECT_EQ(Once(request).status, 200) << what;
      EXPECT_LT(steady_clock::now() - began, milliseconds(1000)) << what;
    }
  }
};

TEST_F(ServerConnectionsTest, WhoOnlyWaitsKeepsNobodyOut) {
  options_.connections = {80, 60, 60};
  Start();
  for (const int addresses : {1, 3, 200}) {
    const auto clients = Flood(300, 30, addresses);
    ExpectAnswersAtOnce(std::to_string(addresses) + " addresses");
  }
}

TEST_F(ServerConnectionsTest, ThousandsThatWaitCostNoTime) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  options_.connections = LimitsFor(files.rlim_cur);
  Start();
  // 5,500, as far as both ends of each have a descriptor.
  const auto tenth = static_cast<int>(std::min<rlim_t>(500, files.rlim_cur / 25));
  const auto clients = Flood(10 * tenth, tenth, 200);
  ExpectAnswersAtOnce(std::to_string(clients.size()) + " connections");
}

TEST_F(ServerConnectionsTest, IdleOnesGoAndThoseThatAreAnsweredStay) {
  options_.connections = {12, 6, 12};
  Start();
  services_->Hold();
  std::vector<RawClient> working;
  for (int i = 0; i < 4; ++i) {
    working.push_back(Client());
    working.back().Send(Post("/runs", Sql("x")));
  }
  ASSERT_TRUE(services_->AwaitStarted(4));
  std::vector<RawClient> idle = Flood(20, 0, 1);
  for (std::size_t i = 0; i < 14; ++i) EXPECT_TRUE(idle[i].ReadEnd()) << i;
  services_->Release();
  for (RawClient& client : working) EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ServerConnectionsTest, OneAddressCannotHaveAllPlaces) {
  options_.connections = {8, 8, 4};
  Start();
  services_->Hold();
  std::vector<RawClient> greedy;
  for (int i = 0; i < 4; ++i) {
    greedy.push_back(From(1));
    greedy.back().Send(Post("/runs", Sql("x")));
  }
  ASSERT_TRUE(services_->AwaitStarted(4));
  RawClient fifth = From(1);
  const auto refused = fifth.Read();
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.Error().find("too many connections from this address"), std::string::npos);
  RawClient other = From(2);
  other.Send(Get("/healthz"));
  EXPECT_EQ(other.Read().status, 200);
  services_->Release();
  for (RawClient& client : greedy) EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ServerConnectionsTest, WhoFindsAllPlacesTakenGetsTheNext) {
  options_.connections = {2, 2, 2};
  Start();
  services_->Hold();
  std::vector<RawClient> working;
  for (int i = 0; i < 2; ++i) {
    working.push_back(From(i));
    working.back().Send(Post("/runs", Sql("x"), "Connection: close\r\n"));
  }
  ASSERT_TRUE(services_->AwaitStarted(2));
  RawClient third = From(2);
  third.Send(Get("/healthz"));
  services_->Release();
  for (RawClient& client : working) {
    EXPECT_EQ(client.Read().status, 200);
    client.Close();
  }
  EXPECT_EQ(third.Read().status, 200);
}

TEST_F(ServerConnectionsTest, FilesThatNobodyTakesAreBounded) {
  // Each is 1.2 MB. What a socket's buffers hold is sent whether it is read or not, so many are
  // needed until one is stuck.
  options_.max_sending = base::ByteSize::Mebi(3);
  Start();
  std::vector<RawClient> readers;
  for (int i = 0; i < 8; ++i) {
    readers.push_back(RawClient(server_->port(), "127.0.0.1", 4096));
    for (int j = 0; j < 6; ++j) readers.back().Send(Get("/api/data/run_big?format=csv"));
    EXPECT_EQ(readers.back().Read(false).status, 200) << i;
  }
  // At most two of them fit. Which ones are cut off depends on who got how far.
  int cut = 0;
  for (RawClient& reader : readers)
    if (cut < 3 && reader.ReadAll().size() < 7'000'000u) ++cut;
  EXPECT_EQ(cut, 3);
  EXPECT_EQ(Once(Get("/api/data/run_big?format=csv")).body.size(), 1'200'000u);
}

TEST_F(ServerConnectionsTest, AnswersAsTheAddressThatItPrints) {
  std::vector<const char*> hosts{"127.0.0.2", "localhost", "127.0.0.1"};
  // Some hosts have no IPv6, not even for themselves.
  if (std::ifstream("/proc/net/if_inet6").peek() != std::ifstream::traits_type::eof())
    hosts.push_back("::1");
  for (const char* host : hosts) {
    options_.host = host;
    Start();
    const std::string own = server_->url().substr(7);
    RawClient client(server_->port(), "", 0, host);
    client.Send("GET /healthz HTTP/1.1\r\nHost: " + own + "\r\n\r\n");
    EXPECT_EQ(client.Read().status, 200) << own;
    client.Send("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    EXPECT_EQ(client.Read().status, 403) << own;
    client.Send("GET /healthz HTTP/1.1\r\nHost:\r\n\r\n");
    EXPECT_EQ(client.Read().status, 400) << own;
    Finish();
  }
}

}  // namespace
}  // namespace tabletalk::http
