// SPDX-License-Identifier: Apache-2.0
//
// Which container runtimes a collector looks for, as its flags say.

#ifndef EYRIE_COLLECTOR_CONTAINERS_RUNTIME_OPTIONS_H_
#define EYRIE_COLLECTOR_CONTAINERS_RUNTIME_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace eyrie::collector {

enum class RuntimeKind { kContainerd, kCrio, kDocker, kPodman };

// "containerd", "cri-o", "docker", "podman".
absl::string_view RuntimeName(RuntimeKind kind);

struct RuntimeSocket {
  RuntimeKind kind;
  // Path of a unix socket.
  std::string path;

  bool operator==(const RuntimeSocket&) const = default;
};

// Reads a value of --container-runtime, "NAME=SOCKET".
//
// kInvalidArgument with the names there are if there is no such runtime, or if
// the socket is no absolute path.
absl::StatusOr<RuntimeSocket> ParseRuntimeSocket(absl::string_view text);

// Where runtimes listen by default, below `host_root`: containerd, also k3s's;
// CRI-O; Docker; Podman's for root. Those that are not there cost a look a
// second.
std::vector<RuntimeSocket> DefaultRuntimeSockets(absl::string_view host_root);

// The sockets that the flags ask for: `sockets`, the values of
// --container-runtime, or the default ones if there are none; none at all if
// `mode`, the value of --container-runtimes, is "none".
//
// kInvalidArgument naming the flag if a value is wrong, if `mode` is neither
// "none" nor "auto", or if there are more than 16.
absl::StatusOr<std::vector<RuntimeSocket>> ChooseRuntimeSockets(
    absl::string_view mode, absl::Span<const std::string> sockets,
    absl::string_view host_root);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_RUNTIME_OPTIONS_H_
