// SPDX-License-Identifier: Apache-2.0
//
// Remembers the live incidents that detections are added to most recently.

#ifndef EYRIE_SERVER_INCIDENTS_LIVE_INCIDENTS_H_
#define EYRIE_SERVER_INCIDENTS_LIVE_INCIDENTS_H_

#include <cstddef>
#include <list>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"

#include "server/incidents/incident_writer_stats.h"
#include "server/storage/store.h"

namespace eyrie::server {

// A cache before Store::FindLiveIncident, least recently used out first.
//
// Thread safety: not thread-safe; the writer's thread owns it.
class LiveIncidents {
 public:
  // Borrows `store` and `stats`. At most `capacity` incidents are kept.
  LiveIncidents(Store* store, size_t capacity, IncidentWriterStats* stats);

  // The incident of `fingerprint` that is not resolved, if there is one. One
  // that is damaged in the store counts as none, so that it cannot stop the
  // detections that follow. Other errors of the store are returned.
  absl::StatusOr<std::optional<v1::Incident>> Find(
      const std::string& fingerprint, absl::Time now);

  // Tells what has just become durable: live incidents are remembered, resolved
  // ones forgotten.
  void Remember(const v1::Incident& incident, absl::Time now);

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    v1::Incident incident;
    absl::Time last_used;
  };
  using Entries = std::list<Entry>;  // most recently used first

  void Forget(absl::string_view fingerprint);

  Store* const store_;
  const size_t capacity_;
  IncidentWriterStats* const stats_;
  Entries entries_;
  absl::flat_hash_map<std::string, Entries::iterator> by_fingerprint_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_LIVE_INCIDENTS_H_
