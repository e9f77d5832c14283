// SPDX-License-Identifier: Apache-2.0
//
// Reads facts about a process image from a record.

#ifndef EYRIE_COLLECTOR_ENRICH_PROCESS_FACTS_H_
#define EYRIE_COLLECTOR_ENRICH_PROCESS_FACTS_H_

#include <memory>
#include <string>

#include "eyrie/v1/process.pb.h"

#include "collector/enrich/process_image.h"
#include "proto/record_view.h"

namespace eyrie::collector {

// What exec fixes, serialized. REQUIRES: `record` is an execve, execveat or
// task record.
std::shared_ptr<const std::string> FixedFacts(const RecordView& record);

// Everything else that such a record says. REQUIRES: as above.
v1::Process ExecState(const RecordView& record);

// The parent that such a record names.
ProcessId ExecParent(const RecordView& record);

// Brings `state` up to date with the header of any record of the process:
// credentials, cgroup, namespaces, and the name if the main thread acts.
void UpdateState(const eyrie_record& header, v1::Process* state);

// Splits facts from elsewhere: the part that exec fixes is returned serialized
// and cleared in `process`.
std::shared_ptr<const std::string> TakeFixedFacts(v1::Process* process);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_PROCESS_FACTS_H_
