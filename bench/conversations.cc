// 500 conversations at once.
//
// One thread of this program drives all streams with poll(2), so that what is measured is the
// server. The model is the scripted one, in this process, with a delay of its own before the first
// piece of each reply; a conversation is two requests to it: a plan, and the sentence about its
// result. Sandboxed runs are part of what is measured only where an event waits for them, which
// neither of the two that are timed does: the first event of the stream, and the first one that
// depends on the model (its call of a tool), less the model's own delay.
#include "conversations.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <vector>

#include "base/fd.h"
#include "base/json.h"
#include "model/testing/scripted_server.h"
#include "net/event_stream.h"
#include "peer.h"

namespace tabletalk::bench {
namespace {

using Clock = std::chrono::steady_clock;
using model::testing::ScriptedServer;

constexpr int kConversations = 500;
constexpr std::int64_t kModelDelayMs = 300;
constexpr auto kPatience = std::chrono::seconds(120);

/// To be ended, whichever way this program ends.
pid_t g_server = 0;

// All conversations share these: the plan answers a question, the sentence the result.
model::testing::Script ScriptOf() {
  using model::testing::WireReply;
  WireReply plan = WireReply::Call(
      "run_query_plan",
      base::ParseJson(
          R"({"plan": {"from": "orders", "select": [{"agg": "count", "column": "*", "as": "orders"}]}})")
          .value());
  WireReply sentence = WireReply::Text("There are {{r1.rows[0].orders}} orders.");
  plan.first_ms = sentence.first_ms = kModelDelayMs;
  sentence.piece_ms = 5;
  model::testing::Script script;
  script.rules.push_back({{}, 0, sentence});
  script.rules.back().when.tool_result = true;
  script.rules.push_back({{}, 0, plan});
  return script;
}

// One stream as a client sees it.
struct Stream {
  base::UniqueFd socket;
  std::string bytes;  ///< Of the head, and of a chunk that is not whole.
  bool head_done = false;
  net::EventStreamParser parser;
  Clock::time_point asked, first, first_of_model;
  std::vector<std::string> names;
  std::vector<std::string> ids;
  bool ended = false;

