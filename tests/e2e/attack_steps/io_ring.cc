// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/io_ring.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace eyrie::testing {
namespace {

constexpr uint32_t kEntries = 1;

// Memory that the kernel shares; lives as long as the process.
char* Map(int ring, size_t size, uint64_t offset) {
  void* memory =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
           ring, static_cast<off_t>(offset));
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

}  // namespace

int RunInRing(const io_uring_sqe& request) {
  io_uring_params params = {};
  const auto ring =
      static_cast<int>(syscall(SYS_io_uring_setup, kEntries, &params));
  if (ring < 0) return -errno;
  char* const submissions =
      Map(ring, params.sq_off.array + params.sq_entries * sizeof(uint32_t),
          IORING_OFF_SQ_RING);
  char* const completions =
      Map(ring, params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe),
          IORING_OFF_CQ_RING);
  char* const entries =
      Map(ring, params.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES);
  if (submissions == nullptr || completions == nullptr || entries == nullptr) {
    return -ENOMEM;
  }
  *reinterpret_cast<io_uring_sqe*>(entries) = request;
  auto* tail = reinterpret_cast<uint32_t*>(submissions + params.sq_off.tail);
  std::atomic_ref<uint32_t>(*tail).store(1, std::memory_order_release);
  if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, nullptr,
              0) < 0) {
    return -errno;
  }
  const auto* completion =
      reinterpret_cast<io_uring_cqe*>(completions + params.cq_off.cqes);
  const int result = completion->res;
  close(ring);
  return result;
}

}  // namespace eyrie::testing
