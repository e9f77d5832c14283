// SPDX-License-Identifier: Apache-2.0
//
// What the path of a cgroup says about the container that it belongs to.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CGROUP_PATH_H_
#define EYRIE_COLLECTOR_CONTAINERS_CGROUP_PATH_H_

#include <string>

#include "absl/strings/string_view.h"

namespace eyrie::collector {

// The container of a cgroup, as its path tells.
struct CgroupOwner {
  // Full id, or the name that LXC or systemd-nspawn gave it; empty if the path
  // names none.
  std::string id;
  // "docker", "containerd", "cri-o", "podman", "lxc", "systemd-nspawn"; empty
  // if the path does not tell.
  absl::string_view runtime;
  // Whether `id` is a name: no container runtime that we ask knows it.
  bool is_name = false;
};

// Reads `path`, which begins at the root of the hierarchy. Paths of ids of 64
// hex digits are those of rules::FullContainerId(); beyond these:
//
//   /lxc/NAME, /lxc.payload/NAME, /lxc.payload.NAME   LXC and LXD
//   /machine.slice/machine-NAME.scope[/payload]       systemd-nspawn
//   /machine.slice/systemd-nspawn@NAME.service[/payload]
//
// The innermost one counts. Those who watch over a container from outside are
// of the host: conmon, lxc.monitor, nspawn's supervisor. So are virtual
// machines (machine-qemu…).
CgroupOwner ReadCgroupPath(absl::string_view path);

// Where `ctr run` and its like put a container: "/NAMESPACE/ID", with the path
// to there.
struct CgroupCandidate {
  absl::string_view prefix;  // "/NAMESPACE/ID"
  absl::string_view id;      // empty: there is none
};

// The first two parts of `path`, unless they are named as systemd names its
// own. Whether it is a container only a runtime can say.
CgroupCandidate ReadCgroupCandidate(absl::string_view path);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CGROUP_PATH_H_
