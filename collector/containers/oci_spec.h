// SPDX-License-Identifier: Apache-2.0
//
// Reads the specification that a container was made by (OCI runtime
// specification, JSON).

#ifndef EYRIE_COLLECTOR_CONTAINERS_OCI_SPEC_H_
#define EYRIE_COLLECTOR_CONTAINERS_OCI_SPEC_H_

#include <string>

#include "absl/strings/string_view.h"

#include "collector/containers/container_runtime.h"
#include "collector/containers/json_value.h"

namespace eyrie::collector {

// Sets what the specification says: mounts of the host's files, names of
// environment variables, capabilities, user, host namespaces, the cgroup's
// path, annotations; `privileged` if that is not set: all capabilities of the
// kernel and nothing masked, as runtimes make privileged containers.
void ReadOciSpec(JsonValue spec, KnownContainer* known);

// Adds the names of variables given as NAME=VALUE.
void AddEnvNames(JsonValue variables, v1::Container* container);

// Sets capabilities, sorted, each once.
void SetCapabilities(std::vector<std::string> names, v1::Container* container);

// Path of the cgroup that `cgroups_path` of a specification asks for: either as
// it is, or "SLICE:PREFIX:NAME" as systemd's driver has it. Empty if it cannot
// be told.
std::string CgroupPathOfSpec(absl::string_view cgroups_path);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_OCI_SPEC_H_