  bool Has(std::string_view name) const {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
};

base::UniqueFd Connect(std::uint16_t port) {
  base::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("bench: connect");
    std::exit(1);
  }
  return socket;
}

void Ask(Stream& stream, std::uint16_t port, int number) {
  stream.socket = Connect(port);
  const std::string body = base::ToJsonText(
      base::json::object{{"dataset_id", "ecommerce"},
                         {"message", fmt::format("How many orders are there? Number {}", number)}});
  const std::string request = fmt::format(
      "POST /chat/stream HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: text/event-stream\r\n"
      "Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      port, body.size(), body);
  stream.asked = Clock::now();
  if (::send(stream.socket.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size()))
    std::exit(1);
}

void TakeEvent(Stream& stream, const net::StreamEvent& event) {
  const auto now = Clock::now();
  if (stream.names.empty()) stream.first = now;
  if (event.event == "tool_call" && !stream.Has("tool_call")) stream.first_of_model = now;
  stream.names.push_back(event.event);
  stream.ids.push_back(event.id);
}

// Head, then chunks.
void TakeBytes(Stream& stream, std::string_view bytes) {
  stream.bytes += bytes;
  if (!stream.head_done) {
    const std::size_t end = stream.bytes.find("\r\n\r\n");
    if (end == std::string::npos) return;
    if (!stream.bytes.starts_with("HTTP/1.1 200")) {
      std::fprintf(stderr, "bench: %s\n", stream.bytes.c_str());
      std::exit(1);
    }
    stream.bytes.erase(0, end + 4);
    stream.head_done = true;
  }
  while (true) {
    const std::size_t line = stream.bytes.find("\r\n");
    if (line == std::string::npos) return;
    const std::size_t size = std::strtoull(stream.bytes.c_str(), nullptr, 16);
    if (stream.bytes.size() < line + 2 + size + 2) return;
    stream.parser.Feed(std::string_view(stream.bytes).substr(line + 2, size),
                       [&](const net::StreamEvent& event) { TakeEvent(stream, event); });
    stream.bytes.erase(0, line + 2 + size + 2);
    if (size == 0) stream.ended = true;
  }
}

// Reads whatever is there; how many streams go on.
std::size_t Step(std::vector<Stream>& streams) {
  std::vector<pollfd> watched;
  std::vector<Stream*> of;
  for (Stream& stream : streams)
    if (stream.socket.get() >= 0) {
      watched.push_back({stream.socket.get(), POLLIN, 0});
      of.push_back(&stream);
    }
  if (watched.empty()) return 0;
  ::poll(watched.data(), watched.size(), 20);
  char block[65536];
  for (std::size_t i = 0; i < watched.size(); ++i) {
    if (watched[i].revents == 0) continue;
    const ssize_t size = ::recv(watched[i].fd, block, sizeof block, MSG_DONTWAIT);
    if (size > 0) {
      TakeBytes(*of[i], {block, static_cast<std::size_t>(size)});
    } else {
      of[i]->socket.Reset();
    }
  }
  return watched.size();
}

// "VmRSS", "Threads", ... of a process, in the unit of /proc.
long Status(pid_t process, const std::string& name) {
  std::ifstream file(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name + ":")) return std::atol(line.c_str() + name.size() + 1);
  return 0;
}

[[noreturn]] void Broken(const Stream& stream, const char* what) {
  std::string names;
  for (const std::string& name : stream.names) names += " " + name;
  std::fprintf(stderr, "bench: a stream %s:%s\n", what, names.c_str());
  std::exit(1);
}

// In order, without a gap, `done` at the end and only there.
void CheckStream(const Stream& stream) {
  if (!stream.ended) Broken(stream, "was cut");
  if (stream.names.empty() || stream.names.back() != "done") Broken(stream, "has no done");
  if (std::count(stream.names.begin(), stream.names.end(), "done") != 1)
    Broken(stream, "is done twice");
  // An id is the stream's own, a dot and the number of the event.
  for (std::size_t i = 0; i < stream.ids.size(); ++i)
    if (!stream.ids[i].ends_with("." + std::to_string(i + 1))) Broken(stream, "is out of order");
}

struct Peak {
  long rss_kb = 0;
  long threads = 0;
};

// Asks all at once and reads until every stream has ended; `at_half` once half the time that the
// model takes has gone by.
std::vector<Stream> AskAll(std::uint16_t port, pid_t server, Peak& peak,
                           const std::function<void()>& at_half) {
  std::vector<Stream> streams(kConversations);
  const auto started = Clock::now();
  for (int i = 0; i < kConversations; ++i) Ask(streams[i], port, i);
  bool half = false;
  while (Step(streams) > 0) {
    peak.rss_kb = std::max(peak.rss_kb, Status(server, "VmRSS"));
    peak.threads = std::max(peak.threads, Status(server, "Threads"));
    const auto gone = Clock::now() - started;
    if (!half && at_half && gone > std::chrono::milliseconds(kModelDelayMs * 3 / 2)) {
      half = true;
      at_half();
    }
    if (gone > kPatience) {
      std::fprintf(stderr, "bench: conversations did not end\n");
      std::exit(1);
    }
  }
  for (const Stream& stream : streams) CheckStream(stream);
  return streams;
}

void PrintTimes(const std::vector<Stream>& streams) {
  std::vector<double> first, of_model;
  for (const Stream& stream : streams) {
    first.push_back(std::chrono::duration<double, std::milli>(stream.first - stream.asked).count());
    if (!stream.Has("tool_call")) Broken(stream, "has no call of a tool");
    of_model.push_back(
        std::chrono::duration<double, std::milli>(stream.first_of_model - stream.asked).count() -
        kModelDelayMs);
  }
  fmt::print("conversations: first event              P50 {:6.1f} ms  P99 {:6.1f} ms  (aim 250)\n",
             Quantile(first, 0.5), Quantile(first, 0.99));
  fmt::print("conversations: first of the model's, above its own {} ms\n", kModelDelayMs);
  fmt::print("                                        P50 {:6.1f} ms  P99 {:6.1f} ms\n",
             Quantile(of_model, 0.5), Quantile(of_model, 0.99));
}

std::pair<pid_t, std::uint16_t> StartWithModel(const Environment& environment,
                                               const ScriptedServer& model) {
  ::setenv("LLM_PROVIDER", "openai", 1);
  ::setenv("AI_BASE_URL", model.BaseUrl(model::testing::Wire::openai).c_str(), 1);
  ::setenv("AI_MODEL", "scripted-1", 1);
  ::setenv("MODEL_MAX_RETRIES", "0", 1);
  ::setenv("RATE_LIMITS", "off", 1);
  const auto server = StartServer(environment);
  for (const char* name :
       {"LLM_PROVIDER", "AI_BASE_URL", "AI_MODEL", "MODEL_MAX_RETRIES", "RATE_LIMITS"})
    ::unsetenv(name);
  return server;
}

}  // namespace

void Conversations(Environment& environment) {
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &descriptors);
  ScriptedServer model(ScriptOf());
  const auto [server, port] = StartWithModel(environment, model);
  g_server = server;
  std::atexit([] {
    if (g_server > 0) ::kill(g_server, SIGTERM);
  });
  {
    // The dataset is read, and what is warmed is warm.
    std::vector<Stream> one(1);
    Ask(one[0], port, 0);
    while (Step(one) > 0) continue;
    CheckStream(one[0]);
  }
  const long before = Status(server, "VmRSS");
  Peak peak;
  const auto started = Clock::now();
  PrintTimes(AskAll(port, server, peak, {}));
  fmt::print("conversations: {} complete and in order in {:.1f} s\n", kConversations,
             Milliseconds(started) / 1000);
  fmt::print("conversations: {:.0f} KB of memory each, {} threads\n",
             static_cast<double>(peak.rss_kb - before) / kConversations, peak.threads);

  Peak ignored;
  const auto streams = AskAll(port, server, ignored, [&] { model.Stop(); });
  std::size_t errors = 0;
  for (const Stream& stream : streams) {
    if (!stream.Has("error")) continue;
    ++errors;
    if (stream.names[stream.names.size() - 2] != "error") Broken(stream, "goes on after an error");
  }
  fmt::print(
      "conversations: model killed in the middle: {} of {} ended with error and done, all "
      "with done\n",
      errors, kConversations);
  if (errors == 0) std::exit(1);
  ::kill(server, SIGTERM);
  ::waitpid(server, nullptr, 0);
  g_server = 0;
}

}  // namespace tabletalk::bench
