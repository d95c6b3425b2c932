// Bodies that go to a sink, over real sockets and a route of the test's own.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "http/routes/typed_route.h"
#include "http/testing/server_fixture.h"

namespace tabletalk::http {
namespace {

using std::chrono::milliseconds;
using testing::Get;
using testing::RawClient;

struct PutRequest {
  std::string name;
  std::int64_t mark = 0;
  static constexpr std::string_view kOptional[] = {"mark"};
};
BOOST_DESCRIBE_STRUCT(PutRequest, (), (name, mark))

struct PutReply {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint64_t sum = 0;
};
BOOST_DESCRIBE_STRUCT(PutReply, (), (name, bytes, sum))

/// What happened to all sinks; a test waits for it.
class Ledger {
 public:
  void Count(int Ledger::*what) {
    const std::lock_guard lock(mutex_);
    ++(this->*what);
    changed_.notify_all();
  }
  bool Await(int Ledger::*what, int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10),
                             [&] { return this->*what >= count; });
  }
  int opened = 0;
  int written = 0;
  int forgotten = 0;
  std::size_t largest = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

class CountingSink final : public BodySink {
 public:
  explicit CountingSink(std::shared_ptr<Ledger> ledger) : ledger_(std::move(ledger)) {
    ledger_->Count(&Ledger::opened);
  }
  ~CountingSink() override {
    if (!kept) ledger_->Count(&Ledger::forgotten);
  }
  base::Result<void> Write(std::string_view piece) override {
    for (const char c : piece) sum += static_cast<unsigned char>(c);
    bytes += piece.size();
    ledger_->largest = std::max(ledger_->largest, piece.size());
    ledger_->Count(&Ledger::written);
    if (piece.find("poison") != piece.npos)
      return base::MakeError(base::ErrorCode::rejected, "that is no table");
    return {};
  }
  std::uint64_t bytes = 0;
  std::uint64_t sum = 0;
  bool kept = false;

 private:
  const std::shared_ptr<Ledger> ledger_;
};

class Shelf {
 public:
  base::Result<std::shared_ptr<CountingSink>> Open(const PutRequest& put, const runs::Request&) {
    if (put.name == "full") return base::MakeError(base::ErrorCode::conflict, "no room");
    return std::make_shared<CountingSink>(ledger);
  }
  base::Result<PutReply> Keep(CountingSink& sink, const PutRequest& put, const runs::Request&) {
    sink.kept = true;
    return PutReply{put.name, sink.bytes, sink.sum + static_cast<std::uint64_t>(put.mark)};
  }
  std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>();
};

class ServerUploadTest : public testing::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    more_routes_.push_back(UploadRow("PUT", "/shelf/{name…}", shelf_, &Shelf::Open, &Shelf::Keep,
                                     {.lane = Lane::work,
                                      .scope = Scope::run,
                                      .max_body = base::ByteSize::Mebi(8)}));
  }
  static std::string Head(std::string_view path, std::string_view more) {
    return "PUT " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
           "\r\n";
  }
  static std::string Length(std::size_t bytes) {
    return "Content-Length: " + std::to_string(bytes) + "\r\n";
  }
  Ledger& ledger() { return *shelf_->ledger; }

  std::shared_ptr<Shelf> shelf_ = std::make_shared<Shelf>();
};

