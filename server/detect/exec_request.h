// SPDX-License-Identifier: Apache-2.0
//
// A request to run something in a pod, as the audit log tells it.

#ifndef EYRIE_SERVER_DETECT_EXEC_REQUEST_H_
#define EYRIE_SERVER_DETECT_EXEC_REQUEST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "rules/json/json_event.h"

namespace eyrie::server {

struct ExecRequest {
  // The same for all stages of a request, and for no other.
  std::string id;
  std::string pod_namespace;
  std::string pod;
  // Empty if the request names none: any of the pod.
  std::string container;
  // argv; empty for an attach, which runs nothing new.
  std::vector<std::string> command;
  // When the API server received it.
  absl::Time time;
};

// Longest command that is taken over, bytes: as much as a LinkedProcess shows.
inline constexpr size_t kMaxExecCommandBytes = 4096;

// Reads an event of source k8s_audit, all but its id. Nothing if it is about
// something else, or if the request was not granted, or is not known to be yet.
std::optional<ExecRequest> ReadExecRequest(const rules::JsonEvent& event);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_EXEC_REQUEST_H_
