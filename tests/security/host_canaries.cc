#include "host_canaries.h"

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tabletalk::security {
namespace {

namespace fs = std::filesystem;

void Must(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("planting canaries: ") + what);
}

int SharedMemoryKey() { return 0x7a110000 + (getpid() & 0xffff); }

base::UniqueFd ListenAt(const sockaddr_un& address, std::size_t length) {
  base::UniqueFd socket_fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Must(bind(socket_fd.get(), reinterpret_cast<const sockaddr*>(&address),
            static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length)) == 0 &&
           listen(socket_fd.get(), 64) == 0,
       "a Unix socket");
  return socket_fd;
}

}  // namespace

HostCanaries::HostCanaries() {
  std::string pattern = (fs::temp_directory_path() / "host-XXXXXX").string();
  Must(mkdtemp(pattern.data()) != nullptr, "a folder");
  folder_ = pattern;
  chmod(folder_.c_str(), 0777);
  const std::string secret = kSecret;
  std::ofstream(folder_ + "/canary.txt") << secret << "\n";
  std::ofstream(folder_ + "/canary.json") << "{\"a\": \"" << secret << "\"}\n";
  std::ofstream(folder_ + "/canary.xml") << "<r><row><a>" << secret << "</a></row></r>\n";
  std::ofstream(folder_ + "/canary_module.py") << "SECRET = \"" << secret << "\"\n";
  std::ofstream(folder_ + "/open-to-all.txt") << "untouched\n";
  std::ofstream(folder_ + "/listed-" + secret) << "\n";
  for (const auto& entry : fs::directory_iterator(folder_)) chmod(entry.path().c_str(), 0666);
  setenv("TABLETALK_TEST_SECRET", kSecret, 1);
  Listen();
  StartProcess();
  shared_memory_ = shmget(SharedMemoryKey(), 4096, IPC_CREAT | 0666);
  if (void* memory = shmat(shared_memory_, nullptr, 0); memory != reinterpret_cast<void*>(-1)) {
    std::strcpy(static_cast<char*>(memory), kSecret);
    shmdt(memory);
  }
  files_ = Snapshot();
}

HostCanaries::~HostCanaries() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  if (shared_memory_ >= 0) shmctl(shared_memory_, IPC_RMID, nullptr);
  unsetenv("TABLETALK_TEST_SECRET");
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void HostCanaries::Listen() {
  tcp_.Reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  udp_.Reset(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  Must(bind(tcp_.get(), any, length) == 0 && listen(tcp_.get(), 64) == 0 &&
           getsockname(tcp_.get(), any, &length) == 0 && bind(udp_.get(), any, length) == 0,
       "a loopback port");
  port_ = ntohs(address.sin_port);

  abstract_name_ = "tabletalk-canary-" + std::to_string(getpid());
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path + 1, abstract_name_.data(), abstract_name_.size());
  abstract_ = ListenAt(name, 1 + abstract_name_.size());
  const std::string path = folder_ + "/listener.sock";
  name = {};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), std::min(path.size(), sizeof name.sun_path - 1));
  unix_ = ListenAt(name, path.size() + 1);
  chmod(path.c_str(), 0777);
}

void HostCanaries::StartProcess() {
  process_ = fork();
  Must(process_ >= 0, "a process");
  if (process_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) pause();
}

std::map<std::string, std::string> HostCanaries::Placeholders() const {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  return {{"${canary}", folder_ + "/canary.txt"},
          {"${dir}", folder_},
          {"${port}", std::to_string(port_)},
          {"${abstract}", abstract_name_},
          {"${pid}", std::to_string(process_)},
          {"${self}", std::to_string(getpid())},
          {"${host}", host},
          {"${shm_key}", std::to_string(SharedMemoryKey())}};
}

std::map<std::string, std::string> HostCanaries::Snapshot() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    std::string text;
    if (entry.is_regular_file()) {
      std::ifstream in(entry.path(), std::ios::binary);
      text.assign(std::istreambuf_iterator<char>(in), {});
    }
    files[entry.path().string()] = text;
  }
  return files;
}

std::vector<std::string> HostCanaries::Touched() {
  std::vector<std::string> touched;
  pollfd sockets[] = {{tcp_.get(), POLLIN, 0},
                      {udp_.get(), POLLIN, 0},
                      {abstract_.get(), POLLIN, 0},
                      {unix_.get(), POLLIN, 0}};
  const char* const names[] = {"the TCP port", "the UDP port", "the abstract socket",
                               "the socket in the folder"};
  poll(sockets, 4, 0);
  for (int i = 0; i < 4; ++i) {
    if (sockets[i].revents == 0) continue;
    touched.push_back(std::string("somebody knocked at ") + names[i]);
    char bytes[64];
    if (i == 1) {
      [[maybe_unused]] const auto got = recv(sockets[i].fd, bytes, sizeof bytes, MSG_DONTWAIT);
    } else {
      base::UniqueFd(accept(sockets[i].fd, nullptr, nullptr));
    }
  }
  int status = 0;
  if (waitpid(process_, &status, WNOHANG | WUNTRACED) != 0)
    touched.push_back("the process beside was stopped or killed");
  auto files = Snapshot();
  if (files != files_) touched.push_back("a file of the folder was changed, made or removed");
  files_ = std::move(files);
  shmid_ds shared{};
  if (shmctl(shared_memory_, IPC_STAT, &shared) != 0 || shared.shm_lpid != getpid())
    touched.push_back("the shared memory was attached");
  return touched;
}

}  // namespace tabletalk::security
