// SPDX-License-Identifier: Apache-2.0
//
// Where the collector's records come from: the kernel, a recording, a test.

#ifndef EYRIE_COLLECTOR_SOURCE_EVENT_SOURCE_H_
#define EYRIE_COLLECTOR_SOURCE_EVENT_SOURCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "proto/record_view.h"

namespace eyrie::collector {

// Losses since the source started, by event type (0: not known).
struct SourceLoss {
  enum class Reason { kLifecycleRingFull, kEventRingFull, kScratchBusy };
  Reason reason;
  uint16_t event_type = 0;
  uint64_t count = 0;
};

// How full one of the source's buffers was, in bytes, when it was read.
struct BufferFill {
  std::string buffer;  // "lifecycle", "event"
  uint64_t size = 0;
  uint64_t waiting = 0;       // the last time
  uint64_t most_waiting = 0;  // since the source started
};

// How often and how long one of the source's programs in the kernel has run.
struct ProgramRuns {
  // Its name or, if it is a copy for one, the kernel's function.
  std::string program;
  uint64_t runs = 0;
  uint64_t time_ns = 0;
};

// How many hooks of one kind see system calls.
struct HookCount {
  std::string kind;  // "tracepoint", "function"
  uint64_t count = 0;
};

// Gives records in the order of their time, as nearly as the source can.
//
// Thread safety: one thread calls everything but Losses(), Fills(), Hooks() and
// Runs().
class EventSource {
 public:
  virtual ~EventSource() = default;

  // Begins: hooks on, then what was there before as `task` records first.
  virtual absl::Status Start() = 0;

  // The next records, waiting up to `timeout` for at least one. They stay valid
  // until the next call. Empty after the timeout. kOutOfRange at the end of a
  // recording.
  virtual absl::StatusOr<absl::Span<const RecordView>> Poll(
      absl::Duration timeout) = 0;

  // Which event types are wanted beyond the process life cycle, by id. Takes
  // effect at once, without a gap in types that stay.
  virtual absl::Status SetEventTypes(absl::Span<const uint16_t> types) = 0;

  virtual std::vector<SourceLoss> Losses() const = 0;

  // Empty if the source has no buffers.
  virtual std::vector<BufferFill> Fills() const { return {}; }

  // Empty if the source has no hooks.
  virtual std::vector<HookCount> Hooks() const { return {}; }

  // Empty if the source does not measure.
  virtual std::vector<ProgramRuns> Runs() const { return {}; }

  // How it reads events, for Hello.sensor: "tp_btf", "fexit", "recording".
  virtual std::string name() const = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_EVENT_SOURCE_H_
