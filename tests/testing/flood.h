// SPDX-License-Identifier: Apache-2.0
//
// System calls as fast as the machine makes them, and how many there were.

#ifndef EYRIE_TESTS_TESTING_FLOOD_H_
#define EYRIE_TESTS_TESTING_FLOOD_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "absl/time/time.h"

namespace eyrie::testing {

// Threads of a process of its own that call without a pause, from the
// constructor to Stop(). The process dies with its maker.
//
// Other threads of the maker are not part of it.
//
// Thread safety: one thread.
class Flood {
 public:
  static constexpr int kMaxThreads = 64;

  // `call` must not throw; it is not run in this process.
  Flood(int threads, const std::function<void()>& call);
  ~Flood();
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  // Ends the process; returns how many calls it made.
  uint64_t Stop();
  // So far.
  uint64_t made() const;
  // 0 after Stop().
  pid_t pid() const { return pid_; }
  // CPU time of the process; 0 before Stop().
  absl::Duration cpu() const { return cpu_; }

 private:
  struct Shared;  // memory of both processes

  Shared* shared_;
  pid_t pid_;
  absl::Duration cpu_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_FLOOD_H_
