// scenarios: plays every scenario file, one line each that is not as it should be.
//
//   scenarios [--verbose] [--on WAY] [--once] [--part I/N] [NAME...]
//
// NAME is a part of a file's name. --verbose shows what happened; --once leaves out the second time
// with SEND_SAMPLES=false; --part plays the Ith of N shares of the files. Ends with 1 where a
// scenario failed, 2 where none could be played.
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/codec.h"
#include "base/log.h"
#include "runner.h"

namespace tabletalk::scenarios {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  bool verbose = false;
  bool once = false;
  std::size_t part = 1, parts = 1;
  std::optional<Way> way;
  std::vector<std::string> names;
};

std::optional<Arguments> Read(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--verbose") == 0) {
      arguments.verbose = true;
    } else if (std::strcmp(argv[i], "--once") == 0) {
      arguments.once = true;
    } else if (std::strcmp(argv[i], "--on") == 0 && i + 1 < argc) {
      arguments.way = base::EnumFromName<Way>(argv[++i]);
      if (!arguments.way) return std::nullopt;
    } else if (std::strcmp(argv[i], "--part") == 0 && i + 1 < argc) {
      if (std::sscanf(argv[++i], "%zu/%zu", &arguments.part, &arguments.parts) != 2 ||
          arguments.part < 1 || arguments.part > arguments.parts)
        return std::nullopt;
    } else if (argv[i][0] == '-') {
      return std::nullopt;
    } else {
      arguments.names.emplace_back(argv[i]);
    }
  }
  return arguments;
}

std::vector<std::string> Files(const Arguments& arguments) {
  const auto& names = arguments.names;
  std::vector<std::string> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(TABLETALK_SOURCE_DIR "/tests/scenarios")) {
    if (entry.path().extension() != ".scenario") continue;
    const std::string stem = entry.path().stem().string();
    const bool wanted = names.empty() || std::any_of(names.begin(), names.end(), [&](auto& name) {
                          return stem.find(name) != stem.npos;
                        });
    if (wanted) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  const auto at = [&](std::size_t part) {
    return files.begin() + static_cast<std::ptrdiff_t>(files.size() * part / arguments.parts);
  };
  return {at(arguments.part - 1), at(arguments.part)};
}

// Every scenario of the files; how many failed.
class Session {
 public:
  Session(Runner& runner, const Arguments& arguments) : runner_(runner), arguments_(arguments) {}

  void Take(const std::string& path) {
    auto scenario = ReadScenario(path);
    ++scenarios_;
    if (scenario.has_error()) return Fail(path, {}, {scenario.error().public_message()});
    // The runner remembers whose tables are open by address.
    kept_.push_back(std::make_unique<Scenario>(std::move(*scenario)));
    const Scenario& kept = *kept_.back();
    bool fine = true;
    for (const Way way : kept.ways) {
      if (arguments_.way && way != *arguments_.way) continue;
      for (const bool withheld : {false, true}) {
        if (withheld && (arguments_.once || kept.settings.contains("SEND_SAMPLES"))) continue;
        ++plays_;
        const auto problems = runner_.Play(kept, way, withheld);
        if (problems.empty()) continue;
        fine = false;
        Fail(kept.name, std::string(base::EnumName(way)) + (withheld ? ", withheld" : ""),
             problems);
      }
    }
    failed_ += fine ? 0 : 1;
  }

  int Finish(double seconds) const {
    std::printf("%d scenarios, played %d times in %.1f s: %d failed\n", scenarios_, plays_, seconds,
                failed_);
    return scenarios_ == 0 || plays_ == 0 ? 2 : failed_ > 0 ? 1 : 0;
  }

 private:
  void Fail(const std::string& name, const std::string& how,
            const std::vector<std::string>& problems) {
    if (how.empty()) ++failed_;
    for (const std::string& problem : problems)
      std::printf("FAILED %s [%s] %s\n", name.c_str(), how.c_str(), problem.c_str());
    std::fflush(stdout);
  }

  Runner& runner_;
  const Arguments& arguments_;
  std::vector<std::unique_ptr<Scenario>> kept_;
  int scenarios_ = 0, plays_ = 0, failed_ = 0;
};

int Complain(const base::Error& error) {
  std::fprintf(stderr, "scenarios: %s (%s)\n", error.public_message().c_str(),
               error.internal_detail().text.c_str());
  return 2;
}

int Main(int argc, char** argv) {
  const auto arguments = Read(argc, argv);
  if (!arguments) {
    std::fprintf(stderr,
                 "usage: scenarios [--verbose] [--once] [--on WAY] [--part I/N] [NAME...]\n");
    return 2;
  }
  std::string folder = (fs::temp_directory_path() / "scenarios-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  const struct Cleanup {
    std::string folder;
    ~Cleanup() {
      std::error_code ignored;
      fs::remove_all(folder, ignored);
    }
  } cleanup{folder};
  const auto settings = app::LoadSettings({{{"DATA_DIR", folder + "/cache"},
                                            {"LOG_LEVEL", "error"},
                                            {"LLM_PROVIDER", "offline"},
                                            // Few datasets stay warm: each is asked a few times.
                                            {"WARM_MEMORY_MB", "512"}},
                                           [](const char*) { return nullptr; },
                                           folder});
  if (settings.has_error()) return Complain(settings.error());
  base::ConfigureLog(base::LogLevel::off, base::LogFormat::text);
  auto parts = app::BuildParts(settings->settings, app::Purpose::serving);
  if (parts.has_error()) return Complain(parts.error());
  Runner runner(std::move(*parts), folder + "/tables", arguments->verbose);
  Session session(runner, *arguments);
  const auto started = std::chrono::steady_clock::now();
  for (const std::string& file : Files(*arguments)) session.Take(file);
  return session.Finish(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
}

}  // namespace
}  // namespace tabletalk::scenarios

int main(int argc, char** argv) { return tabletalk::scenarios::Main(argc, argv); }
