// SPDX-License-Identifier: Apache-2.0
//
// One node's stream: what was received, judged, made durable and acknowledged.

#ifndef EYRIE_SERVER_INGEST_SESSION_H_
#define EYRIE_SERVER_INGEST_SESSION_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/collector_service.pb.h"

#include "common/clock.h"
#include "common/metrics.h"
#include "server/detect/detector.h"
#include "server/incidents/incident_writer.h"
#include "server/ingest/work_pool.h"
#include "server/nodes/node_registry.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Counted over all sessions since the server started.
struct IngestStats {
  std::atomic<uint64_t> batches{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> duplicate_batches{0};
  std::atomic<uint64_t> sequence_holes{0};
  std::atomic<uint64_t> heartbeats{0};
  std::atomic<uint64_t> streams_opened{0};
  std::atomic<uint64_t> streams_refused{0};
  std::atomic<uint64_t> streams_superseded{0};
  std::atomic<uint64_t> config_nacks{0};
};

// Borrowed by every session; outlives them.
struct SessionDeps {
  Store* store;
  Detector* detector;
  IncidentWriter* writer;
  NodeRegistry* nodes;
  WorkPool* pool;
  IngestStats* stats;
  const Clock* clock;
  absl::Duration heartbeat_interval = absl::Seconds(10);
  // Seconds from an event's time on its node to its detection on our disk.
  Histogram stored_latency = {};
};

// Where a session's answers go: the stream, or a test.
//
// Thread safety: methods are called from any thread, never two at a time for
// one session.
class SessionOutput {
 public:
  virtual ~SessionOutput() = default;
  virtual void SendWelcome(v1::Welcome welcome) = 0;
  // Acks are cumulative: a later one may replace an earlier that waits.
  virtual void SendAck(uint64_t sequence) = 0;
  virtual void SendConfig(v1::CollectorConfig config) = 0;
  // The session wants the next request.
  virtual void ReadNext() = 0;
  // Ends the stream. Further calls have no effect.
  virtual void Fail(const absl::Status& status) = 0;
};

// The protocol of one stream, without gRPC.
//
// The life of a batch: OnRequest queues it; a pool thread judges it, in order;
// the incident writer makes the verdict durable; then it is acknowledged. At
// most kMaxPending batches are on that way: beyond, the stream is not read, and
// gRPC's flow control slows the node, whose spool absorbs it.
//
// Lifetime: shared by the stream and by the work under way. Thread safety: all
// methods may be called from any thread; OnRequest by one at a time.
class Session : public std::enable_shared_from_this<Session> {
 public:
  // Enough to judge one batch while one is being written and one received.
  static constexpr size_t kMaxPending = 4;
  // A batch is at most 1 MiB; the rest of a request is small.
  static constexpr size_t kMaxNodeName = 253;

  // `output` stays valid until Detach().
  Session(const SessionDeps& deps, SessionOutput* output, std::string peer,
          uint64_t stream);

  // One request of the stream. Asks for the next by ReadNext() when it may.
  void OnRequest(v1::ConnectRequest request);
  // Tells the node what to collect if that is news to it.
  void SendConfig(const std::vector<std::string>& event_types,
                  uint64_t version);
  // Ends the session because another stream of the same node took over.
  void Supersede();
  // The stream is gone: no more output.
  void Detach();

  // Empty before the hello.
  std::string node() const;
  uint64_t stream() const { return stream_; }

 private:
  absl::Status OnHello(const v1::Hello& hello);
  absl::Status OnBatch(v1::EventBatch batch);
  void OnHeartbeat(const v1::Heartbeat& heartbeat);
  void OnConfigAck(const v1::ConfigAck& ack);
  void JudgeNext();
  void RecordMalformed(const std::string& node, const v1::EventBatch& batch,
                       const Verdict& verdict);
  void RecordGap(const v1::CoverageGap& gap);
  void OnDurable(uint64_t sequence, const std::vector<absl::Time>& detected,
                 const absl::Status& status);
  void Fail(const absl::Status& status);

  const SessionDeps deps_;
  const std::string peer_;
  const uint64_t stream_;
  mutable absl::Mutex mutex_;
  SessionOutput* output_ ABSL_GUARDED_BY(mutex_);
  bool has_hello_ ABSL_GUARDED_BY(mutex_) = false;
  std::string node_ ABSL_GUARDED_BY(mutex_);
  uint64_t run_id_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t received_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t acked_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t config_version_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> config_types_ ABSL_GUARDED_BY(mutex_);
  bool has_config_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<v1::EventBatch> batches_ ABSL_GUARDED_BY(mutex_);
  // Batches from receipt to durability, and whether reading waits for them.
  size_t pending_ ABSL_GUARDED_BY(mutex_) = 0;
  bool read_waits_ ABSL_GUARDED_BY(mutex_) = false;
  bool judging_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_SESSION_H_
