#include "warm.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "install.h"
#include "peer.h"
#include "sandbox/local_sandbox.h"

namespace tabletalk::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

/// Long enough for the spares to be made again.
constexpr milliseconds kRefill{120};

std::shared_ptr<sandbox::Sandbox> StartWarm(std::size_t spares) {
  sandbox::LocalOptions options;
  options.runner = app::RunnerProgram();
  options.python.program = app::PythonProgram();
  options.max_concurrent_runs = std::max(2u, std::thread::hardware_concurrency());
  options.warm = true;
  options.spares = spares;
  return Must(sandbox::StartLocalSandbox(options), "sandbox");
}

/// A million rows of numbers and short texts, as the catalog has them read and handed to Python.
struct MillionRows {
  std::shared_ptr<const datasets::Dataset> dataset;
  datasets::Frames frames;
};

MillionRows MakeMillionRows(Environment& environment) {
  const std::string csv = environment.folder + "/million.csv";
  {
    std::ofstream file(csv);
    file << "id,region,quantity,amount\n";
    for (std::uint64_t i = 0; i < 1'000'000; ++i)
      file << fmt::format("{},{},{},{}.{:02}\n", i, i % 3 == 0 ? "North" : "South", i * 7919 % 10,
                          i * 104729 % 1000, i % 100);
  }
  MillionRows rows;
  rows.dataset = Must(environment.parts.catalog->OpenFiles({csv}, {}), "read a million rows");
  rows.frames = Must(environment.parts.catalog->FramesOf(*rows.dataset, {}), "frames");
  return rows;
}

sandbox::PythonJob SumOf(const MillionRows& rows) {
  sandbox::PythonJob job;
  job.code = "result = float(df['amount'].sum())";
  job.frames = rows.frames.sources;
  job.frames_version = rows.frames.version;
  job.limits.memory = base::ByteSize::Mebi(256);
  return job;
}

/// Milliseconds from the request to the result; the result is looked at.
double TimeSum(sandbox::Sandbox& sandbox, const sandbox::PythonJob& job) {
  const auto started = std::chrono::steady_clock::now();
  const auto outcome = Must(sandbox.RunPython(job, {}), "Python run");
  const double taken = Milliseconds(started);
  if (!outcome.ran || !outcome.ran->result.is_number()) {
    std::fprintf(stderr, "bench: the Python run has no result\n");
    std::exit(1);
  }
  return taken;
}

double ColdPandas() {
  const std::string packages =
      (fs::path(app::RunnerProgram()).parent_path().parent_path().parent_path() / "sandbox-python")
          .string();
  return TimeProgram({"bwrap", "--unshare-all", "--ro-bind", "/", "/", "--setenv", "PYTHONPATH",
                      packages, "/usr/bin/python3", "-c", "import pandas"});
}

void PrintShare(const char* what, const std::vector<double>& ours, const std::vector<double>& cold,
                const char* aim) {
  const double reference = Median(cold);
  std::printf(
      "%-44s median %7.2f ms  P99 %7.2f ms   1/%.0f of cold at the median, 1/%.0f at P99%s\n", what,
      Median(ours), Quantile(ours, 0.99), reference / Median(ours),
      reference / Quantile(ours, 0.99), aim);
  std::fflush(stdout);
}

/// Runs from two threads for some seconds.
double RunsPerSecond(sandbox::Sandbox& sandbox, const sandbox::PythonJob& job) {
  constexpr std::chrono::seconds kTime{5};
  std::atomic<int> runs{0};
  const auto until = std::chrono::steady_clock::now() + kTime;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      while (std::chrono::steady_clock::now() < until) {
        TimeSum(sandbox, job);
        ++runs;
      }
    });
  for (std::thread& thread : threads) thread.join();
  return runs / static_cast<double>(kTime.count());
}

/// Proportional set size of all processes below this one, in mebibytes.
double MemoryBelow(pid_t parent) {
  double sum = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
      continue;
    std::ifstream status(entry.path() / "status");
    std::string field;
    pid_t above = 0;
    while (status >> field && field != "PPid:") {}
    if (!(status >> above) || above != parent) continue;
    std::ifstream memory(entry.path() / "smaps_rollup");
    double kibibytes = 0;
    while (memory >> field)
      if (field == "Pss:" && memory >> kibibytes) break;
    sum += kibibytes / 1024 + MemoryBelow(static_cast<pid_t>(std::stoi(name)));
  }
  return sum;
}

}  // namespace

