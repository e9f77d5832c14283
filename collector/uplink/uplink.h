// SPDX-License-Identifier: Apache-2.0
//
// Keeps the stream to the server and brings every batch of the spool there.

#ifndef EYRIE_COLLECTOR_UPLINK_UPLINK_H_
#define EYRIE_COLLECTOR_UPLINK_UPLINK_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/collector_service.pb.h"

#include "collector/uplink/backoff.h"
#include "collector/uplink/inventory_source.h"
#include "collector/uplink/spool.h"
#include "collector/uplink/stream.h"

namespace eyrie::collector {

struct UplinkOptions {
  v1::Hello hello;
  BackoffOptions backoff;
  // How long connecting and the server's welcome may take together.
  absl::Duration welcome_timeout = absl::Seconds(10);
  // A stream that was welcomed and lasted this long starts the backoff over; so
  // does one that brought an acknowledgement.
  absl::Duration good_stream = absl::Seconds(10);
  // How often changes of the inventory are looked for: often enough for a list
  // on a screen; what events need travels with them.
  absl::Duration inventory_interval = absl::Seconds(1);
};

// Counted since the start.
struct UplinkStats {
  uint64_t streams = 0;          // that were welcomed
  uint64_t failed_attempts = 0;  // that were not
  uint64_t batches_sent = 0;     // each time one is sent
  uint64_t batches_resent = 0;   // of these, not for the first time
  uint64_t bytes_sent = 0;
  uint64_t acks = 0;
  uint64_t heartbeats = 0;
  uint64_t configs = 0;
  uint64_t inventories = 0;
  // Batches that the server wants again although it had acknowledged them.
  uint64_t batches_missing = 0;
};

// One thread of its own sends hello, waits for the welcome, and then sends what
// the spool holds after the last acknowledged batch, heartbeats and answers to
// configurations. When the stream breaks it connects again. Batches leave the
// spool only when they are acknowledged; sending one twice is harmless.
//
// Thread safety: all methods may be called from any thread, Start() and Stop()
// once.
class Uplink {
 public:
  // Borrows `connector` and `spool`. `fill_heartbeat`, called on the uplink's
  // thread, adds what the uplink does not know: time, losses, counters.
  // `inventory` may be null.
  Uplink(const UplinkOptions& options, Connector* connector, Spool* spool,
         std::function<void(v1::Heartbeat*)> fill_heartbeat,
         InventorySource* inventory = nullptr);
  // Stops at once if Stop() was not called.
  ~Uplink();

  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  void Start();

  // To be called when the spool got a batch.
  void Wake();

  // Sends and waits for acknowledgements until the spool is empty or `deadline`
  // has come, then ends the stream. Returns the batches that the server has not
  // acknowledged. REQUIRES: the spool gets no more batches.
  uint64_t Stop(absl::Time deadline);

  // What the server wants collected, if that is new since the last call. Only
  // the newest is kept. To be answered with AnswerConfig().
  std::optional<v1::CollectorConfig> TakeConfig();
  void AnswerConfig(v1::ConfigAck ack);

  // Whether the server has welcomed us and the stream has not ended.
  bool is_connected() const { return is_connected_; }
  UplinkStats stats() const;

 private:
  void Run();
  // One stream from hello to end. OK only if it ended because of Stop().
  absl::Status Converse(Stream* stream);
  absl::Status AwaitWelcome(Stream* stream);
  absl::Status TakeWelcome(const v1::Welcome& welcome);
  absl::Status TakeResponses(Stream* stream);
  absl::Status TakeAck(uint64_t sequence);
  // Begins to send what is due, if anything is.
  void WriteNext(Stream* stream);
  // The same for one kind of request. Returns whether it was due.
  bool WriteConfigAck(Stream* stream);
  bool WriteHeartbeat(Stream* stream);
  bool WriteInventory(Stream* stream);
  void WriteBatch(Stream* stream);
  // When something is due without anyone waking us.
  absl::Time NextDue() const;
  // Ends a stream whose work is done, waiting for the server until `deadline`.
  void Finish(Stream* stream, absl::Time deadline);

  // Waits until Wake() was called since the last time, or until `deadline`.
  void AwaitWake(absl::Time deadline);
  // Waits for the next attempt, or less if Stop() is called.
  void AwaitNextAttempt(const absl::Status& status);
  // When to give up; InfiniteFuture() before Stop().
  absl::Time stop_deadline() const;
  bool is_stopping() const;
  // Whether Stop() has nothing left to wait for.
  bool is_drained() const { return is_stopping() && spool_->empty(); }

  const UplinkOptions options_;
  Connector* const connector_;
  Spool* const spool_;
  const std::function<void(v1::Heartbeat*)> fill_heartbeat_;
  InventorySource* const inventory_;
  std::thread thread_;

  // Of the uplink's thread.
  absl::BitGen random_;
  Backoff backoff_;
  uint64_t next_sequence_ = 1;
  uint64_t highest_sent_ = 0;
  absl::Duration heartbeat_interval_;
  absl::Time heartbeat_due_;
  bool is_last_heartbeat_sent_ = false;
  absl::Time inventory_due_;
  bool is_inventory_begun_ = false;  // on the current stream
  bool has_progress_ = false;        // of the current stream

  mutable absl::Mutex mutex_;
  absl::CondVar woken_;
  bool is_woken_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time stop_deadline_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  std::optional<v1::CollectorConfig> config_ ABSL_GUARDED_BY(mutex_);
  std::optional<v1::ConfigAck> config_ack_ ABSL_GUARDED_BY(mutex_);
  UplinkStats stats_ ABSL_GUARDED_BY(mutex_);
  // Without the lock, for the main loop.
  std::atomic<bool> has_config_{false};
  std::atomic<bool> is_connected_{false};
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_UPLINK_H_
