// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/process_link.h"

#include <algorithm>

#include "common/proto_time.h"

namespace eyrie::server {
namespace {

bool IsSame(const v1::LinkedProcess& a, const v1::LinkedProcess& b) {
  return a.node() == b.node() && a.key().pid() == b.key().pid() &&
         a.key().exec_id() == b.key().exec_id() &&
         a.key().start_time_ns() == b.key().start_time_ns();
}

}  // namespace

bool AddLinkedProcess(const v1::LinkedProcess& process,
                      v1::Incident& incident) {
  auto& processes = *incident.mutable_linked_processes();
  if (processes.size() >= kMaxLinkedProcesses ||
      std::any_of(processes.begin(), processes.end(),
                  [&](const auto& other) { return IsSame(process, other); })) {
    return false;
  }
  *processes.Add() = process;
  // Into its place: the others are in order.
  for (int i = processes.size() - 1;
       i > 0 && FromProtoTime(processes[i].time()) <
                    FromProtoTime(processes[i - 1].time());
       --i) {
    processes.SwapElements(i, i - 1);
  }
  return true;
}

}  // namespace eyrie::server
