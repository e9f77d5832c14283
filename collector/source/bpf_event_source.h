// SPDX-License-Identifier: Apache-2.0
//
// Records from the running kernel.

#ifndef EYRIE_COLLECTOR_SOURCE_BPF_EVENT_SOURCE_H_
#define EYRIE_COLLECTOR_SOURCE_BPF_EVENT_SOURCE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "collector/source/bpf_sensor.h"
#include "collector/source/event_source.h"
#include "collector/source/ring_reader.h"
#include "collector/source/snapshot_reader.h"

namespace eyrie::collector {

struct BpfEventSourceOptions {
  BpfSensorOptions sensor;
  // Report the system calls of this process too. Its life cycle always is.
  bool report_self = false;
  // Begin with a `task` record for each process that is there already.
  bool snapshot = true;
};

// Usage:
//
//   EYRIE_ASSIGN_OR_RETURN(auto source, BpfEventSource::Create({}));
//   EYRIE_RETURN_IF_ERROR(source->SetEventTypes({EYRIE_EVENT_openat}));
//   EYRIE_RETURN_IF_ERROR(source->Start());
//   while (…) { … source->Poll(absl::Seconds(1)) … }
//
// Naming execve or execveat in SetEventTypes() asks for those that fail; those
// that succeed always come. Ids that the sensor does not carry are ignored.
//
// Thread safety: as EventSource.
class BpfEventSource : public EventSource {
 public:
  // Loads the programs. Errors as BpfSensor::Load().
  static absl::StatusOr<std::unique_ptr<BpfEventSource>> Create(
      const BpfEventSourceOptions& options);

  absl::Status Start() override;
  absl::StatusOr<absl::Span<const RecordView>> Poll(
      absl::Duration timeout) override;
  absl::Status SetEventTypes(absl::Span<const uint16_t> types) override;
  std::vector<SourceLoss> Losses() const override;
  std::vector<BufferFill> Fills() const override;
  std::string name() const override {
    return sensor_->uses_functions() ? "fexit" : "tp_btf";
  }
  // "tracepoint": the hooks on all system calls; "function": those on the
  // kernel's functions. Counts what is attached for system calls right now.
  std::vector<HookCount> Hooks() const override;
  std::vector<ProgramRuns> Runs() const override;

  // Whether every system call of every process pays for the hook right now.
  bool is_syscall_hook_attached() const {
    return sensor_->is_syscall_hook_attached();
  }

 private:
  explicit BpfEventSource(const BpfEventSourceOptions& options)
      : options_(options) {}

  absl::StatusOr<absl::Span<const RecordView>> PollSnapshot();
  // How full a ring is; written by Poll(), read by any thread.
  struct Fill {
    std::atomic<uint64_t> waiting = 0;
    std::atomic<uint64_t> most_waiting = 0;

    void Note(const RingReader& ring);
  };

  // Fills records_ with what is in the rings now, in order.
  void ReadRings();
  void IgnoreIfSelf(const RecordView& task);

  const BpfEventSourceOptions options_;
  std::unique_ptr<BpfSensor> sensor_;
  std::unique_ptr<RingReader> lifecycle_ring_;
  std::unique_ptr<RingReader> event_ring_;
  std::unique_ptr<SnapshotReader> snapshot_;  // null once it is read
  Fill lifecycle_fill_;
  Fill event_fill_;
  std::vector<RecordView> records_;
  bool is_started_ = false;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_BPF_EVENT_SOURCE_H_
