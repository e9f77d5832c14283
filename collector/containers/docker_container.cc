// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/docker_container.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "collector/containers/image_name.h"
#include "collector/containers/json_value.h"
#include "collector/containers/oci_spec.h"
#include "collector/containers/probes.h"

namespace eyrie::collector {
namespace {

// What Docker gives a container that asks for nothing.
constexpr absl::string_view kDefaultCapabilities[] = {
    "AUDIT_WRITE", "CHOWN",   "DAC_OVERRIDE",     "FOWNER",     "FSETID",
    "KILL",        "MKNOD",   "NET_BIND_SERVICE", "NET_RAW",    "SETFCAP",
    "SETGID",      "SETPCAP", "SETUID",           "SYS_CHROOT",
};

constexpr absl::string_view kAllCapabilities[] = {
    "AUDIT_CONTROL",   "AUDIT_READ",   "AUDIT_WRITE",
    "BLOCK_SUSPEND",   "BPF",          "CHECKPOINT_RESTORE",
    "CHOWN",           "DAC_OVERRIDE", "DAC_READ_SEARCH",
    "FOWNER",          "FSETID",       "IPC_LOCK",
    "IPC_OWNER",       "KILL",         "LEASE",
    "LINUX_IMMUTABLE", "MAC_ADMIN",    "MAC_OVERRIDE",
    "MKNOD",           "NET_ADMIN",    "NET_BIND_SERVICE",
    "NET_BROADCAST",   "NET_RAW",      "PERFMON",
    "SETFCAP",         "SETGID",       "SETPCAP",
    "SETUID",          "SYSLOG",       "SYS_ADMIN",
    "SYS_BOOT",        "SYS_CHROOT",   "SYS_MODULE",
    "SYS_NICE",        "SYS_PACCT",    "SYS_PTRACE",
    "SYS_RAWIO",       "SYS_RESOURCE", "SYS_TIME",
    "SYS_TTY_CONFIG",  "WAKE_ALARM",
};

// How cri-dockerd marks what it makes for Kubernetes.
constexpr char kDockerType[] = "io.kubernetes.docker.type";
constexpr char kSandboxId[] = "io.kubernetes.sandbox.id";
constexpr absl::string_view kAnnotationPrefix = "annotation.";

uint64_t ToNanoseconds(const std::string& text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return 0;
  // "0001-01-01T00:00:00Z" stands for never.
  return static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixNanos(time)));
}

std::string FullName(absl::string_view capability) {
  return absl::StartsWith(capability, "CAP_")
             ? std::string(capability)
             : absl::StrCat("CAP_", capability);
}

// What Docker makes of its lists of capabilities to add and to drop.
std::vector<std::string> DockerCapabilities(JsonValue host,
                                            bool is_privileged) {
  const std::vector<std::string> add = host["CapAdd"].Texts();
  const std::vector<std::string> drop = host["CapDrop"].Texts();
  std::vector<std::string> names;
  const auto give = [&names](absl::string_view name) {
    names.push_back(FullName(absl::AsciiStrToUpper(name)));
  };
  if (is_privileged || absl::c_linear_search(add, "ALL")) {
    absl::c_for_each(kAllCapabilities, give);
  } else if (!absl::c_linear_search(drop, "ALL")) {
    absl::c_for_each(kDefaultCapabilities, give);
  }
  if (is_privileged) return names;
  const auto is_dropped = [&drop](const std::string& name) {
    return absl::c_any_of(drop, [&name](absl::string_view dropped) {
      return FullName(absl::AsciiStrToUpper(dropped)) == name;
    });
  };
  names.erase(std::remove_if(names.begin(), names.end(), is_dropped),
              names.end());
  for (const std::string& name : add) {
    if (name != "ALL") give(name);
  }
  return names;
}

void ReadRights(JsonValue inspected, v1::Container* container) {
  const JsonValue host = inspected["HostConfig"];
  container->set_privileged(host["Privileged"].Bool().value_or(false));
  container->set_host_pid(host["PidMode"].Text() == "host");
  container->set_host_network(host["NetworkMode"].Text() == "host");
  container->set_host_ipc(host["IpcMode"].Text() == "host");
  // Podman says what came of it.
  const JsonValue effective = inspected["EffectiveCaps"];
  SetCapabilities(effective.exists()
                      ? effective.Texts()
                      : DockerCapabilities(host, container->privileged()),
                  container);
}

void ReadMounts(JsonValue mounts, v1::Container* container) {
  for (const JsonValue& mount : mounts.Elements()) {
    v1::Container::Mount* const read = container->add_mounts();
    read->set_source(mount["Source"].Text());
    read->set_destination(mount["Destination"].Text());
    read->set_mode(mount["Mode"].Text());
    read->set_is_writable(mount["RW"].Bool().value_or(false));
    read->set_propagation(mount["Propagation"].Text());
  }
}

void ReadAddresses(JsonValue settings, v1::Container* container) {
  const auto add = [container](const std::string& address) {
    if (address.empty() ||
        absl::c_linear_search(container->ip_addresses(), address)) {
      return;
    }
    container->add_ip_addresses(address);
  };
  const auto read = [&add](JsonValue network) {
    add(network["IPAddress"].Text());
    add(network["GlobalIPv6Address"].Text());
  };
  read(settings);
  for (const JsonValue& network : settings["Networks"].Members()) read(network);
}

