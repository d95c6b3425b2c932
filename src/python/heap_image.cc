#include "python/heap_image.h"

#include <Python.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "base/fd.h"

namespace tabletalk::python {
namespace {

// Bytes.
constexpr int kOwnMapping = 4 << 20;
constexpr std::uintptr_t kHugePage = 2 << 20;

std::uintptr_t g_heap_begin = 0;

std::uintptr_t PageSize() { return static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)); }

/// Where the heap begins: nobody tells, without a /proc, but what is not mapped refuses advice.
std::uintptr_t FindBegin() {
  const std::uintptr_t page = PageSize();
  std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(::sbrk(0)) / page * page;
  while (::madvise(reinterpret_cast<void*>(begin - page), page, MADV_NORMAL) == 0) begin -= page;
  return begin;
}

void* AllocateArena(void*, std::size_t size) { return std::malloc(size); }
void FreeArena(void*, void* arena, std::size_t) { std::free(arena); }

bool WriteAll(int file, std::uintptr_t begin, std::uintptr_t end) {
  while (begin < end) {
    const ssize_t written = ::write(file, reinterpret_cast<void*>(begin), end - begin);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    begin += static_cast<std::uintptr_t>(written);
  }
  return true;
}

}  // namespace

void UseOneHeap() {
  g_heap_begin = FindBegin();
  // Larger ones, the columns of tables, have mappings of their own, which numpy asks huge pages
  // for.
  ::mallopt(M_MMAP_THRESHOLD, kOwnMapping);
  ::mallopt(M_TRIM_THRESHOLD, -1);
  PyObjectArenaAllocator arenas{nullptr, AllocateArena, FreeArena};
  PyObject_SetArenaAllocator(&arenas);
}

base::Result<void> MapHeapFromFile() {
  const auto failed = [](const char* what) {
    return base::SystemError(base::ErrorCode::unavailable,
                             std::string("The warm heap cannot be ") + what + ".", errno);
  };
  const base::UniqueFd file(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return failed("given a file");
  // Nothing may be allocated from here on: what is written is the heap itself.
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(::sbrk(0)) / PageSize() * PageSize();
  // In the file as far from a huge page's boundary as in memory, so that huge pages can be mapped.
  const auto offset = static_cast<off_t>(g_heap_begin % kHugePage);
  const auto size = static_cast<off_t>(end - g_heap_begin);
  if (::ftruncate(file.get(), offset + size) != 0 ||
      ::lseek(file.get(), offset, SEEK_SET) != offset || !WriteAll(file.get(), g_heap_begin, end))
    return failed("written");
  void* const mapped = ::mmap(reinterpret_cast<void*>(g_heap_begin), end - g_heap_begin,
                              PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file.get(), offset);
  if (mapped == MAP_FAILED) return failed("mapped");
  return {};
}

}  // namespace tabletalk::python
