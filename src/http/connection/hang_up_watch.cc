#include "http/connection/hang_up_watch.h"

#include <sys/epoll.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <map>
#include <mutex>
#include <vector>

namespace tabletalk::http {

namespace asio = boost::asio;
using boost::system::error_code;

struct HangUpWatch::State : std::enable_shared_from_this<HangUpWatch::State> {
  explicit State(const asio::any_io_executor& executor)
      : events(asio::make_strand(executor), ::epoll_create1(EPOLL_CLOEXEC)) {}

  struct Watched {
    int socket;
    std::function<void()> wake;
  };

  void Await();
  void Deliver();

  asio::posix::stream_descriptor events;
  std::mutex mutex;
  std::map<std::uint64_t, Watched> watched;
  std::uint64_t next = 0;
};

void HangUpWatch::State::Await() {
  events.async_wait(asio::posix::stream_descriptor::wait_read,
                    [self = shared_from_this()](error_code error) {
                      if (error) return;
                      self->Deliver();
                      self->Await();
                    });
}

void HangUpWatch::State::Deliver() {
  std::vector<std::function<void()>> wakes;
  epoll_event happened[64];
  const int count = ::epoll_wait(events.native_handle(), happened, std::size(happened), 0);
  {
    const std::lock_guard lock(mutex);
    for (int i = 0; i < count; ++i)
      if (const auto found = watched.find(happened[i].data.u64); found != watched.end())
        wakes.push_back(found->second.wake);
  }
  for (const auto& wake : wakes) wake();
}

HangUpWatch::HangUpWatch(const asio::any_io_executor& executor)
    : state_(std::make_shared<State>(executor)) {}

HangUpWatch::~HangUpWatch() = default;

void HangUpWatch::Start() { state_->Await(); }

void HangUpWatch::Stop() {
  asio::post(state_->events.get_executor(), [state = state_] {
    error_code ignored;
    state->events.cancel(ignored);
  });
}

HangUpWatch::Guard HangUpWatch::Watch(int socket, std::function<void()> wake) {
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(state_->mutex);
    id = state_->next++;
    state_->watched.emplace(id, State::Watched{socket, wake});
  }
  epoll_event wanted{};
  wanted.events = EPOLLRDHUP | EPOLLONESHOT;
  wanted.data.u64 = id;
  // A socket that cannot be watched is closed already: whoever waits finds that out by itself.
  if (::epoll_ctl(state_->events.native_handle(), EPOLL_CTL_ADD, socket, &wanted) != 0) wake();
  return Guard(this, id);
}

void HangUpWatch::Forget(std::uint64_t id) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->watched.find(id);
  if (found == state_->watched.end()) return;
  // Fails where the socket was closed meanwhile, which takes it out as well.
  ::epoll_ctl(state_->events.native_handle(), EPOLL_CTL_DEL, found->second.socket, nullptr);
  state_->watched.erase(found);
}

HangUpWatch::Guard::~Guard() {
  if (watch_ != nullptr) watch_->Forget(id_);
}

}  // namespace tabletalk::http