void WarmPython(Environment& environment) {
  const MillionRows rows = MakeMillionRows(environment);
  const sandbox::PythonJob job = SumOf(rows);
  std::vector<double> cold, spare, fork;
  {
    const auto sandbox = StartWarm(2);
    const auto without = StartWarm(0);
    const auto started = std::chrono::steady_clock::now();
    TimeSum(*sandbox, job);
    std::printf("%-44s %9.1f ms   (interpreter, attestation, a million rows loaded)\n",
                "first Python run of a server", Milliseconds(started));
    TimeSum(*without, job);
    for (int i = 0; i < environment.runs * 20; ++i) {
      if (i % 10 == 0) cold.push_back(ColdPandas());
      std::this_thread::sleep_for(kRefill);
      spare.push_back(TimeSum(*sandbox, job));
      fork.push_back(TimeSum(*without, job));
    }
  }
  std::printf("%-44s %9.1f ms\n", "cold: bwrap python3 -c \"import pandas\"", Median(cold));
  PrintShare("Python, a million rows, from a parked spare", spare, cold, "  (aim 1/150)");
  PrintShare("Python, a million rows, no spare ready", fork, cold, "  (aim 1/40)");
  {
    const auto sandbox = StartWarm(2);
    TimeSum(*sandbox, job);
    std::printf("%-44s %9.1f runs per second\n", "Python, two at a time",
                RunsPerSecond(*sandbox, job));
  }
  double memory[2] = {};
  constexpr std::size_t kSpares[2] = {1, 9};
  for (int i = 0; i < 2; ++i) {
    const auto sandbox = StartWarm(kSpares[i]);
    TimeSum(*sandbox, job);
    std::this_thread::sleep_for(std::chrono::seconds(3));
    memory[i] = MemoryBelow(::getpid());
  }
  std::printf("%-44s %9.1f MB (PSS); with one spare all together %.1f MB\n",
              "one more parked Python run",
              (memory[1] - memory[0]) / static_cast<double>(kSpares[1] - kSpares[0]), memory[0]);
}

namespace {

/// bare_duckdb with its database open: a line in, a statement run.
class OpenPeer {
 public:
  OpenPeer(const std::string& database, const std::string& sql) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) std::exit(1);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(to[0], STDIN_FILENO);
      ::dup2(from[1], STDOUT_FILENO);
      ::execl(BarePeer().c_str(), "bare_duckdb", "repeat", database.c_str(), sql.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    to_ = to[1];
    from_ = ::fdopen(from[0], "r");
  }
  ~OpenPeer() {
    ::close(to_);
    std::fclose(from_);
    ::waitpid(child_, nullptr, 0);
  }
  double Run() {
    char line[128];
    if (::write(to_, "\n", 1) != 1 || std::fgets(line, sizeof line, from_) == nullptr) {
      std::fprintf(stderr, "bench: bare_duckdb ended\n");
      std::exit(1);
    }
    return std::strtod(line, nullptr);
  }

 private:
  pid_t child_ = -1;
  int to_ = -1;
  FILE* from_ = nullptr;
};

void SmallOverHttp(Environment& environment) {
  const auto shipped = Must(environment.parts.catalog->Open("support", {}), "support");
  const std::string table = shipped->files.at(0).name;
  const std::string ours_sql = fmt::format("SELECT count(*) AS n FROM \\\"{}\\\" LIMIT 1", table);
  const std::string peer_sql = "SELECT count(*) AS n FROM data LIMIT 1";
  OpenPeer peer(shipped->files.at(0).path, peer_sql);
  const auto [child, port] = StartServer(environment);
  HttpClient client(port);
  const std::string body = fmt::format(R"({{"dataset_id":"support","sql":"{}"}})", ours_sql);
  std::vector<double> ours, bare, added;
  for (int i = -5; i < environment.runs * 20; ++i) {
    std::this_thread::sleep_for(kRefill);
    const auto started = std::chrono::steady_clock::now();
    const std::string reply = client.Post("/runs", body);
    const double mine = Milliseconds(started);
    const double theirs = peer.Run();
    if (reply.find("\"succeeded\"") == reply.npos) {
      std::fprintf(stderr, "bench: the server gave no answer: %s\n", reply.c_str());
      ::kill(child, SIGTERM);
      std::exit(1);
    }
    if (i < 0) continue;
    ours.push_back(mine);
    bare.push_back(theirs);
    added.push_back(mine - theirs);
  }
  ::kill(child, SIGTERM);
  ::waitpid(child, nullptr, 0);
  std::printf(
      "%-44s median %7.2f ms  P99 %7.2f ms   bare, open: %.2f ms   added %.2f ms  (aim 2)\n",
      "small SELECT over HTTP, warm", Median(ours), Quantile(ours, 0.99), Median(bare),
      Median(added));
}

void TenMillion(Environment& environment) {
  const std::string csv = WriteTenMillion(environment);
  const auto dataset = Must(environment.parts.catalog->OpenFiles({csv}, {}), "read");
  fs::remove(csv);
  sandbox::SqlJob job;
  job.tables = dataset->files;
  job.sql = ByGroup("ten_million");
  job.limits.threads = std::max(1u, std::thread::hardware_concurrency());
  const auto sandbox = StartWarm(2);
  OpenPeer peer(dataset->files.at(0).path, ByGroup("data"));
  std::vector<double> ours, bare;
  for (int i = -3; i < environment.runs * 4; ++i) {
    std::this_thread::sleep_for(kRefill);
    const auto started = std::chrono::steady_clock::now();
    Must(sandbox->RunSql(job, {}), "query");
    const double mine = Milliseconds(started);
    const double theirs = peer.Run();
    if (i < 0) continue;
    ours.push_back(mine);
    bare.push_back(theirs);
  }
  PrintRatio("group by over 10 million rows, warm run", ours, "bare program, open, all cores", bare,
             1.1);
}

}  // namespace

void WarmSql(Environment& environment) {
  SmallOverHttp(environment);
  TenMillion(environment);
}

}  // namespace tabletalk::bench
