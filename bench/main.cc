// tabletalk_bench: how fast, beside what. Each figure is a median over pairs that alternate with
// the peer in the same run. docs/benchmarks.md has the figures that were seen.
//
//   tabletalk_bench [--runs N] [ingest] [query] [floor] [server] [warm_python] [warm_sql]
//   [container] [conversations]
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "conversations.h"
#include "environment.h"
#include "install.h"
#include "peer.h"
#include "warm.h"

namespace tabletalk::bench {
namespace {

namespace fs = std::filesystem;

// A file to read: its header, and its rows, every value a function of the row's number.
struct CsvShape {
  const char* name;
  const char* header;
  std::string (*row)(std::uint64_t);
};

std::uint64_t Mixed(std::uint64_t i) { return i * 0x9E3779B97F4A7C15ull >> 17; }

// Numbers in no order: Mixed is a counter in disguise.
std::uint64_t Random(std::uint64_t i) {
  i = (i ^ i >> 30) * 0xBF58476D1CE4E5B9ull;
  i = (i ^ i >> 27) * 0x94D049BB133111EBull;
  return i ^ i >> 31;
}

std::string OrderRow(std::uint64_t i) {
  static constexpr const char* kRegions[] = {"North", "South", "East", "West"};
  const std::uint64_t mixed = Mixed(i);
  return fmt::format("{},{}-{:02}-{:02},Customer {},{},{},{}.{:02},{},order {} of the day\n", i,
                     2020 + mixed % 5, 1 + mixed % 12, 1 + mixed % 28, mixed % 50'000,
                     kRegions[mixed % 4], 1 + mixed % 9, mixed % 500, mixed % 100,
                     mixed % 3 == 0 ? "" : "0.15", mixed % 977);
}

std::string NumberRow(std::uint64_t i) {
  std::string row = std::to_string(i);
  std::uint64_t most = 1;
  for (std::uint64_t k = 1; k < 12; ++k) {
    most = most == 1'000'000 ? 10 : most * 10;
    row += fmt::format(",{},{}.{}", Random(i * 32 + k) % most, Random(i * 64 + k) % 1000,
                       1 + Random(i * 96 + k) % most);
  }
  return row + '\n';
}

std::string TextRow(std::uint64_t i) {
  static constexpr const char* kWords[] = {"alpha",  "house",   "river",     "mountain", "seldom",
                                           "quick",  "brown",   "order",     "delay",    "refund",
                                           "please", "thanks",  "client",    "box",      "damaged",
                                           "parcel", "invoice", "caf\u00E9", "winter"};
  const auto words = [&](std::uint64_t seed, std::uint64_t count) {
    std::string text;
    for (std::uint64_t k = 0; k < count; ++k)
      text += fmt::format("{}{}",
                          k == 0        ? ""
                          : k % 11 == 0 ? ", "
                                        : " ",
                          kWords[Random(seed * 64 + k) % std::size(kWords)]);
    return text;
  };
  const std::uint64_t random = Random(i);
  return fmt::format("{},{}-{},{},\"{}\"\n", i, kWords[random % 19], random % 500, words(i * 2, 5),
                     words(i * 2 + 1, 10 + random % 40));
}

std::string DateRow(std::uint64_t i) {
  const auto date = [&](std::uint64_t k) {
    const std::uint64_t random = Random(i * 8 + k);
    return fmt::format("{}-{:02}-{:02}", 2000 + random % 25, 1 + random / 32 % 12,
                       1 + random / 1024 % 28);
  };
  const auto time = [&](std::uint64_t k) {
    const std::uint64_t random = Random(i * 8 + k);
    return fmt::format("{} {:02}:{:02}:{:02}", date(k + 1), random % 24, random / 32 % 60,
                       random / 4096 % 60);
  };
  return fmt::format("{},{},{},{},{},{},{}\n", i, date(0), date(1), time(2), time(4),
                     Random(i) % 2 == 0 ? "true" : "false", Random(i) / 2 % 100);
}

constexpr CsvShape kShapes[] = {
    {"orders", "order_id,order_date,customer,region,quantity,unit_price,discount,comment",
     OrderRow},
    {"numbers", "id,a1,a2,b1,b2,c1,c2,d1,d2,e1,e2,f1,f2,g1,g2,h1,h2,i1,i2,j1,j2,k1,k2", NumberRow},
    {"texts", "id,tag,title,body", TextRow},
    {"dates", "id,ordered,shipped,created_at,updated_at,paid,quantity", DateRow},
};

std::string WriteCsv(const Environment& environment, const CsvShape& shape, int megabytes) {
  const std::string path = fmt::format("{}/{}.csv", environment.folder, shape.name);
  std::ofstream file(path);
  file << shape.header << '\n';
  std::uint64_t written = 0;
  for (std::uint64_t i = 0; written < static_cast<std::uint64_t>(megabytes) << 20; ++i) {
    const std::string row = shape.row(i);
    written += row.size();
    file << row;
  }
  return path;
}

void Ingest(Environment& environment, const CsvShape& shape) {
  const std::string csv = WriteCsv(environment, shape, 100);
  std::vector<double> ours, peer;
  for (int i = -1; i < environment.runs; ++i) {
    const std::string out = fmt::format("{}/ingest", environment.folder);
    fs::create_directories(out);
    sandbox::IngestJob job;
    job.source = csv;
    job.file_name = "table.csv";
    job.output_directory = out;
    job.limits.wall = std::chrono::minutes(5);
    job.limits.memory = base::ByteSize::Mebi(2048);
    job.wanted = [](const wire::Hashed&) { return true; };
    const auto started = std::chrono::steady_clock::now();
    Must(environment.parts.sandbox->Ingest(job, {}), "ingest");
    const double mine = Milliseconds(started);
    fs::remove_all(out);
    const std::string bare = environment.folder + "/bare.duckdb";
    const double theirs = TimeProgram({BarePeer(), "ingest", csv, bare});
    fs::remove(bare);
    if (i < 0) continue;  // Warm-up: the page cache.
    ours.push_back(mine);
    peer.push_back(theirs);
  }
  fs::remove(csv);
  PrintRatio(fmt::format("ingest 100 MB CSV, {} (hash, types, profile)", shape.name), ours,
             "bare CREATE TABLE AS read_csv", peer, 1.2);
}

void IngestAll(Environment& environment) {
  for (const CsvShape& shape : kShapes) Ingest(environment, shape);
}

void Query(Environment& environment) {
  const std::string database = environment.folder + "/ten_million.duckdb";
  const std::string csv = WriteTenMillion(environment);
  TimeProgram({BarePeer(), "ingest", csv, database});
  fs::remove(csv);
  sandbox::SqlJob job;
  job.sql = ByGroup("ten_million");
  job.check = false;
  job.tables = {{"ten_million",
                 database,
                 {{"id", wire::ColumnType::integer, "BIGINT"},
                  {"grp", wire::ColumnType::integer, "BIGINT"},
                  {"amount", wire::ColumnType::number, "DOUBLE"}}}};
  std::vector<double> ours, peer;
  for (int i = -1; i < environment.runs * 3; ++i) {
    const auto started = std::chrono::steady_clock::now();
    Must(environment.parts.sandbox->RunSql(job, {}), "query");
    const double mine = Milliseconds(started);
    const double theirs = TimeProgram({BarePeer(), "query", database, ByGroup("data")});
    if (i < 0) continue;
    ours.push_back(mine);
    peer.push_back(theirs);
  }
  PrintRatio("group by over 10 million rows, whole run", ours, "bare program, whole process", peer,
             1.1);
}

void Floor(Environment& environment) {
  const std::string csv = environment.folder + "/small.csv";
  const std::string small = environment.folder + "/small.duckdb";
  std::ofstream(csv) << "a\n1\n";
  TimeProgram({BarePeer(), "ingest", csv, small});
  sandbox::SqlJob job;
  job.sql = "SELECT 1";
  job.check = false;
  std::vector<double> ours, bubblewrap, bare;
  for (int i = -3; i < environment.runs * 10; ++i) {
    const auto started = std::chrono::steady_clock::now();
    Must(environment.parts.sandbox->RunSql(job, {}), "floor");
    const double mine = Milliseconds(started);
    const double theirs =
        TimeProgram({"bwrap", "--unshare-all", "--ro-bind", "/", "/", "/bin/true"});
    const double duckdb = TimeProgram({BarePeer(), "query", small, "SELECT 1"});
    if (i < 0) continue;
    ours.push_back(mine);
    bubblewrap.push_back(theirs);
    bare.push_back(duckdb);
  }
  PrintRatio("confined SELECT 1, cold process", ours, "bwrap /bin/true", bubblewrap, 0);
  PrintRatio("confined SELECT 1, cold process", ours, "bare program, SELECT 1", bare, 0);
}

double ResidentMebibytes(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  return 0;
}

void Server(Environment& environment) {
  std::vector<double> to_answer;
  double idle = 0, after = 0;
  for (int i = -1; i < environment.runs; ++i) {
    const auto started = std::chrono::steady_clock::now();
    const auto [child, port] = StartServer(environment);
    if (i == environment.runs - 1) idle = ResidentMebibytes(child);
    const std::string reply = HttpClient(port).Post(
        "/chat", R"({"dataset_id":"ecommerce","message":"How many orders per month in 2024?"})");
    if (reply.find("\"understood\":true") == reply.npos) {
      std::fprintf(stderr, "bench: the server gave no answer: %s\n", reply.c_str());
      ::kill(child, SIGTERM);
      std::exit(1);
    }
    if (i >= 0) to_answer.push_back(Milliseconds(started));
    after = ResidentMebibytes(child);
    ::kill(child, SIGTERM);
    ::waitpid(child, nullptr, 0);
  }
  std::printf("%-44s %9.1f ms   (files read before; three tables)\n",
              "server start to first answer", Median(to_answer));
  std::printf("%-44s %9.1f MB   after one answer %.1f MB  (aim 40 MB)\n",
              "resident memory of the idle server", idle, after);
}

int Main(int argc, char** argv) {
  Environment environment;
  std::set<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--runs") == 0 && i + 1 < argc)
      environment.runs = std::max(1, std::atoi(argv[++i]));
    else
      wanted.insert(argv[i]);
  }
  environment.folder = (fs::temp_directory_path() / "tabletalk-bench-XXXXXX").string();
  if (::mkdtemp(environment.folder.data()) == nullptr) return 1;
  const auto settings =
      Must(app::LoadSettings({{{"DATA_DIR", environment.folder + "/data"}, {"LOG_LEVEL", "error"}},
                              [](const char*) { return nullptr; },
                              environment.folder}),
           "settings");
  base::ConfigureLog(settings.settings.log_level, settings.settings.log_format);
  environment.parts = Must(app::BuildParts(settings.settings), "parts");
  const std::pair<const char*, void (*)(Environment&)> all[] = {{"ingest", IngestAll},
                                                                {"query", Query},
                                                                {"floor", Floor},
                                                                {"server", Server},
                                                                {"warm_python", WarmPython},
                                                                {"warm_sql", WarmSql},
                                                                {"container", Container},
                                                                {"conversations", Conversations}};
  for (const auto& [name, run] : all)
    if (wanted.empty() || wanted.contains(name)) run(environment);
  fs::remove_all(environment.folder);
  return 0;
}

}  // namespace
}  // namespace tabletalk::bench

int main(int argc, char** argv) { return tabletalk::bench::Main(argc, argv); }
