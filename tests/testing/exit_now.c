/* SPDX-License-Identifier: Apache-2.0
 *
 * The shortest program: it ends at once, with 0. Without a C library, which
 * would make it live ten times as long.
 */

void _start(void) {
#if defined(__x86_64__)
  __asm__ volatile("syscall" : : "a"(231L), "D"(0L));
#elif defined(__aarch64__)
  register long status __asm__("x0") = 0;
  register long number __asm__("x8") = 94;

  __asm__ volatile("svc 0" : : "r"(status), "r"(number));
#else
#error "the number of exit_group on this machine"
#endif
  __builtin_unreachable();
}
