// SPDX-License-Identifier: Apache-2.0
//
// The collector put together: from a source of events to the server.

#ifndef EYRIE_COLLECTOR_COLLECTOR_H_
#define EYRIE_COLLECTOR_COLLECTOR_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "collector/config.h"
#include "collector/containers/inventory_feed.h"
#include "collector/containers/node_containers.h"
#include "collector/metrics.h"
#include "collector/node_clock.h"
#include "collector/node_identity.h"
#include "collector/pipeline.h"
#include "collector/source/event_source.h"
#include "collector/uplink/recording_writer.h"
#include "collector/uplink/spool.h"
#include "collector/uplink/stream.h"
#include "collector/uplink/uplink.h"
#include "common/http_server.h"
#include "common/metrics.h"
#include "common/recording_reader.h"

namespace eyrie::collector {

// The one place where the parts of the collector meet.
//
// Threads: the caller's of Run() takes records, one of the uplink's sends
// batches, gRPC and the HTTP server have their own.
//
// Thread safety: Stop() may be called from any thread, the rest from one.
class Collector {
 public:
  // Binds the HTTP port, opens files, checks certificates; nothing runs yet.
  // `source` is null if and only if options.replay names a file. `proc` tells
  // of processes that the source did not announce, `containers` of containers;
  // both may be null.
  static absl::StatusOr<std::unique_ptr<Collector>> Create(
      const CollectorOptions& options, std::unique_ptr<EventSource> source,
      std::unique_ptr<ProcReader> proc,
      std::unique_ptr<NodeContainers> containers = nullptr);

  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // Collects until Stop() is called or the source ends; then brings what it has
  // to the server, for at most options.shutdown_timeout after Stop(). Returns
  // the error of the source or the recording, if that was why.
  absl::Status Run();
  void Stop() { is_stopping_ = true; }

  // HOST:PORT that /metrics is served on.
  const std::string& http_address() const { return http_->address(); }
  // Batches that the server had not acknowledged when Run() returned.
  uint64_t unacked_batches() const { return unacked_batches_; }

 private:
  // Null if nobody tells of containers.
  ContainerRegistry* registry() const {
    return containers_ == nullptr ? nullptr : &containers_->registry();
  }

  Collector(const CollectorOptions& options, const NodeIdentity& identity,
            uint64_t run_id);

  absl::Status OpenFiles();
  absl::Status MakeUplink(const NodeIdentity& identity);
  void MakePipeline();
  absl::Status MakeHttp();
  absl::Status IsReady() const;
  MetricSources Sources() const;

  absl::Status Collect();
  absl::Status Replay();
  // Puts a new configuration, if there is one, in force and answers it.
  void ApplyConfig();
  void Record(const Batch& batch);
  void FillHeartbeat(v1::Heartbeat* heartbeat) const;

  const CollectorOptions options_;
  const uint64_t run_id_;
  const std::string node_;
  MetricRegistry metrics_;
  Spool spool_;
  std::unique_ptr<EventSource> source_;
  std::unique_ptr<ProcReader> proc_;
  std::unique_ptr<NodeContainers> containers_;
  std::unique_ptr<InventoryFeed> inventory_;  // null without containers_
  std::unique_ptr<RecordingReader> replay_;
  std::unique_ptr<RecordingWriter> recording_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<Uplink> uplink_;
  std::unique_ptr<Pipeline> pipeline_;  // null when replaying
  std::unique_ptr<HttpServer> http_;
  std::atomic<bool> is_stopping_{false};
  std::atomic<uint64_t> replayed_records_{0};
  uint64_t unacked_batches_ = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_COLLECTOR_H_
