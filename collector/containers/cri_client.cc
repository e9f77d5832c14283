// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/cri_client.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "collector/containers/cri_container.h"
#include "common/status_macros.h"

namespace eyrie::collector {

namespace cri = runtimes::cri;

absl::Status CriClient::Call(const char* method,
                             const google::protobuf::MessageLite& request,
                             google::protobuf::MessageLite* response) {
  return grpc_->Call({absl::StrCat(is_v1_ ? "/runtime.v1" : "/runtime.v1alpha2",
                                   ".RuntimeService/", method)},
                     request, response);
}

absl::StatusOr<RuntimeVersion> CriClient::Connect() {
  cri::VersionResponse response;
  is_v1_ = true;
  absl::Status status = Call("Version", cri::VersionRequest(), &response);
  if (absl::IsUnimplemented(status)) {
    is_v1_ = false;
    status = Call("Version", cri::VersionRequest(), &response);
  }
  EYRIE_RETURN_IF_ERROR(status);
  return RuntimeVersion{response.runtime_name(), response.runtime_version()};
}

absl::Status CriClient::Check() {
  cri::VersionResponse response;
  return Call("Version", cri::VersionRequest(), &response);
}

absl::StatusOr<std::vector<std::string>> CriClient::List() {
  cri::ListContainersResponse containers;
  cri::ListPodSandboxResponse sandboxes;
  EYRIE_RETURN_IF_ERROR(
      Call("ListContainers", cri::ListContainersRequest(), &containers));
  EYRIE_RETURN_IF_ERROR(
      Call("ListPodSandbox", cri::ListPodSandboxRequest(), &sandboxes));
  std::vector<std::string> ids;
  for (const cri::ListedContainer& container : containers.containers()) {
    if (container.state() == cri::CONTAINER_RUNNING) {
      ids.push_back(container.id());
    }
  }
  for (const cri::ListedPodSandbox& sandbox : sandboxes.items()) {
    if (sandbox.state() == cri::SANDBOX_READY) ids.push_back(sandbox.id());
  }
  return ids;
}

absl::StatusOr<std::shared_ptr<const cri::PodSandboxStatusResponse>>
CriClient::ReadPod(const std::string& id) {
  {
    absl::MutexLock lock(&mutex_);
    const auto* const known = pods_.Find(id);
    if (known != nullptr) return *known;
  }
  cri::PodSandboxStatusRequest request;
  request.set_pod_sandbox_id(id);
  request.set_verbose(true);
  auto response = std::make_shared<SandboxStatus>();
  EYRIE_RETURN_IF_ERROR(Call("PodSandboxStatus", request, response.get()));
  if (response->status().state() == cri::SANDBOX_READY) {
    absl::MutexLock lock(&mutex_);
    pods_.Erase(id);
    pods_.Insert(id, response);
  }
  return std::shared_ptr<const SandboxStatus>(std::move(response));
}

absl::Status CriClient::ReadContainer(const std::string& id,
                                      KnownContainer* known) {
  cri::ContainerStatusRequest request;
  request.set_container_id(id);
  request.set_verbose(true);
  cri::ContainerStatusResponse response;
  EYRIE_RETURN_IF_ERROR(Call("ContainerStatus", request, &response));
  // The runtime takes the beginning of an id for the whole.
  if (response.status().id() != id) {
    return absl::NotFoundError(absl::StrCat("no container ", id));
  }
  const std::string sandbox = ReadCriContainer(response, known);
  const auto pod = ReadPod(sandbox);
  if (!pod.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("pod ", sandbox, ": ", pod.status().message()));
  }
  ReadCriPod(**pod, &known->container);
  // Its first process may run already: the runtime notes pid and time after it.
  known->is_partial = response.status().state() == cri::CONTAINER_CREATED;
  return absl::OkStatus();
}

absl::Status CriClient::ReadSandbox(const std::string& id,
                                    KnownContainer* known) {
  EYRIE_ASSIGN_OR_RETURN(const std::shared_ptr<const SandboxStatus> pod,
                         ReadPod(id));
  if (pod->status().id() != id) {
    return absl::NotFoundError(absl::StrCat("no pod ", id));
  }
  ReadCriSandbox(*pod, known);
  return absl::OkStatus();
}

absl::Status CriClient::Watch(
    const std::function<void(RuntimeEvent)>& on_event) {
  if (!is_v1_) return absl::UnimplementedError("v1alpha2 has no events");
  cri::ContainerEventResponse response;
  return grpc_->Stream(
      {"/runtime.v1.RuntimeService/GetContainerEvents"},
      cri::GetEventsRequest(), &response, [&response, &on_event] {
        const bool has_ended =
            response.container_event_type() == cri::CONTAINER_STOPPED_EVENT ||
            response.container_event_type() == cri::CONTAINER_DELETED_EVENT;
        on_event({has_ended ? RuntimeEvent::Kind::kEnded
                            : RuntimeEvent::Kind::kChanged,
                  response.container_id()});
      });
}

}  // namespace eyrie::collector
