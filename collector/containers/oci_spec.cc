// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/oci_spec.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace eyrie::collector {
namespace {

// Linux 5.9 has 40 capabilities, 4.18 had 38. An old runtime on a new kernel
// knows fewer; containers that are not privileged have 14.
constexpr int kAllCapabilities = 37;

bool IsPropagation(absl::string_view option) {
  for (const absl::string_view name : {"private", "shared", "slave"}) {
    if (option == name || option == absl::StrCat("r", name)) return true;
  }
  return false;
}

void ReadMount(JsonValue mount, v1::Container* container) {
  const std::string source = mount["source"].Text();
  // File systems of the container's own have no source in the host's files.
  if (!absl::StartsWith(source, "/")) return;
  v1::Container::Mount* const read = container->add_mounts();
  read->set_source(source);
  read->set_destination(mount["destination"].Text());
  read->set_is_writable(true);
  std::vector<std::string> modes;
  for (std::string& option : mount["options"].Texts()) {
    if (option == "ro") read->set_is_writable(false);
    if (IsPropagation(option)) {
      read->set_propagation(option);
    } else if (option == "z" || option == "Z") {
      modes.push_back(std::move(option));
    }
  }
  read->set_mode(absl::StrJoin(modes, ","));
}

void ReadUser(JsonValue user, v1::Container* container) {
  if (!user.exists() || !container->user().empty()) return;
  const std::string name = user["username"].Text();
  container->set_user(name.empty() ? absl::StrCat(user["uid"].Number()) : name);
}

void ReadNamespaces(JsonValue namespaces, v1::Container* container) {
  absl::flat_hash_set<std::string> own;
  for (const JsonValue& space : namespaces.Elements()) {
    // One that is joined is the host's only if it is that of the first process;
    // the runtime leaves those out.
    own.insert(space["type"].Text());
  }
  if (!container->has_host_pid()) container->set_host_pid(!own.contains("pid"));
  if (!container->has_host_network()) {
    container->set_host_network(!own.contains("network"));
  }
  if (!container->has_host_ipc()) container->set_host_ipc(!own.contains("ipc"));
}

}  // namespace

void SetCapabilities(std::vector<std::string> names, v1::Container* container) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  container->mutable_capabilities()->Assign(names.begin(), names.end());
}

void AddEnvNames(JsonValue variables, v1::Container* container) {
  for (const std::string& variable : variables.Texts()) {
    container->add_env_names(variable.substr(0, variable.find('=')));
  }
}

std::string CgroupPathOfSpec(absl::string_view cgroups_path) {
  if (absl::StartsWith(cgroups_path, "/")) return std::string(cgroups_path);
  const std::vector<absl::string_view> parts =
      absl::StrSplit(cgroups_path, ':');
  if (parts.size() != 3 || !absl::EndsWith(parts[0], ".slice")) return {};
  // "a-b.slice" lies in "a.slice".
  std::string path;
  const absl::string_view slice = absl::StripSuffix(parts[0], ".slice");
  for (size_t dash = slice.find('-'); dash != absl::string_view::npos;
       dash = slice.find('-', dash + 1)) {
    absl::StrAppend(&path, "/", slice.substr(0, dash), ".slice");
  }
  return absl::StrCat(path, "/", parts[0], "/", parts[1],
                      parts[1].empty() ? "" : "-", parts[2], ".scope");
}

void ReadOciSpec(JsonValue spec, KnownContainer* known) {
  v1::Container& container = known->container;
  const JsonValue process = spec["process"];
  const JsonValue system = spec["linux"];
  if (container.mounts().empty()) {
    for (const JsonValue& mount : spec["mounts"].Elements()) {
      ReadMount(mount, &container);
    }
  }
  if (container.env_names().empty()) AddEnvNames(process["env"], &container);
  const JsonValue capabilities = process.At({"capabilities", "effective"});
  if (capabilities.exists()) {
    SetCapabilities(capabilities.Texts(), &container);
  }
  ReadUser(process["user"], &container);
  if (system.exists()) {
    ReadNamespaces(system["namespaces"], &container);
    if (!container.has_privileged()) {
      container.set_privileged(container.capabilities().size() >=
                                   kAllCapabilities &&
                               system["maskedPaths"].Elements().empty() &&
                               system["readonlyPaths"].Elements().empty());
    }
  }
  if (container.annotations().empty()) {
    spec["annotations"].CopyTo(container.mutable_annotations());
  }
  if (known->cgroup_path.empty()) {
    known->cgroup_path = CgroupPathOfSpec(system["cgroupsPath"].Text());
  }
}

}  // namespace eyrie::collector
