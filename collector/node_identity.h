// SPDX-License-Identifier: Apache-2.0
//
// Who this node is, as the collector introduces it to the server.

#ifndef EYRIE_COLLECTOR_NODE_IDENTITY_H_
#define EYRIE_COLLECTOR_NODE_IDENTITY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace eyrie::collector {

struct NodeIdentity {
  std::string host_name;
  std::string boot_id;
  std::string kernel_release;
  std::string architecture;
  uint32_t cpus = 0;
};

// Asks the running kernel. kNotFound if /proc is not mounted.
absl::StatusOr<NodeIdentity> ReadNodeIdentity();

// A number for one run of the collector, never 0: drawn by the kernel, so that
// no two runs of a node share one.
uint64_t DrawRunId();

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_NODE_IDENTITY_H_
