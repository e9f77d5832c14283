// SPDX-License-Identifier: Apache-2.0
//
// The way of a record from the source to the spool.

#ifndef EYRIE_COLLECTOR_PIPELINE_H_
#define EYRIE_COLLECTOR_PIPELINE_H_

#include <bitset>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "collector/enrich/cgroup_table.h"
#include "collector/enrich/container_directory.h"
#include "collector/enrich/enricher.h"
#include "collector/enrich/env_filter.h"
#include "collector/enrich/hold_back.h"
#include "collector/enrich/proc_reader.h"
#include "collector/enrich/process_table.h"
#include "collector/enrich/user_resolver.h"
#include "collector/node_clock.h"
#include "collector/source/event_source.h"
#include "collector/uplink/batcher.h"
#include "collector/uplink/spool.h"
#include "common/metrics.h"
#include "proto/record.h"

namespace eyrie::collector {

struct PipelineOptions {
  ProcessTableOptions processes;
  BatcherOptions batcher;
  CgroupTableOptions cgroups;
  // Most bytes of records that wait for what container runtimes tell: one busy
  // container's first two seconds. Beyond, those of the container with most go
  // as they are.
  size_t max_held_bytes = 8 << 20;
  // Of environments, what leaves the node.
  EnvFilter environment;
  // Where etc/passwd and etc/group are.
  std::string host_root = "/";
};

// What it works with; borrowed, outlives it.
struct PipelineDeps {
  EventSource* source;
  const NodeClock* clock;
  ProcReader* proc;                          // may be null
  ContainerDirectory* containers = nullptr;  // may be null
  Spool* spool;
  // Whether there is a server to send to.
  std::function<bool()> is_connected;
  // Called with each closed batch before it goes to the spool, and after.
  std::function<void(const Batch&)> on_closed;
  std::function<void()> on_spooled;
  // How late records are taken from the source, in seconds, once a poll.
  Histogram lag;
};

// Counted since the start.
struct PipelineStats {
  uint64_t records = 0;  // that went into batches
  uint64_t batches = 0;
  uint64_t batch_bytes = 0;
  // Records from the source by event type, wanted or not.
  std::vector<std::pair<uint16_t, uint64_t>> read_by_type;
  ProcessTableStats processes;
  CgroupTableStats cgroups;
  HoldBackStats hold_back;
};

// Every record updates the process table; those that the server wants go into
// batches with what must be known of them. Records of a container that its
// runtime has not told about yet wait for that, for a bounded time; all others
// pass them by.
//
// Thread safety: one thread calls everything but stats().
class Pipeline {
 public:
  // How long Poll() may wait when there is nothing to do: what else the main
  // thread does, such as taking a configuration, waits no longer.
  static constexpr absl::Duration kPollTimeout = absl::Milliseconds(2);
  // After a poll that gave records the next comes no sooner: under load a poll
  // for every few records would cost more than the records. Not after one that
  // gave kLargePoll, nor within the snapshot: then more is there already.
  static constexpr absl::Duration kPollInterval = absl::Milliseconds(2);
  static constexpr size_t kLargePoll = 1024;

  Pipeline(const PipelineOptions& options, PipelineDeps deps);

  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Takes what the source has and closes the batch if it is due. Errors of the
  // source are passed on: kOutOfRange at the end of its records.
  absl::Status RunOnce();
  // Closes the open batch whatever its age.
  void Flush();

  // Wants these event types, as in `evt.type`, from now on; until the first
  // call everything that the source gives. kInvalidArgument naming the types
  // that this collector does not know, with nothing changed.
  absl::Status SetEventTypes(const std::vector<std::string>& names);

  // As of about kStatsInterval ago.
  static constexpr absl::Duration kStatsInterval = absl::Milliseconds(100);
  PipelineStats stats() const;

 private:
  static constexpr size_t kTypes = EYRIE_EVENT_LIMIT;

  void Take(const RecordView& read, uint64_t now_ns);
  // Puts the record into the batch, or holds it back if it may wait.
  void Place(const RecordView& record, ProcessImage* image, bool may_wait,
             uint64_t now_ns);
  void AddToBatch(const RecordView& record, ProcessImage* image,
                  CgroupEntry* cgroup, uint64_t now_ns);
  void Hold(const RecordView& record, const std::string& container,
            uint64_t now_ns);
  // Places the records of that container that were held back.
  void Release(const std::string& container, bool may_wait, uint64_t now_ns);
  // Records of that container go as they are, now and later.
  void GiveUp(const std::string& container, uint64_t now_ns);
  // The same for all that need not wait any longer.
  void ReleaseReady(uint64_t now_ns);
  void Close();
  Pace CurrentPace() const;
  // What is done from time to time.
  void Tick(uint64_t now_ns);
  void PublishStats();
  // As measured now, but not changed by what is only noise of the measurement.
  int64_t ClockOffset();

  const PipelineDeps deps_;
  const size_t max_held_bytes_;
  const EnvFilter environment_;
  std::string filtered_;  // the record that it made last
  ProcessTable processes_;
  UserResolver users_;
  CgroupTable cgroups_;
  HoldBack held_;
  // Of cgroups_, when those held were looked at last.
  uint64_t seen_generation_ = 0;
  Enricher enricher_;
  Batcher batcher_;
  std::bitset<kTypes> wanted_;
  std::vector<uint64_t> read_;  // by event type
  uint64_t next_poll_ns_ = 0;
  uint64_t next_stats_ns_ = 0;
  uint64_t next_upkeep_ns_ = 0;
  int64_t clock_offset_ns_ = 0;
  PipelineStats counted_;

  mutable absl::Mutex mutex_;
  PipelineStats published_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_PIPELINE_H_
