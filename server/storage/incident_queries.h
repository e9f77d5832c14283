// SPDX-License-Identifier: Apache-2.0
//
// Answers questions about incidents and detections from the indexes.

#ifndef EYRIE_SERVER_STORAGE_INCIDENT_QUERIES_H_
#define EYRIE_SERVER_STORAGE_INCIDENT_QUERIES_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/incident.pb.h"
#include "eyrie/v1/incident_service.pb.h"

#include "server/storage/database.h"
#include "server/storage/store.h"
#include "server/storage/store_stats.h"

namespace eyrie::server {

// Shortest prefix of an id that names an incident.
inline constexpr size_t kMinIdPrefix = 6;

// Index entries that one listing reads at most, so that a filter which matches
// next to nothing cannot hold a thread for long: about 0.1 s. The page is then
// short, perhaps empty, and has a token to go on with.
inline constexpr size_t kMaxScannedEntries = 20'000;

// The functions below do what the methods of Store with their names promise,
// each on one snapshot of `database`.
absl::StatusOr<v1::Incident> GetIncident(const Database& database,
                                         absl::string_view id_or_prefix);
absl::StatusOr<std::optional<v1::Incident>> FindLiveIncident(
    const Database& database, absl::string_view fingerprint);
absl::StatusOr<Page<v1::Incident>> ListIncidents(
    const Database& database, StoreStats& stats,
    const v1::IncidentFilter& filter, int page_size,
    absl::string_view page_token);
absl::StatusOr<Page<v1::Detection>> ListDetections(
    const Database& database, StoreStats& stats,
    const v1::IncidentFilter& filter, absl::string_view incident_id,
    int page_size, absl::string_view page_token);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_INCIDENT_QUERIES_H_
