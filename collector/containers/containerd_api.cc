// SPDX-License-Identifier: Apache-2.0
//
// A container is there in containerd's own API before its first process, but in
// the CRI only once the call that makes it is done: for a pod's sandbox after
// it runs. So the first is asked first, and tells what is known until then.

#include "collector/containers/containerd_api.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "runtimes/containerd.pb.h"

#include "collector/containers/containerd_container.h"
#include "collector/containers/cri_client.h"
#include "collector/containers/unix_grpc.h"
#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

namespace containerd = runtimes::containerd;

constexpr char kService[] = "/containerd.services.";
constexpr char kKubernetesNamespace[] = "k8s.io";
// Namespaces beyond are not asked. There are rarely more than three.
constexpr size_t kMaxNamespaces = 64;

constexpr const char* kTopics[] = {"/containers/create", "/containers/update",
                                   "/containers/delete", "/tasks/start",
                                   "/tasks/exit"};

class ContainerdApi : public RuntimeApi {
 public:
  explicit ContainerdApi(const std::string& socket)
      : grpc_({.socket = socket, .timeout = kRuntimeCallTimeout}),
        cri_(&grpc_) {}

  bool MayKnow(const std::string& id) const override { return !id.empty(); }

  absl::StatusOr<RuntimeVersion> Connect() override {
    grpc_.Reconnect();
    containerd::VersionResponse response;
    EYRIE_RETURN_IF_ERROR(CallVersion(&response));
    // The plugin may be off; then there are no containers of it.
    has_cri_ = cri_.Connect().ok();
    EYRIE_RETURN_IF_ERROR(ReadNamespaces().status());
    return RuntimeVersion{"containerd", response.version()};
  }

  absl::Status Check() override {
    containerd::VersionResponse response;
    return CallVersion(&response);
  }

  absl::StatusOr<std::vector<std::string>> List() override {
    EYRIE_ASSIGN_OR_RETURN(const std::vector<std::string> spaces,
                           ReadNamespaces());
    std::vector<std::string> ids;
    for (const std::string& space : spaces) {
      if (space == kDockerNamespace) continue;
      containerd::ListTasksResponse response;
      EYRIE_RETURN_IF_ERROR(Call("tasks.v1.Tasks/List", space,
                                 containerd::ListTasksRequest(), &response));
      for (const containerd::Process& task : response.tasks()) {
        if (task.status() != containerd::TASK_STOPPED) ids.push_back(task.id());
      }
    }
    return ids;
  }

  absl::StatusOr<KnownContainer> Inspect(const std::string& id) override {
    std::string space;
    EYRIE_ASSIGN_OR_RETURN(const containerd::Container container,
                           FindContainer(id, &space));
    KnownContainer known = ReadContainerdContainer(container, space);
    const CriKind kind = has_cri_ ? CriKindOf(container) : CriKind::kNone;
    if (kind == CriKind::kNone) {
      AddTask(space, &known.container);
      AddDigest(space, &known.container);
      return known;
    }
    const absl::Status status = kind == CriKind::kSandbox
                                    ? cri_.ReadSandbox(id, &known)
                                    : cri_.ReadContainer(id, &known);
    if (absl::IsNotFound(status) || absl::IsFailedPrecondition(status)) {
      known.is_partial = true;
    } else {
      EYRIE_RETURN_IF_ERROR(status);
    }
    return known;
  }

  absl::Status Watch(
      const std::function<void(RuntimeEvent)>& on_event) override {
    containerd::SubscribeRequest request;
    for (const char* const topic : kTopics) {
      request.add_filters(absl::StrCat("topic==\"", topic, "\""));
    }
    containerd::Envelope event;
    return grpc_.Stream({absl::StrCat(kService, "events.v1.Events/Subscribe")},
                        request, &event, [&event, &on_event] {
                          RuntimeEvent read = ReadContainerdEvent(event);
                          // Docker tells by itself what it starts. The end is
                          // for those that were asked for here.
                          const bool is_of_use =
                              read.kind == RuntimeEvent::Kind::kEnded ||
                              event.namespace_() != kDockerNamespace;
                          if (is_of_use && !read.id.empty())
                            on_event(std::move(read));
                        });
  }

  void Interrupt() override { grpc_.Interrupt(); }

 private:
  absl::Status Call(const char* method, const std::string& space,
                    const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite* response) {
    return grpc_.Call({absl::StrCat(kService, method), space}, request,
                      response);
  }

  absl::Status CallVersion(containerd::VersionResponse* response) {
    return Call("version.v1.Version/Version", "", containerd::Empty(),
                response);
  }

  absl::StatusOr<std::vector<std::string>> ReadNamespaces() {
    containerd::ListNamespacesResponse response;
    EYRIE_RETURN_IF_ERROR(Call("namespaces.v1.Namespaces/List", "",
                               containerd::ListNamespacesRequest(), &response));
    std::vector<std::string> spaces;
    for (const containerd::Namespace& space : response.namespaces()) {
      // That of Kubernetes first: it has the most.
      if (space.name() == kKubernetesNamespace) {
        spaces.insert(spaces.begin(), space.name());
      } else if (spaces.size() < kMaxNamespaces) {
        spaces.push_back(space.name());
      }
    }
    absl::MutexLock lock(&mutex_);
    spaces_ = spaces;
    return spaces;
  }

  // kNotFound if none of the namespaces has it.
  absl::StatusOr<containerd::Container> FindIn(
      const std::vector<std::string>& spaces, const std::string& id,
      std::string* found_space) {
    containerd::GetContainerRequest request;
    request.set_id(id);
    for (const std::string& space : spaces) {
      containerd::GetContainerResponse response;
      const absl::Status status =
          Call("containers.v1.Containers/Get", space, request, &response);
      if (status.ok()) {
        *found_space = space;
        return std::move(*response.mutable_container());
      }
      // An id that containerd would not give is none that it has.
      if (!absl::IsNotFound(status) && !absl::IsInvalidArgument(status)) {
        return status;
      }
    }
    return absl::NotFoundError(absl::StrCat("no container ", id));
  }

  absl::StatusOr<containerd::Container> FindContainer(
      const std::string& id, std::string* found_space) {
    std::vector<std::string> known;
    {
      absl::MutexLock lock(&mutex_);
      known = spaces_;
    }
    auto container = FindIn(known, id, found_space);
    if (!absl::IsNotFound(container.status())) return container;
    EYRIE_ASSIGN_OR_RETURN(std::vector<std::string> now, ReadNamespaces());
    if (now == known) return container;
    return FindIn(now, id, found_space);
  }

  // What is missing below is left out: the container is known without.

  void AddTask(const std::string& space, v1::Container* container) {
    containerd::GetTaskRequest request;
    request.set_container_id(container->id());
    containerd::GetTaskResponse response;
    if (Call("tasks.v1.Tasks/Get", space, request, &response).ok()) {
      container->set_pid(response.process().pid());
    }
  }

  void AddDigest(const std::string& space, v1::Container* container) {
    if (container->image().empty() || !container->image_digest().empty()) {
      return;
    }
    containerd::GetImageRequest request;
    request.set_name(container->image());
    containerd::GetImageResponse response;
    if (Call("images.v1.Images/Get", space, request, &response).ok()) {
      container->set_image_digest(response.image().target().digest());
    }
  }

  UnixGrpc grpc_;
  CriClient cri_;
  std::atomic<bool> has_cri_{false};
  absl::Mutex mutex_;
  std::vector<std::string> spaces_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<RuntimeApi> MakeContainerdApi(const std::string& socket) {
  return std::make_unique<ContainerdApi>(socket);
}

}  // namespace eyrie::collector
