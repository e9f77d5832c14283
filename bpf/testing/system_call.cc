// SPDX-License-Identifier: Apache-2.0

#include "bpf/testing/system_call.h"

namespace eyrie::testing {

#ifdef __x86_64__
long Call32(long number, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
            uint32_t e, uint32_t f) {
  long result;
  // The sixth argument goes in %ebp, which the compiler may need itself.
  register long sixth asm("r12") = f;
  asm volatile(
      "xchgq %%rbp, %%r12\n\t"
      "int $0x80\n\t"
      "xchgq %%rbp, %%r12"
      : "=a"(result), "+r"(sixth)
      : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
      : "memory", "r8", "r9", "r10", "r11");
  return result;
}
#endif

}  // namespace eyrie::testing
