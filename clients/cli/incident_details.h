// SPDX-License-Identifier: Apache-2.0
//
// Everything readable about one incident.

#ifndef EYRIE_CLIENTS_CLI_INCIDENT_DETAILS_H_
#define EYRIE_CLIENTS_CLI_INCIDENT_DETAILS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"

namespace eyrie::cli {

// `detections` are the latest ones, newest first; the event and the process
// tree shown are the first one's.
std::string IncidentDetails(const v1::Incident& incident,
                            const std::vector<v1::Detection>& detections,
                            absl::TimeZone zone);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_INCIDENT_DETAILS_H_
