// SPDX-License-Identifier: Apache-2.0

#include "collector/node_clock.h"

#include <time.h>

#include <limits>

#include "absl/time/clock.h"

namespace eyrie::collector {
namespace {

// Reading two clocks takes under a microsecond unless the thread is interrupted
// in between; then the measurement is taken again, at most this often.
constexpr int kMaxTries = 5;
constexpr int64_t kGoodSpreadNs = 2'000;

int64_t Read(clockid_t id) {
  timespec time;
  clock_gettime(id, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

class RealNodeClock : public NodeClock {
 public:
  uint64_t BootNs() const override {
    return static_cast<uint64_t>(Read(CLOCK_BOOTTIME));
  }

  int64_t OffsetNs() const override {
    int64_t best_spread = std::numeric_limits<int64_t>::max();
    int64_t offset = 0;
    for (int i = 0; i < kMaxTries && best_spread > kGoodSpreadNs; ++i) {
      const int64_t before = Read(CLOCK_BOOTTIME);
      const int64_t wall = Read(CLOCK_REALTIME);
      const int64_t after = Read(CLOCK_BOOTTIME);
      if (after - before >= best_spread) continue;
      best_spread = after - before;
      offset = wall - (before + best_spread / 2);
    }
    return offset;
  }

  void SleepFor(absl::Duration duration) const override {
    absl::SleepFor(duration);
  }
};

}  // namespace

const NodeClock* NodeClock::Real() {
  static const RealNodeClock* const clock = new RealNodeClock;
  return clock;
}

}  // namespace eyrie::collector
