// SPDX-License-Identifier: Apache-2.0
//
// The identities of detections and incidents: hashes that are the same on every
// server, in every version, for ever.

#ifndef EYRIE_SERVER_INCIDENTS_FINGERPRINT_H_
#define EYRIE_SERVER_INCIDENTS_FINGERPRINT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "eyrie/v1/incident.pb.h"

namespace eyrie::server {

// Most processes in a lineage, the process of the event included. Enough to
// tell `sshd > bash > curl` from `cron > sh > curl`; more would split incidents
// by what started the session long ago.
inline constexpr size_t kMaxLineage = 8;

// The id of the match of `rule` with the record at `record_index` of the batch
// {node, run_id, sequence}: 32 lower-case hex digits. The same match has the
// same id whenever and wherever the batch is judged.
std::string DetectionId(absl::string_view node, uint64_t run_id,
                        uint64_t sequence, uint32_t record_index,
                        absl::string_view rule);

// Names of the event's process and its ancestors, nearest first, at most
// kMaxLineage. Bytes that are not UTF-8 become U+FFFD; an image whose name is
// not known is "?".
std::vector<std::string> Lineage(const v1::Detection& detection);

// The id of the match of `rule` with what `occurrence` names in events of the
// JSON source `source`: as above, whoever delivers the events, and however
// often.
std::string JsonDetectionId(absl::string_view source,
                            absl::string_view occurrence,
                            absl::string_view rule);

// What groups `detection` with others: 32 lower-case hex digits. Depends on its
// rule, where it happened, the path of its executable, and its Lineage(); not
// on pids or times. Where: namespace, kind and name of the workload with the
// name of the container in it, so that all replicas give one; if no workload is
// known the container; outside of containers, or if that is not known, the
// node. Of a JSON source: on its rule, its source and the arguments of its
// event, which say by whom and to what something was done; not on who delivered
// it.
std::string Fingerprint(const v1::Detection& detection);

// The id of the incident that the detection with the id `first_detection_id`
// opens. A detection that is judged again after a crash opens the same one.
std::string IncidentId(absl::string_view fingerprint,
                       absl::string_view first_detection_id);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_FINGERPRINT_H_
