// SPDX-License-Identifier: Apache-2.0
//
// Judges records whose pod was not known when they came.

#ifndef EYRIE_SERVER_HOLDBACK_HOLD_BACK_H_
#define EYRIE_SERVER_HOLDBACK_HOLD_BACK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/clock.h"
#include "common/metrics.h"
#include "server/detect/detector.h"
#include "server/detect/pod_finder.h"
#include "server/detect/pod_wait.h"
#include "server/holdback/hold_budget.h"
#include "server/incidents/incident_writer.h"
#include "server/nodes/node_registry.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Counted since the start, to be read at any time.
struct HoldBackStats {
  std::atomic<uint64_t> held{0};
  // Judged because the pod became known, and because time was up.
  std::atomic<uint64_t> known{0};
  std::atomic<uint64_t> late{0};
  // Found in the store at the start.
  std::atomic<uint64_t> loaded{0};
  // Stored records that could not be read.
  std::atomic<uint64_t> damaged{0};
};

struct HoldBackOptions {
  // How long a record waits, from when it is durable.
  absl::Duration wait = absl::Seconds(2);
  HoldLimits limits;
  // A pod that was waited for in vain is not waited for again so long: some are
  // never in the API, and their nodes would fill the budget.
  absl::Duration remember_missing = absl::Minutes(1);
  size_t max_missing = 4096;
};

// What it works with, borrowed.
struct HoldBackDeps {
  PodFinder* pods;
  Detector* detector;
  IncidentWriter* writer;
  NodeRegistry* nodes;
  Store* store;
  // From an event's time on its node to its detection on our disk.
  Histogram stored_latency = {};
};

// The life of a held record: the detector finds its pod unknown and takes room;
// the incident writer makes it durable together with the acknowledgment of its
// batch, and gives it to Add(); a thread judges it once its pod is known or
// time is up; the writer removes it together with its verdict. So a crash at
// any point neither loses nor doubles it, and no stream waits.
//
// Thread safety: all methods may be called from any thread, but for Start().
class HoldBack : public PodWait {
 public:
  // Borrows `pods`, as Start() does.
  HoldBack(PodFinder* pods, const HoldBackOptions& options);
  ~HoldBack() override;

  bool IsWorthWaiting(absl::string_view uid) override;
  bool IsComplete(absl::string_view uid) override;
  std::shared_ptr<const void> TakeRoom(size_t bytes) override;

  // Takes what a crash or a stop left in the store, and begins to judge. An
  // error if the store cannot be read. REQUIRES: called once.
  absl::Status Start(const HoldBackDeps& deps);
  // Ends the thread. What has not been judged stays in the store. Must come
  // before the writer and the detector go.
  void Stop();

  // Takes records that are durable.
  void Add(std::vector<HeldRecord> records);
  // Some pod may be known now.
  void OnPodsChanged();

  const HoldBackStats& stats() const { return stats_; }
  const HoldBudget& budget() const { return budget_; }

 private:
  struct Waiting {
    absl::Time deadline;
    HeldRecord record;
  };
  struct Due {
    HeldRecord record;
    bool is_late = false;
  };

  absl::Status Load();
  void Run();
  // Waits for something to do; empty means stop.
  std::vector<Due> TakeDue();
  void CollectDue(absl::Time now, std::vector<Due>& due)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RememberMissing(const std::string& uid, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Judge(Due due);

  PodFinder* const pods_;
  const HoldBackOptions options_;
  HoldBackDeps deps_{};
  HoldBudget budget_;
  HoldBackStats stats_;

  mutable absl::Mutex mutex_;
  // By deadline: all wait equally long.
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  bool is_changed_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Pods that were waited for in vain, until when they are not waited for.
  absl::flat_hash_map<std::string, absl::Time> missing_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_HOLDBACK_HOLD_BACK_H_
