// What an ELF program needs in order to be loaded, found by reading its files.
//
// ldd would execute the program's loader, and ld.so.cache is a format of one C library; the dynamic
// section is neither. Libraries appear inside in one directory, /lib, under the names by which they
// are asked for, and LD_LIBRARY_PATH points there: so no path of the host is needed, or shown.
// Libraries that a program opens by itself at run time (dlopen) are not found; bind them by hand.
#include <elf.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "base/fd.h"
#include "confine/confine.h"

namespace tabletalk::confine {
namespace {

namespace fs = std::filesystem;

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#else
#error "confine knows x86-64 and AArch64"
#endif

constexpr std::size_t kMostHeaders = 128;
constexpr std::size_t kMostEntries = 4096;
constexpr std::size_t kLongestName = 4096;
constexpr std::size_t kMostLibraries = 256;

struct Dynamics {
  std::string loader;
  std::vector<std::string> needed;
  std::vector<std::string> rpath;
  std::vector<std::string> runpath;
};

class ElfFile {
 public:
  explicit ElfFile(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}

  /// None for what is no 64-bit ELF file of this machine, or a broken one.
  std::optional<Dynamics> Read() {
    Elf64_Ehdr header{};
    if (!fd_ || !ReadAt(0, &header, sizeof header) ||
        std::string_view(reinterpret_cast<const char*>(header.e_ident), SELFMAG) != ELFMAG ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kMachine ||
        header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum > kMostHeaders)
      return std::nullopt;
    segments_.resize(header.e_phnum);
    if (!ReadAt(header.e_phoff, segments_.data(), segments_.size() * sizeof(Elf64_Phdr)))
      return std::nullopt;
    Dynamics found;
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type == PT_INTERP) found.loader = StringAt(segment.p_offset);
      if (segment.p_type == PT_DYNAMIC && !ReadDynamic(segment, found)) return std::nullopt;
    }
    return found;
  }

 private:
  bool ReadAt(std::uint64_t offset, void* to, std::size_t size) const {
    return pread(fd_.get(), to, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
  }

  std::string StringAt(std::uint64_t offset) const {
    std::array<char, kLongestName> buffer{};
    const ssize_t count =
        pread(fd_.get(), buffer.data(), buffer.size() - 1, static_cast<off_t>(offset));
    return count > 0 ? std::string(buffer.data()) : std::string();
  }

  std::optional<std::uint64_t> OffsetOf(std::uint64_t address) const {
    for (const Elf64_Phdr& segment : segments_)
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
          address - segment.p_vaddr < segment.p_filesz)
        return address - segment.p_vaddr + segment.p_offset;
    return std::nullopt;
  }

  bool ReadDynamic(const Elf64_Phdr& segment, Dynamics& found) const {
    std::vector<Elf64_Dyn> entries(segment.p_filesz / sizeof(Elf64_Dyn));
    if (entries.size() > kMostEntries ||
        !ReadAt(segment.p_offset, entries.data(), entries.size() * sizeof(Elf64_Dyn)))
      return false;
    std::optional<std::uint64_t> strings;
    for (const Elf64_Dyn& entry : entries)
      if (entry.d_tag == DT_STRTAB) strings = OffsetOf(entry.d_un.d_ptr);
    if (!strings) return false;
    for (const Elf64_Dyn& entry : entries) {
      if (entry.d_tag == DT_NULL) break;
      const auto text = [&] { return StringAt(*strings + entry.d_un.d_val); };
      if (entry.d_tag == DT_NEEDED) found.needed.push_back(text());
      if (entry.d_tag == DT_RPATH) found.rpath.push_back(text());
      if (entry.d_tag == DT_RUNPATH) found.runpath.push_back(text());
    }
    return true;
  }

  base::UniqueFd fd_;
  std::vector<Elf64_Phdr> segments_;
};

/// Splits "a:$ORIGIN/b" and fills in the directory of the file that says so.
std::vector<std::string> Directories(const std::vector<std::string>& paths, const fs::path& file) {
  std::vector<std::string> result;
  for (const std::string& path : paths) {
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, ':');) {
      for (const std::string_view origin : {"${ORIGIN}", "$ORIGIN"}) {
        const std::size_t at = part.find(origin);
        if (at != part.npos) part.replace(at, origin.size(), file.parent_path().string());
      }
      if (!part.empty() && part[0] == '/') result.push_back(part);
    }
  }
  return result;
}

void ReadLoaderConfiguration(const std::string& path, int depth, std::vector<std::string>& found) {
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.size(), line.find('#')));
    std::istringstream words(line);
    std::string word;
    if (!(words >> word)) continue;
    if (word != "include") {
      if (word[0] == '/') found.push_back(word);
      continue;
    }
    if (depth == 0 || !(words >> word)) continue;
    if (word[0] != '/') word.insert(0, "/etc/");
    glob_t matches{};
    if (glob(word.c_str(), 0, nullptr, &matches) == 0)  // NOLINT(concurrency-mt-unsafe)
      for (std::size_t i = 0; i < matches.gl_pathc; ++i)
        ReadLoaderConfiguration(matches.gl_pathv[i], depth - 1, found);
    globfree(&matches);
  }
}

std::vector<std::string> SystemDirectories() {
  std::vector<std::string> directories;
  ReadLoaderConfiguration("/etc/ld.so.conf", 4, directories);
  for (const char* fallback : {"/lib64", "/usr/lib64", "/lib", "/usr/lib"})
    directories.emplace_back(fallback);
  return directories;
}

