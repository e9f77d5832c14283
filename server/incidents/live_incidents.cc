// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/live_incidents.h"

#include <utility>

#include "common/logging.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

// An entry that was not used for so long is read again: retention, which knows
// nothing of this cache, may have deleted the incident. It deletes none that
// was seen within an hour.
constexpr absl::Duration kTrust = absl::Hours(1);

// An incident with very many notes is read from the store each time, so that
// the cache is bounded in bytes as well.
constexpr size_t kMaxCachedBytes = 64 * 1024;

}  // namespace

LiveIncidents::LiveIncidents(Store* store, size_t capacity,
                             IncidentWriterStats* stats)
    : store_(store), capacity_(capacity), stats_(stats) {}

absl::StatusOr<std::optional<v1::Incident>> LiveIncidents::Find(
    const std::string& fingerprint, absl::Time now) {
  const auto found = by_fingerprint_.find(fingerprint);
  if (found != by_fingerprint_.end() &&
      now - found->second->last_used < kTrust) {
    ++stats_->cache_hits;
    found->second->last_used = now;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->incident;
  }
  ++stats_->cache_misses;
  Forget(fingerprint);
  absl::StatusOr<std::optional<v1::Incident>> incident =
      store_->FindLiveIncident(fingerprint);
  if (absl::IsDataLoss(incident.status())) {
    static LogEvery limit(absl::Seconds(10));
    limit.Error("a live incident is damaged; a new one takes its place",
                {{"fingerprint", fingerprint},
                 {"error", incident.status().ToString()}});
    return std::nullopt;
  }
  EYRIE_RETURN_IF_ERROR(incident.status());
  if (incident->has_value()) Remember(**incident, now);
  return incident;
}

void LiveIncidents::Remember(const v1::Incident& incident, absl::Time now) {
  Forget(incident.fingerprint());
  if (incident.state() == v1::Incident::RESOLVED ||
      incident.ByteSizeLong() > kMaxCachedBytes) {
    return;
  }
  entries_.push_front({incident, now});
  by_fingerprint_[incident.fingerprint()] = entries_.begin();
  if (entries_.size() > capacity_) {
    by_fingerprint_.erase(entries_.back().incident.fingerprint());
    entries_.pop_back();
  }
}

void LiveIncidents::Forget(absl::string_view fingerprint) {
  const auto found = by_fingerprint_.find(fingerprint);
  if (found == by_fingerprint_.end()) return;
  entries_.erase(found->second);
  by_fingerprint_.erase(found);
}

}  // namespace eyrie::server
