// SPDX-License-Identifier: Apache-2.0
//
// System calls as tests make them: the very call, not what libc makes of it.

#ifndef EYRIE_BPF_TESTING_SYSTEM_CALL_H_
#define EYRIE_BPF_TESTING_SYSTEM_CALL_H_

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace eyrie::testing {

// Makes the system call `number`. Returns its result or the negative errno.
template <typename... Arguments>
long Call(long number, Arguments... arguments) {
  const long result = syscall(number, arguments...);
  return result == -1 ? -errno : result;
}

#ifdef __x86_64__
// The same with the numbers and registers of a 32-bit process; -ENOSYS if the
// kernel runs none. Pointers come from LowMemory.
long Call32(long number, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0,
            uint32_t d = 0, uint32_t e = 0, uint32_t f = 0);

// A zeroed T below 4 GiB, where 32-bit calls can point.
template <typename T>
class LowMemory {
 public:
  LowMemory()
      : memory_(static_cast<T*>(mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT,
                                     -1, 0))) {}
  ~LowMemory() { munmap(memory_, sizeof(T)); }
  LowMemory(const LowMemory&) = delete;
  LowMemory& operator=(const LowMemory&) = delete;

  T& operator*() { return *memory_; }
  T* operator->() { return memory_; }
  uint32_t address() const {
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(memory_));
  }

 private:
  T* memory_;
};
#endif  // __x86_64__

}  // namespace eyrie::testing

#endif  // EYRIE_BPF_TESTING_SYSTEM_CALL_H_
