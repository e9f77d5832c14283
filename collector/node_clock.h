// SPDX-License-Identifier: Apache-2.0
//
// The clock that records carry, and how it relates to the time of day.

#ifndef EYRIE_COLLECTOR_NODE_CLOCK_H_
#define EYRIE_COLLECTOR_NODE_CLOCK_H_

#include <cstdint>

#include "absl/time/time.h"

namespace eyrie::collector {

// Thread safety: all methods may be called from any thread.
class NodeClock {
 public:
  virtual ~NodeClock() = default;

  // Nanoseconds since boot, suspend included: the clock of `record.time_ns`.
  virtual uint64_t BootNs() const = 0;

  // What to add to BootNs() to get nanoseconds since the epoch. Changes when
  // the time of day is set or slewed; measured anew at each call, to about a
  // microsecond on a machine that is not overloaded.
  virtual int64_t OffsetNs() const = 0;

  // Waits that long.
  virtual void SleepFor(absl::Duration duration) const = 0;

  // The machine's clocks; lives for ever.
  static const NodeClock* Real();
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_NODE_CLOCK_H_
