// SPDX-License-Identifier: Apache-2.0

#include "tests/testing/flood.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

namespace eyrie::testing {
namespace {

constexpr size_t kCacheLine = 64;

}  // namespace

struct Flood::Shared {
  struct alignas(kCacheLine) Counter {
    std::atomic<uint64_t> calls = 0;
  };
  std::atomic<bool> is_over = false;
  Counter counters[kMaxThreads];
};

Flood::Flood(int threads, const std::function<void()>& call) {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_ = -1;
  if (memory != MAP_FAILED && threads <= kMaxThreads) {
    shared_ = new (memory) Shared;
    pid_ = fork();
  }
  if (pid_ < 0) {
    std::perror("starting a flood");
    std::abort();
  }
  if (pid_ > 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<std::thread> callers;
  for (int i = 0; i < threads; ++i) {
    callers.emplace_back([this, &call, i] {
      std::atomic<uint64_t>& calls = shared_->counters[i].calls;
      while (!shared_->is_over.load(std::memory_order_relaxed)) {
        call();
        calls.store(calls.load(std::memory_order_relaxed) + 1,
                    std::memory_order_relaxed);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  _exit(0);
}

Flood::~Flood() {
  Stop();
  munmap(shared_, sizeof(Shared));
}

uint64_t Flood::Stop() {
  shared_->is_over = true;
  if (pid_ > 0) {
    rusage usage{};
    wait4(pid_, nullptr, 0, &usage);
    cpu_ = absl::DurationFromTimeval(usage.ru_utime) +
           absl::DurationFromTimeval(usage.ru_stime);
  }
  pid_ = 0;
  return made();
}

uint64_t Flood::made() const {
  uint64_t sum = 0;
  for (const Shared::Counter& counter : shared_->counters) sum += counter.calls;
  return sum;
}

}  // namespace eyrie::testing
