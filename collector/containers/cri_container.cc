// SPDX-License-Identifier: Apache-2.0
//
// The status itself says little. What `info` holds under "info" is JSON of the
// runtime's own: containerd and CRI-O both have pid, sandboxID and runtimeSpec
// there; containerd also "config", as the kubelet sent it, and for a pod
// "cniResult"; CRI-O has "privileged".

#include "collector/containers/cri_container.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "collector/containers/image_name.h"
#include "collector/containers/json_value.h"
#include "collector/containers/oci_spec.h"
#include "collector/containers/probes.h"

namespace eyrie::collector {
namespace {

namespace cri = runtimes::cri;

using Labels = google::protobuf::Map<std::string, std::string>;

std::string LabelOf(const Labels& labels, const std::string& name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string() : found->second;
}

// The JSON under "info"; nothing if there is none.
nlohmann::json ReadInfo(const Labels& info) {
  absl::StatusOr<nlohmann::json> document =
      ParseJsonText(LabelOf(info, "info"));
  return document.ok() ? *std::move(document) : nlohmann::json();
}

const char* PropagationName(cri::MountPropagation propagation) {
  switch (propagation) {
    case cri::PROPAGATION_HOST_TO_CONTAINER:
      return "rslave";
    case cri::PROPAGATION_BIDIRECTIONAL:
      return "rshared";
    default:
      return "rprivate";
  }
}

void ReadMounts(const cri::ContainerStatus& status, v1::Container* container) {
  // Those of the specification are files that the runtime itself puts in.
  if (status.mounts().empty()) return;
  container->clear_mounts();
  for (const cri::Mount& mount : status.mounts()) {
    v1::Container::Mount* const read = container->add_mounts();
    read->set_source(mount.host_path());
    read->set_destination(mount.container_path());
    read->set_is_writable(!mount.readonly());
    read->set_propagation(PropagationName(mount.propagation()));
    if (mount.selinux_relabel()) read->set_mode("Z");
  }
}

// An image's reference is its digest with its name, or its id.
void ReadImage(const cri::ContainerStatus& status, JsonValue info,
               v1::Container* container) {
  const std::string& reference = status.image_ref();
  const absl::string_view digest = ParseImageName(reference).digest;
  if (!digest.empty()) container->set_image_digest(std::string(digest));
  const std::string asked = info.At({"config", "image", "image"}).Text();
  for (const std::string* text : {&reference, &asked}) {
    absl::string_view id = *text;
    if (!absl::StartsWith(id, "sha256:") && id.size() != 64) continue;
    absl::ConsumePrefix(&id, "sha256:");
    container->set_image_id(std::string(id));
    break;
  }
  const std::string& name = status.image().image();
  if (ParseImageName(name).repository.empty() && !container->image().empty()) {
    return;
  }
  SetImage(name, container);
}

void ReadPrivileged(JsonValue info, v1::Container* container) {
  for (const JsonValue& value :
       {info["privileged"],
        info.At({"config", "linux", "security_context", "privileged"})}) {
    if (value.Bool().has_value()) {
      container->set_privileged(*value.Bool());
      return;
    }
  }
  // What is not said is false there, if there is a configuration at all.
  if (info["config"].exists()) container->set_privileged(false);
}

void ReadNamespaces(const cri::PodSandboxStatus& status,
                    v1::Container* container) {
  if (!status.has_linux()) return;
  const cri::NamespaceOption& options = status.linux().namespaces().options();
  container->set_host_network(options.network() == cri::NODE);
  container->set_host_pid(options.pid() == cri::NODE);
  container->set_host_ipc(options.ipc() == cri::NODE);
}

void ReadNetwork(const cri::PodSandboxStatusResponse& response,
                 v1::Container* container) {
  const cri::PodSandboxNetworkStatus& network = response.status().network();
  container->clear_ip_addresses();
  if (!network.ip().empty()) container->add_ip_addresses(network.ip());
  for (const cri::PodIp& address : network.additional_ips()) {
    container->add_ip_addresses(address.ip());
  }
  const nlohmann::json document = ReadInfo(response.info());
  container->set_cni_json(JsonValue(&document)["cniResult"].Dump());
}

uint64_t Nanoseconds(int64_t time) {
  return static_cast<uint64_t>(std::max<int64_t>(0, time));
}

}  // namespace

void ReadPodLabels(v1::Container* container) {
  const Labels& labels = container->labels();
  if (container->pod_name().empty()) {
    container->set_pod_name(LabelOf(labels, "io.kubernetes.pod.name"));
  }
  if (container->pod_namespace().empty()) {
    container->set_pod_namespace(
        LabelOf(labels, "io.kubernetes.pod.namespace"));
  }
  if (container->pod_uid().empty()) {
    container->set_pod_uid(LabelOf(labels, "io.kubernetes.pod.uid"));
  }
}

std::string ReadCriContainer(const cri::ContainerStatusResponse& response,
                             KnownContainer* known) {
  const cri::ContainerStatus& status = response.status();
  const nlohmann::json document = ReadInfo(response.info());
  const JsonValue info(&document);
  v1::Container& container = known->container;
  container.set_id(status.id());
  container.set_name(status.metadata().name());
  container.set_create_time_ns(Nanoseconds(status.created_at()));
  container.set_start_time_ns(Nanoseconds(status.started_at()));
  *container.mutable_labels() = status.labels();
  *container.mutable_annotations() = status.annotations();
  if (info["pid"].exists()) {
    container.set_pid(static_cast<uint32_t>(info["pid"].Number()));
  }
  ReadPrivileged(info, &container);
  ReadOciSpec(info["runtimeSpec"], known);
  ReadMounts(status, &container);
  ReadImage(status, info, &container);
  ReadPodLabels(&container);
  return info["sandboxID"].Text();
}

void ReadCriPod(const cri::PodSandboxStatusResponse& response,
                v1::Container* container) {
  const cri::PodSandboxStatus& status = response.status();
  container->set_pod_sandbox_id(status.id());
  container->set_pod_name(status.metadata().name());
  container->set_pod_namespace(status.metadata().namespace_());
  container->set_pod_uid(status.metadata().uid());
  *container->mutable_pod_labels() = status.labels();
  ReadNamespaces(status, container);
  ReadNetwork(response, container);
  ReadManifestProbes(LabelOf(status.annotations(), kAppliedManifest),
                     container->name(), container);
}

void ReadCriSandbox(const cri::PodSandboxStatusResponse& response,
                    KnownContainer* known) {
  const cri::PodSandboxStatus& status = response.status();
  const nlohmann::json document = ReadInfo(response.info());
  const JsonValue info(&document);
  v1::Container& container = known->container;
  container.set_id(status.id());
  container.set_is_sandbox(true);
  container.set_name(status.metadata().name());
  container.set_create_time_ns(Nanoseconds(status.created_at()));
  container.set_start_time_ns(Nanoseconds(status.created_at()));
  *container.mutable_labels() = status.labels();
  *container.mutable_annotations() = status.annotations();
  if (info["pid"].exists()) {
    container.set_pid(static_cast<uint32_t>(info["pid"].Number()));
  }
  ReadPrivileged(info, &container);
  ReadOciSpec(info["runtimeSpec"], known);
  const std::string image = info["image"].Text();
  if (!image.empty()) SetImage(image, &container);
  ReadCriPod(response, &container);
}

}  // namespace eyrie::collector
