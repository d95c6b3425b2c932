// A running Server with the product's routes over a fake, and requests to send to it.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "http/routes/routes.h"
#include "http/server.h"
#include "http/testing/fake_services.h"
#include "http/testing/raw_client.h"

namespace tabletalk::http::testing {

inline std::string Get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "\r\n";
}

inline std::string Post(std::string_view path, std::string_view body, std::string_view more = "") {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

inline std::string Delete(std::string_view path) {
  return "DELETE " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

/// A body of POST /runs.
inline std::string Sql(std::string_view sql) {
  return R"({"dataset_id":"a","sql":")" + std::string(sql) + "\"}";
}

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    base::ConfigureLog(base::LogLevel::off, base::LogFormat::text);
    options_.port = 0;
    options_.dispatcher.worker_threads = 4;
  }
  void TearDown() override { Finish(); }

  void Start() {
    const auto clock = std::make_shared<base::SystemClock>();
    const auto status = std::make_shared<StatusService>(
        BuildFacts{"1.2.3", "c0ffee", {{"duckdb", "1.4"}}},
        [services = services_] { return services->Readiness(); }, clock);
    auto routes = RoutesOf({services_, services_, services_, std::make_shared<FakeDatasets>(), {}},
                           status, "");
    for (Route& route : more_routes_) routes.push_back(std::move(route));
    options_.on_drain = [status] { status->Drain(); };
    server_.emplace(options_, std::move(routes), clock);
    const auto listening = server_->Listen();
    ASSERT_TRUE(listening.has_value()) << listening.error().public_message();
    running_ = std::async(std::launch::async, [this] { server_->Run(); });
  }
  void Finish() {
    if (!running_.valid()) return;
    services_->Release();
    server_->Stop();
    ASSERT_EQ(running_.wait_for(std::chrono::seconds(20)), std::future_status::ready);
    running_.get();
  }
  bool Running() { return running_.wait_for(std::chrono::seconds(0)) != std::future_status::ready; }
  RawClient Client() { return RawClient(server_->port()); }
  RawResponse Once(std::string_view bytes) {
    RawClient client = Client();
    client.Send(bytes);
    return client.Read();
  }

  ServerOptions options_;
  std::vector<Route> more_routes_;  ///< Beside those of the product.
  std::shared_ptr<FakeServices> services_ = std::make_shared<FakeServices>();
  std::optional<Server> server_;
  std::future<void> running_;
};

}  // namespace tabletalk::http::testing
