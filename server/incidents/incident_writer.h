// SPDX-License-Identifier: Apache-2.0
//
// The one writer of incidents: groups detections, makes them durable, tells
// watchers.

#ifndef EYRIE_SERVER_INCIDENTS_INCIDENT_WRITER_H_
#define EYRIE_SERVER_INCIDENTS_INCIDENT_WRITER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"
#include "eyrie/v1/incident_service.pb.h"

#include "common/clock.h"
#include "server/incidents/incident_writer_stats.h"
#include "server/incidents/process_link.h"
#include "server/incidents/watch_hub.h"
#include "server/storage/store.h"

namespace eyrie::server {

// What judging one batch found; detections have everything but incident_id.
struct JudgedBatch {
  // Unset if it acknowledges nothing: then the ids of its detections alone tell
  // what is durable already.
  std::optional<AckMark> ack;
  std::vector<v1::Detection> detections;
  // Records that are judged later, and such that have been judged with this.
  std::vector<HeldRecord> held;
  std::vector<RecordPlace> released;
  // Come after the detections: a link may be to an incident that these open.
  std::vector<ProcessLink> links;
  // Called on the writer's thread once the batch is durable (or was before:
  // then nothing is written), or with the error that lost it: only when the
  // writer is destroyed while the store cannot be written. Must not call the
  // writer.
  std::function<void(const absl::Status&)> done;
};

struct IncidentWriterOptions {
  // Judged batches that may wait; Submit blocks beyond.
  size_t max_queue = 64;
  // Detections of batches that may wait, at about 4 KiB each: 64 MiB. A batch
  // that is larger than that by itself waits until the queue is empty.
  size_t max_queued_detections = 16'384;
  // Most batches in one commit, and detections after which no further batch is
  // added: bound its latency and the memory of the write.
  size_t max_group = 32;
  size_t max_group_detections = 4096;
  // Live incidents kept in memory, at about 1 KiB each.
  size_t max_live_incidents = 4096;
  // Between attempts to write to a store that fails: doubled from the first to
  // the last.
  absl::Duration min_retry_delay = absl::Milliseconds(10);
  absl::Duration max_retry_delay = absl::Seconds(5);
  // Where to count; null: nowhere. Borrowed.
  IncidentWriterStats* stats = nullptr;
  // Gets held records once they are durable, on the writer's thread; those of
  // repeated batches are not written and not given. Must not call the writer.
  std::function<void(std::vector<HeldRecord>)> on_held = {};
};

// Owns a thread. Takes judged batches in order, many at a time into one write,
// which is synced if it has detections.
//
// A batch that repeats one which is durable, by its ack state or by the ids of
// its detections, changes nothing. While the store cannot be written, batches
// wait, and so do those who submit; nothing is given up before the destructor.
//
// Watchers get one change for each incident of a write, with the last of its
// detections.
//
// Thread safety: all methods may be called from any thread.
class IncidentWriter {
 public:
  // Borrows `store`, `hub`, `clock`.
  IncidentWriter(Store* store, WatchHub* hub, const Clock* clock,
                 IncidentWriterOptions options);
  // Writes what was submitted, then stops. If the store cannot be written, what
  // is left gets its `done` with the error. REQUIRES: no other method runs.
  ~IncidentWriter();

  // Blocks while the queue is full. Never drops. REQUIRES: the batches of one
  // run come in order of their sequence; a sequence may be left out or come
  // again.
  void Submit(JudgedBatch batch);
  // As Submit(), but gives up at `deadline`, real time: false, and `batch` is
  // gone without its `done`.
  bool SubmitBefore(absl::Time deadline, JudgedBatch batch);

  // Moves an incident through its life; serialized with the grouping, durable
  // when it returns. Errors as IncidentService.UpdateIncident names them, and
  // those of the store.
  absl::StatusOr<v1::Incident> Update(const v1::UpdateIncidentRequest& request);

  // Records that a node lost events; durable when it returns. A gap that begins
  // within a minute of the end of another of the same run makes that one
  // longer.
  absl::Status RecordGap(const v1::CoverageGap& gap);

  // Batches that wait.
  size_t queue_length() const;
  // Whether the store cannot be written and everything waits.
  bool is_blocked() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_INCIDENT_WRITER_H_
