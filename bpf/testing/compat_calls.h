// SPDX-License-Identifier: Apache-2.0
//
// System calls of the 32-bit ABI, made from this 64-bit process (x86 only).

#ifndef EYRIE_BPF_TESTING_COMPAT_CALLS_H_
#define EYRIE_BPF_TESTING_COMPAT_CALLS_H_

#ifdef __x86_64__

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace eyrie::testing {

// Makes the call `number` of the i386 table; returns its result or a negative
// errno. Pointers must lie in LowMemory.
inline long Call32(long number, long a = 0, long b = 0, long c = 0, long d = 0,
                   long e = 0, long f = 0) {
  long result;
  // The sixth argument is in ebp, which the compiler may not lend. Below the
  // stack pointer lies the red zone.
  asm volatile(
      "lea -128(%%rsp), %%rsp\n\t"
      "push %%rbp\n\t"
      "mov %[f], %%rbp\n\t"
      "int $0x80\n\t"
      "pop %%rbp\n\t"
      "lea 128(%%rsp), %%rsp"
      : "=a"(result)
      : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), [f] "r"(f)
      : "memory", "cc", "r8", "r9", "r10", "r11");
  return result;
}

// Whether the kernel knows such calls at all.
inline bool HasCompatCalls() { return Call32(20 /* getpid */) != -ENOSYS; }

// Memory that a 32-bit pointer can name.
class LowMemory {
 public:
  LowMemory()
      : page_(static_cast<char*>(mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT,
                                      -1, 0))) {
    if (page_ == MAP_FAILED) abort();
  }
  ~LowMemory() { munmap(page_, kSize); }
  LowMemory(const LowMemory&) = delete;
  LowMemory& operator=(const LowMemory&) = delete;

  // The address of a copy of `size` bytes.
  uint32_t Put(const void* bytes, size_t size) {
    if (used_ + size > kSize) abort();
    char* const at = page_ + used_;
    memcpy(at, bytes, size);
    used_ += (size + 7) & ~size_t{7};
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(at));
  }
  uint32_t Put(const char* text) { return Put(text, strlen(text) + 1); }
  template <typename T>
  uint32_t Put(const T& value) {
    return Put(&value, sizeof(value));
  }

 private:
  static constexpr size_t kSize = 16384;

  char* page_;
  size_t used_ = 0;
};

}  // namespace eyrie::testing

#endif  // __x86_64__
#endif  // EYRIE_BPF_TESTING_COMPAT_CALLS_H_
