// Who is connected, and who has to go when it gets tight.
//
// Connections cost descriptors and memory, and most of them only wait: idle between two requests,
// or while a client takes its time to send one. Answering is what a server is for, so a part of all
// places is kept for it: those that wait may take the rest, and when one more comes, the address
// with the most waiting connections loses the one that was idle longest, or else the one that began
// its request first. Nothing that is being answered is ever closed for room. No address can have
// all places. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace tabletalk::http {

struct ConnectionLimits {
  std::size_t most = 2048;              ///< In all.
  std::size_t most_waiting = 1536;      ///< Of which not being answered.
  std::size_t most_per_address = 1536;  ///< Of one address in all.
};

/// What this many descriptors allow, when each answer may take a second one (to a model).
ConnectionLimits LimitsFor(std::uint64_t descriptors);

class ConnectionTable {
 public:
  explicit ConnectionTable(ConnectionLimits limits) : limits_(limits) {}

  enum class Doing { idle, reading, answering };

  /// Enters a new connection, idle, and closes others for it where it is tight. Nothing where its
  /// address has too many that are all being answered. Both functions may be called from any thread
  /// and at any time, also a last time after Remove().
  std::optional<std::uint64_t> Add(const std::string& address, std::function<void()> close,
                                   std::function<void()> wake);
  void Remove(std::uint64_t id);
  void Set(std::uint64_t id, Doing doing);

  /// Closes the one that goes first; false where all are being answered.
  bool CloseOne();
  void CloseAll();
  void WakeAll();

  /// `removed` is called whenever a connection was removed.
  void OnRemove(std::function<void()> removed);

  std::size_t size() const;
  bool full() const { return size() >= limits_.most; }
  /// Closed for room so far.
  std::uint64_t closed() const;

 private:
  struct Address;
  using Ids = std::list<std::uint64_t>;
  struct Entry {
    Address* address;
    std::function<void()> close;
    std::function<void()> wake;
    Doing doing = Doing::idle;
    bool closing = false;  ///< Told to close: counts no more but in size().
    Ids::iterator place;   ///< In its address' list, unless it is being answered or closing.
  };
  struct Address {
    std::string text;
    Ids idle;              ///< Longest first.
    Ids reading;           ///< The same.
    std::size_t all = 0;   ///< But those that are closing.
    std::size_t open = 0;  ///< With them.
    std::size_t waiting() const { return idle.size() + reading.size(); }
  };
  using Entries = std::unordered_map<std::uint64_t, Entry>;

  // With the lock held.
  void Enter(std::uint64_t id, Entry& entry, Doing doing);
  void Leave(Entry& entry);
  std::optional<std::function<void()>> TakeVictim(Address& address);
  std::optional<std::function<void()>> TakeVictim();

  const ConnectionLimits limits_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::map<std::string, Address> addresses_;
  std::set<std::pair<std::size_t, Address*>> by_waiting_;  ///< All that have any waiting.
  std::size_t waiting_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t closed_ = 0;
  std::function<void()> removed_;
};

}  // namespace tabletalk::http
