// SPDX-License-Identifier: Apache-2.0
//
// The states of an incident, and how operators move it between them.
//
//             ACKNOWLEDGE              RESOLVE
//     OPEN ───────────────► ACKNOWLEDGED ───────► RESOLVED
//      ▲ │                      │                  ▲  │
//      │ └───────── RESOLVE ────┼──────────────────┘  │
//      └──────── REOPEN ────────┴────── REOPEN ───────┘

#ifndef EYRIE_SERVER_INCIDENTS_INCIDENT_LIFECYCLE_H_
#define EYRIE_SERVER_INCIDENTS_INCIDENT_LIFECYCLE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"
#include "eyrie/v1/incident_service.pb.h"

namespace eyrie::server {

inline constexpr size_t kMaxNoteBytes = 4096;
// More is a discussion, which belongs elsewhere; also bounds an incident to
// what one gRPC message holds.
inline constexpr int kMaxNotes = 1000;
// Names of people and their like.
inline constexpr size_t kMaxNameBytes = 256;

// `incident` as `request` makes it at `now`, with a new etag.
//
// kInvalidArgument: the request says nothing or too much. kAborted: it has an
// etag, and the incident a different one. kFailedPrecondition: the incident is
// in a state from which the action does not lead on, or full of notes.
absl::StatusOr<v1::Incident> ApplyUpdate(
    v1::Incident incident, const v1::UpdateIncidentRequest& request,
    absl::Time now);

// Gives `incident` an etag it never had, and notes that it changed at `now`.
void MarkChanged(v1::Incident& incident, absl::Time now);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_INCIDENT_LIFECYCLE_H_
