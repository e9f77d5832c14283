// SPDX-License-Identifier: Apache-2.0
//
// Finds the container in a process's cgroup path.

#ifndef EYRIE_RULES_FIELDS_CONTAINER_ID_H_
#define EYRIE_RULES_FIELDS_CONTAINER_ID_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// Hex digits of a container's id as runtimes make it, and of its short form,
// `container.id`.
inline constexpr size_t kContainerIdLength = 64;
inline constexpr size_t kShortContainerIdLength = 12;

// The full id of the container that a cgroup path belongs to, as a part of
// `cgroup_path`; empty if it belongs to the host.
//
// Runtimes name the cgroup after the id, bare or wrapped:
//
//   /docker/ID                                     cgroupfs driver
//   /kubepods/burstable/podUID/ID
//   /system.slice/docker-ID.scope                  systemd driver
//   /kubepods.slice/.../cri-containerd-ID.scope    also crio-, docker-
//   /machine.slice/libpod-ID.scope/container
//   /kubepods-podUID.slice:cri-containerd:ID
//
// The innermost one counts. conmon, which watches over a container, is a
// process of the host although its cgroup has the container's id. Containers
// with ids of another form (ctr run, LXC) are not recognised.
absl::string_view FullContainerId(absl::string_view cgroup_path);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_CONTAINER_ID_H_