TEST_F(ServerUploadTest, WhatComesGoesToTheSink) {
  Start();
  RawClient client = Client();
  for (const std::size_t size : {0ul, 1ul, 65'535ul, 65'536ul, 65'537ul, 5'000'000ul}) {
    client.Send(Head("/shelf/a/b.csv?mark=3", Length(size)));
    client.Send(std::string(size, '\x02'));
    const auto response = client.Read();
    EXPECT_EQ(response.status, 200) << size << response.body;
    EXPECT_EQ(response.body, R"({"name":"a/b.csv","bytes":)" + std::to_string(size) + R"(,"sum":)" +
                                 std::to_string(size * 2 + 3) + "}");
  }
  EXPECT_LE(ledger().largest, 65'536u) << "never more than a piece is held";
  client.Send(Head("/shelf/x", "Transfer-Encoding: chunked\r\n"));
  for (int i = 0; i < 100; ++i) client.Send("3e8\r\n" + std::string(1000, '\x01') + "\r\n");
  client.Send("0\r\n\r\n" + Get("/healthz"));
  EXPECT_EQ(client.Read().body, R"({"name":"x","bytes":100000,"sum":100000})");
  EXPECT_EQ(client.Read().status, 200) << "the next request is behind it";
  EXPECT_EQ(ledger().forgotten, 0);
}

TEST_F(ServerUploadTest, SaysWhatItDoesNotTake) {
  options_.body_timeout = milliseconds(300);
  Start();
  const std::string much(8'500'000, 'x');
  std::string chunks;
  for (int i = 0; i < 140; ++i) chunks += "10000\r\n" + std::string(65'536, 'x') + "\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  struct Case {
    const char* what;
    std::string request;
    int status;
    const char* says;
    int forgotten;
  };
  const Case cases[] = {
      {"no room", Head("/shelf/full", Length(3)) + "abc", 409, "no room", 0},
      {"announced too much", Head("/shelf/a", Length(much.size())), 413, "at most 8.0 MiB", 0},
      {"was too much", Head("/shelf/a", chunked) + chunks, 413, "at most 8.0 MiB", 1},
      {"refused in the middle", Head("/shelf/a", Length(9)) + "a poison!", 422, "no table", 1},
      {"stalls", Head("/shelf/a", Length(9)) + "abc", 408, "in time", 1},
      {"broken chunks", Head("/shelf/a", chunked) + "zz\r\n", 400, "not a well-formed", 1},
      {"mistyped", Head("/shelf/a?mark=x", Length(1)) + "a", 400, "mark must be", 0},
      {"a tail that climbs", Head("/shelf/a/../b", Length(1)) + "a", 404, "no route", 0},
      {"another method", Get("/shelf/a"), 405, "it takes PUT", 0},
  };
  for (const Case& one : cases) {
    const int forgotten = ledger().forgotten;
    const auto response = Once(one.request);
    EXPECT_EQ(response.status, one.status) << one.what << response.body;
    EXPECT_NE(response.Error().find(one.says), std::string::npos) << one.what << response.body;
    EXPECT_TRUE(ledger().Await(&Ledger::forgotten, forgotten + one.forgotten)) << one.what;
  }
}

TEST_F(ServerUploadTest, AClientThatLeavesInTheMiddleLeavesNothing) {
  Start();
  RawClient client = Client();
  client.Send(Head("/shelf/a", Length(1'000'000)) + std::string(300'000, 'x'));
  ASSERT_TRUE(ledger().Await(&Ledger::written, 3));
  client.Close();
  EXPECT_TRUE(ledger().Await(&Ledger::forgotten, 1));
  EXPECT_EQ(services_->started(), 0);
  EXPECT_EQ(Once(Head("/shelf/b", Length(1)) + "x").status, 200);
}

TEST_F(ServerUploadTest, ContinuesOnlyWhereThereIsASink) {
  Start();
  RawClient good = Client();
  good.Send(Head("/shelf/a", Length(2) + "Expect: 100-continue\r\n"));
  EXPECT_EQ(good.Read(false).status, 100);
  good.Send("ab");
  EXPECT_EQ(good.Read().status, 200);
  EXPECT_EQ(Once(Head("/shelf/full", Length(2) + "Expect: 100-continue\r\n")).status, 409);
}

TEST_F(ServerUploadTest, OnlySoManyAtATime) {
  options_.max_uploads = 2;
  Start();
  std::vector<RawClient> slow;
  for (int i = 1; i <= 2; ++i) {
    slow.push_back(Client());
    slow.back().Send(Head("/shelf/a", Length(2)));
    ASSERT_TRUE(ledger().Await(&Ledger::opened, i));
  }
  EXPECT_EQ(Once(Head("/shelf/b", Length(1)) + "x").status, 429);
  for (RawClient& client : slow) {
    client.Send("ab");
    EXPECT_EQ(client.Read().status, 200);
  }
  EXPECT_EQ(Once(Head("/shelf/b", Length(1)) + "x").status, 200);
}

TEST_F(ServerUploadTest, AServerThatStopsDoesNotWaitForThem) {
  options_.drain_grace = milliseconds(20);
  Start();
  RawClient client = Client();
  client.Send(Head("/shelf/a", Length(1'000'000)) + std::string(70'000, 'x'));
  ASSERT_TRUE(ledger().Await(&Ledger::written, 1));
  server_->Stop();
  EXPECT_EQ(running_.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_TRUE(ledger().Await(&Ledger::forgotten, 1));
}

}  // namespace
}  // namespace tabletalk::http