/// Walks the needed libraries breadth first, as ld.so does, so that the same file is found first.
class Resolver {
 public:
  /// Adds to `binds`. `subject` is the file that errors tell the operator of; `first` are searched
  /// before the system's directories.
  Resolver(std::string subject, const std::vector<std::string>& first, std::vector<Bind>& binds)
      : subject_(std::move(subject)), binds_(binds), system_(first) {
    const std::vector<std::string> directories = SystemDirectories();
    system_.insert(system_.end(), directories.begin(), directories.end());
  }

  /// A library of this name is there already.
  void Have(const std::string& name) { names_.insert(name); }
  /// A library found at this path stays where it is, and gets no bind.
  void StaysInPlace(const std::string& path) { in_place_.insert(path); }

  /// Reads one file and notes what it needs. `inherited`: the RPATH of what needs it.
  base::Result<Dynamics> Load(const std::string& file, const std::vector<std::string>& inherited) {
    std::optional<Dynamics> found = ElfFile(file).Read();
    if (!found) return NotElf("or one of its libraries is not an ELF file of this machine");
    // An RPATH counts only where there is no RUNPATH (ld.so(8)).
    std::vector<std::string> rpath;
    if (found->runpath.empty()) rpath = Directories(found->rpath, file);
    rpath.insert(rpath.end(), inherited.begin(), inherited.end());
    for (const std::string& name : found->needed)
      wanted_.push_back({name, rpath, Directories(found->runpath, file)});
    return *std::move(found);
  }

  base::Result<void> Resolve() {
    for (std::size_t next = 0; next < wanted_.size(); ++next) {
      const Wanted wanted = wanted_[next];
      if (!names_.insert(wanted.name).second) continue;
      if (names_.size() > kMostLibraries) return NotElf("has too many libraries");
      const std::optional<std::string> file = Find(wanted);
      if (!file)
        return base::MakeError(base::ErrorCode::not_found,
                               "A library of the program is missing: " + wanted.name + ".",
                               subject_);
      if (in_place_.contains(*file)) continue;
      const bool absolute = wanted.name[0] == '/';
      binds_.push_back({*file, absolute ? wanted.name : "/lib/" + wanted.name, false, true});
      TT_CHECK(Load(*file, wanted.rpath));
    }
    return {};
  }

  base::Error NotElf(const std::string& why) const {
    return base::MakeError(base::ErrorCode::invalid_argument, "The program " + why + ".", subject_);
  }

 private:
  struct Wanted {
    std::string name;
    std::vector<std::string> rpath;    ///< Passed on to what a library needs in its turn.
    std::vector<std::string> runpath;  ///< Of the wanting file alone.
  };

  std::optional<std::string> Find(const Wanted& wanted) const {
    std::error_code failed;
    if (wanted.name.find('/') != wanted.name.npos) {
      const fs::path path = fs::canonical(wanted.name, failed);
      if (failed || wanted.name[0] != '/') return std::nullopt;
      return path;
    }
    for (const std::vector<std::string>* directories : {&wanted.rpath, &wanted.runpath, &system_}) {
      for (const std::string& directory : *directories) {
        const fs::path path = fs::canonical(fs::path(directory) / wanted.name, failed);
        // A library of another architecture is passed over, as ld.so does.
        if (!failed && ElfFile(path).Read()) return path;
      }
    }
    return std::nullopt;
  }

  std::string subject_;
  std::vector<Bind>& binds_;
  std::vector<std::string> system_;
  std::vector<Wanted> wanted_;
  std::set<std::string> names_;
  std::set<std::string> in_place_;
};

}  // namespace

base::Result<Program> ResolveProgram(const std::string& path) {
  Program program;
  std::error_code failed;
  program.path = fs::canonical(path, failed);
  if (failed)
    return base::MakeError(base::ErrorCode::not_found, "The program to confine is missing.", path);
  program.inside = "/bin/" + fs::path(program.path).filename().string();
  program.binds.push_back({program.path, program.inside, false, true});

  Resolver resolver(program.path, {}, program.binds);
  const base::Result<Dynamics> found = resolver.Load(program.path, {});
  if (found.has_error()) return found.error();
  if (!found->loader.empty()) {
    const fs::path source = fs::canonical(found->loader, failed);
    if (failed) return resolver.NotElf("needs a loader that is missing");
    program.loader = fs::path(found->loader).lexically_normal();
    resolver.Have(fs::path(found->loader).filename());
    program.binds.push_back({source, program.loader, false, true});
  }
  TT_CHECK(resolver.Resolve());
  return program;
}

base::Result<std::vector<Bind>> ResolveLibraries(const Program& program,
                                                 const std::vector<std::string>& files,
                                                 const std::vector<std::string>& directories) {
  std::vector<Bind> binds;
  Resolver resolver(files.empty() ? program.path : files.front(), directories, binds);
  for (const Bind& bind : program.binds) resolver.Have(fs::path(bind.target).filename());
  for (const std::string& file : files) resolver.StaysInPlace(file);
  for (const std::string& file : files) TT_CHECK(resolver.Load(file, {}));
  TT_CHECK(resolver.Resolve());
  return binds;
}

}  // namespace tabletalk::confine
