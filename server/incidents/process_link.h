// SPDX-License-Identifier: Apache-2.0
//
// A process that belongs to an incident of another source.

#ifndef EYRIE_SERVER_INCIDENTS_PROCESS_LINK_H_
#define EYRIE_SERVER_INCIDENTS_PROCESS_LINK_H_

#include <string>

#include "eyrie/v1/incident.pb.h"

namespace eyrie::server {

// Most processes of one incident: an hour of somebody's commands, not the life
// of a job that runs one every second.
inline constexpr int kMaxLinkedProcesses = 64;

// `process` was started by what the live incident of `fingerprint` is about.
struct ProcessLink {
  std::string fingerprint;
  v1::LinkedProcess process;
};

// Adds `process` in the order of time. False, and nothing changes, if the
// incident has it already or kMaxLinkedProcesses of them.
bool AddLinkedProcess(const v1::LinkedProcess& process, v1::Incident& incident);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_PROCESS_LINK_H_
