// SPDX-License-Identifier: Apache-2.0
//
// System calls made by way of io_uring.

#ifndef EYRIE_TESTS_E2E_ATTACK_STEPS_IO_RING_H_
#define EYRIE_TESTS_E2E_ATTACK_STEPS_IO_RING_H_

#include <linux/io_uring.h>

#include <cstdint>

namespace eyrie::testing {

// An address as requests carry it.
inline uint64_t AddressOf(const void* pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

// Submits `request` in a ring of its own and waits for it. Returns the
// operation's result: negative errno if it failed, or the ring did.
int RunInRing(const io_uring_sqe& request);

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_E2E_ATTACK_STEPS_IO_RING_H_
