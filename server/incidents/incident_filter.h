// SPDX-License-Identifier: Apache-2.0
//
// What an IncidentFilter lets through.

#ifndef EYRIE_SERVER_INCIDENTS_INCIDENT_FILTER_H_
#define EYRIE_SERVER_INCIDENTS_INCIDENT_FILTER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/incident.pb.h"
#include "eyrie/v1/incident_service.pb.h"

namespace eyrie::server {

// Labels that a filter may have. Nobody types more.
inline constexpr int kMaxFilterLabels = 16;

// kInvalidArgument for a filter that no reader can have meant: a time that is
// not one, `since` after `until`, an unspecified state, a label without "=", or
// more than kMaxFilterLabels.
absl::Status CheckFilter(const v1::IncidentFilter& filter);

// Whether `incident` was last seen at or after `since`, first seen before
// `until`, and meets all other conditions.
bool MatchesFilter(const v1::Incident& incident,
                   const v1::IncidentFilter& filter);

// Whether `detection` happened from `since` to before `until`, and meets all
// other conditions but `states`, which only its incident knows.
bool MatchesFilter(const v1::Detection& detection,
                   const v1::IncidentFilter& filter);

// Whether `states` is empty or contains `state`.
bool MatchesState(const v1::IncidentFilter& filter, v1::Incident::State state);

// Whether the container `id` (short, or "host") is meant by `wanted`: a prefix
// of it, or the long id that it is the beginning of.
bool MatchesContainer(absl::string_view wanted, absl::string_view id);

// The name in IncidentFilter.workload: "web" of "web" and of "Deployment/web".
absl::string_view WorkloadName(absl::string_view wanted);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_INCIDENT_FILTER_H_
