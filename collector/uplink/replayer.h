// SPDX-License-Identifier: Apache-2.0
//
// Puts the batches of a recording in the spool as if they happened now.

#ifndef EYRIE_COLLECTOR_UPLINK_REPLAYER_H_
#define EYRIE_COLLECTOR_UPLINK_REPLAYER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "collector/uplink/batch.h"
#include "collector/uplink/spool.h"
#include "common/recording_reader.h"

namespace eyrie::collector {

struct ReplayOptions {
  // 1: as fast as it was recorded, 2: twice as fast; 0: as fast as the server
  // takes it.
  double speed = 0;
};

// A recorded batch stands alone: it goes out as it is, with the processes,
// users, times and clock offset that it has; only run id and sequence are new.
//
// Thread safety: none; one thread, but for `stop`.
class Replayer {
 public:
  // Borrows all. `on_batch` is called with every batch in the spool.
  Replayer(const ReplayOptions& options, RecordingReader* recording,
           Spool* spool, std::function<void(const Batch&)> on_batch)
      : options_(options),
        recording_(recording),
        spool_(spool),
        on_batch_(std::move(on_batch)) {}

  // Returns OK at the end of the recording or soon after `stop` became true,
  // and kDataLoss where the recording is damaged, with everything before it in
  // the spool. Waits while the spool is full.
  absl::Status Run(const std::atomic<bool>& stop);

 private:
  // Waits until a batch recorded at `recorded` is due; false if `stop` came.
  bool AwaitDue(absl::Time recorded, const std::atomic<bool>& stop);

  const ReplayOptions options_;
  RecordingReader* const recording_;
  Spool* const spool_;
  const std::function<void(const Batch&)> on_batch_;
  absl::Time first_recorded_ = absl::InfiniteFuture();
  absl::Time first_sent_;
};

// `message` without run id and sequence.
Batch ToBatch(v1::EventBatch message);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_REPLAYER_H_
