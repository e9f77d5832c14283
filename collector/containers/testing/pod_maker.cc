// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/testing/pod_maker.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "collector/containers/testing/engine.h"
#include "common/status_macros.h"

namespace eyrie::testing {

namespace cri = runtimes::cri;

cri::PodSandboxConfig PodMaker::Pod(const std::string& name,
                                    const std::string& cgroup_parent) {
  cri::PodSandboxConfig pod;
  pod.mutable_metadata()->set_name(name);
  pod.mutable_metadata()->set_namespace_("shop");
  pod.mutable_metadata()->set_uid(absl::StrCat("uid-of-", name));
  pod.set_hostname(name);
  auto& labels = *pod.mutable_labels();
  labels["io.kubernetes.pod.name"] = name;
  labels["io.kubernetes.pod.namespace"] = "shop";
  labels["io.kubernetes.pod.uid"] = absl::StrCat("uid-of-", name);
  labels["app"] = "web";
  pod.mutable_linux()->set_cgroup_parent(cgroup_parent);
  return pod;
}

cri::ContainerConfig PodMaker::Container(const std::string& name,
                                         const cri::PodSandboxConfig& pod) {
  cri::ContainerConfig container;
  container.mutable_metadata()->set_name(name);
  container.mutable_image()->set_image(kTestImage);
  for (const char* const part : {"/bin/sleep", "1000"}) {
    container.add_command(part);
  }
  auto& labels = *container.mutable_labels();
  labels = pod.labels();
  labels.erase("app");
  labels["io.kubernetes.container.name"] = name;
  *container.mutable_linux()
       ->mutable_security_context()
       ->mutable_namespace_options() =
      pod.linux().security_context().namespace_options();
  return container;
}

absl::StatusOr<std::string> PodMaker::RunPod(const cri::PodSandboxConfig& pod) {
  cri::RunPodSandboxRequest request;
  *request.mutable_config() = pod;
  cri::RunPodSandboxResponse response;
  EYRIE_RETURN_IF_ERROR(Call("RunPodSandbox", request, &response));
  return response.pod_sandbox_id();
}

absl::StatusOr<std::string> PodMaker::RunContainer(
    const std::string& pod_id, const cri::ContainerConfig& container,
    const cri::PodSandboxConfig& pod) {
  cri::CreateContainerRequest create;
  create.set_pod_sandbox_id(pod_id);
  *create.mutable_config() = container;
  *create.mutable_sandbox_config() = pod;
  cri::CreateContainerResponse created;
  EYRIE_RETURN_IF_ERROR(Call("CreateContainer", create, &created));
  cri::StartContainerRequest start;
  start.set_container_id(created.container_id());
  cri::Nothing nothing;
  EYRIE_RETURN_IF_ERROR(Call("StartContainer", start, &nothing));
  return created.container_id();
}

absl::Status PodMaker::RemovePod(const std::string& pod_id) {
  cri::Nothing nothing;
  cri::StopPodSandboxRequest stop;
  stop.set_pod_sandbox_id(pod_id);
  EYRIE_RETURN_IF_ERROR(Call("StopPodSandbox", stop, &nothing));
  cri::RemovePodSandboxRequest remove;
  remove.set_pod_sandbox_id(pod_id);
  return Call("RemovePodSandbox", remove, &nothing);
}

}  // namespace eyrie::testing
