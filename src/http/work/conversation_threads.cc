#include "http/work/conversation_threads.h"

#include <memory>
#include <utility>

namespace tabletalk::http {

struct ConversationThreads::Job {
  ConversationThreads* owner;
  std::function<void()> work;
};

ConversationThreads::~ConversationThreads() { Join(); }

bool ConversationThreads::Start(std::function<void()> work) {
  std::vector<pthread_t> ended;
  {
    const std::lock_guard lock(mutex_);
    if (running_ >= most_) return false;
    ++running_;
    ended.swap(ended_);
  }
  JoinEnded(std::move(ended));
  auto job = std::make_unique<Job>(Job{this, std::move(work)});
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, stack_.bytes());
  pthread_t thread{};
  const bool started = ::pthread_create(&thread, &attributes, &Run, job.get()) == 0;
  ::pthread_attr_destroy(&attributes);
  if (started) {
    job.release();
    return true;
  }
  const std::lock_guard lock(mutex_);
  --running_;
  changed_.notify_all();
  return false;
}

void* ConversationThreads::Run(void* given) {
  const std::unique_ptr<Job> job(static_cast<Job*>(given));
  job->work();
  job->work = nullptr;  // What it held goes before anybody is told that it has ended.
  job->owner->Ended();
  return nullptr;
}

void ConversationThreads::Ended() {
  const std::lock_guard lock(mutex_);
  --running_;
  ended_.push_back(::pthread_self());
  changed_.notify_all();
}

void ConversationThreads::JoinEnded(std::vector<pthread_t> ended) {
  for (const pthread_t thread : ended) ::pthread_join(thread, nullptr);
}

void ConversationThreads::Join() {
  std::vector<pthread_t> ended;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return running_ == 0; });
    ended.swap(ended_);
  }
  JoinEnded(std::move(ended));
}

std::size_t ConversationThreads::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

}  // namespace tabletalk::http