// Labels that cri-dockerd makes of what Kubernetes says.
void ReadKubernetes(v1::Container* container) {
  const auto label = [container](const std::string& name) {
    const auto found = container->labels().find(name);
    return found == container->labels().end() ? std::string() : found->second;
  };
  container->set_is_sandbox(label(kDockerType) == "podsandbox");
  if (container->pod_sandbox_id().empty()) {
    container->set_pod_sandbox_id(container->is_sandbox() ? container->id()
                                                          : label(kSandboxId));
  }
  container->set_pod_name(label("io.kubernetes.pod.name"));
  container->set_pod_namespace(label("io.kubernetes.pod.namespace"));
  container->set_pod_uid(label("io.kubernetes.pod.uid"));
  for (const auto& [name, value] : container->labels()) {
    if (absl::StartsWith(name, kAnnotationPrefix)) {
      (*container
            ->mutable_annotations())[name.substr(kAnnotationPrefix.size())] =
          value;
    }
  }
  ReadManifestProbes(label(absl::StrCat(kAnnotationPrefix, kAppliedManifest)),
                     label("io.kubernetes.container.name"), container);
}

void ReadConfig(JsonValue inspected, v1::Container* container) {
  const JsonValue config = inspected["Config"];
  config["Labels"].CopyTo(container->mutable_labels());
  config["Annotations"].CopyTo(container->mutable_annotations());
  AddEnvNames(config["Env"], container);
  container->set_user(config["User"].Text());
  ReadHealthcheck(config["Healthcheck"], container);
  const std::string name = inspected["ImageName"].Text();  // Podman's
  SetImage(name.empty() ? config["Image"].Text() : name, container);
  container->set_image_id(
      std::string(absl::StripPrefix(inspected["Image"].Text(), "sha256:")));
  if (inspected["ImageDigest"].exists()) {  // Podman's
    container->set_image_digest(inspected["ImageDigest"].Text());
  }
}

void ReadState(JsonValue inspected, KnownContainer* known) {
  v1::Container& container = known->container;
  const JsonValue state = inspected["State"];
  container.set_pid(static_cast<uint32_t>(state["Pid"].Number()));
  container.set_create_time_ns(ToNanoseconds(inspected["Created"].Text()));
  container.set_start_time_ns(ToNanoseconds(state["StartedAt"].Text()));
  known->cgroup_path = state["CgroupPath"].Text();
}

}  // namespace

absl::StatusOr<KnownContainer> ReadDockerContainer(absl::string_view inspected,
                                                   absl::string_view runtime) {
  const absl::StatusOr<nlohmann::json> document = ParseJsonText(inspected);
  if (!document.ok()) return document.status();
  const JsonValue json(&*document);
  KnownContainer known;
  v1::Container& container = known.container;
  container.set_id(json["Id"].Text());
  if (container.id().empty()) {
    return absl::InvalidArgumentError("the answer has no id of a container");
  }
  container.set_runtime(std::string(runtime));
  container.set_name(std::string(absl::StripPrefix(json["Name"].Text(), "/")));
  ReadState(json, &known);
  ReadConfig(json, &container);
  ReadRights(json, &container);
  ReadMounts(json["Mounts"], &container);
  ReadAddresses(json["NetworkSettings"], &container);
  container.set_pod_sandbox_id(json["Pod"].Text());  // Podman's
  ReadKubernetes(&container);
  if (json["IsInfra"].Bool().value_or(false)) container.set_is_sandbox(true);
  return known;
}

void ReadDockerImage(absl::string_view inspected, v1::Container* container) {
  const absl::StatusOr<nlohmann::json> document = ParseJsonText(inspected);
  if (!document.ok()) return;
  const JsonValue json(&*document);
  const std::vector<std::string> names = json["RepoTags"].Texts();
  if (container->image_repository().empty() && !names.empty()) {
    SetImage(names[0], container);
  }
  const std::vector<std::string> digests = json["RepoDigests"].Texts();
  if (container->image_digest().empty() && !digests.empty()) {
    container->set_image_digest(std::string(ParseImageName(digests[0]).digest));
  }
}

RuntimeEvent ReadDockerEvent(absl::string_view line) {
  const absl::StatusOr<nlohmann::json> document = ParseJsonText(line);
  if (!document.ok()) return {};
  const JsonValue json(&*document);
  const std::string action = json["Action"].Text();
  RuntimeEvent event{RuntimeEvent::Kind::kChanged, json["id"].Text()};
  if (event.id.empty()) event.id = json.At({"Actor", "ID"}).Text();
  for (const absl::string_view end : {"die", "died", "destroy", "remove"}) {
    if (action == end) return {RuntimeEvent::Kind::kEnded, event.id};
  }
  for (const absl::string_view change :
       {"create", "init", "start", "restart", "rename", "update"}) {
    if (action == change) return event;
  }
  return {};
}

}  // namespace eyrie::collector
