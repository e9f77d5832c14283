// SPDX-License-Identifier: Apache-2.0
//
// The calls of the Kubernetes container runtime interface (CRI).

#ifndef EYRIE_COLLECTOR_CONTAINERS_CRI_CLIENT_H_
#define EYRIE_COLLECTOR_CONTAINERS_CRI_CLIENT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "runtimes/cri.pb.h"

#include "collector/containers/container_runtime.h"
#include "collector/containers/lru_map.h"
#include "collector/containers/runtime_api.h"
#include "collector/containers/unix_grpc.h"

namespace eyrie::collector {

// Speaks runtime.v1, or runtime.v1alpha2 where that is all there is.
//
// Thread safety: all methods may be called from any thread.
class CriClient {
 public:
  // Borrows `grpc`.
  explicit CriClient(UnixGrpc* grpc) : grpc_(grpc), pods_(kMaxPods) {}

  // Finds out which version the runtime speaks. kUnimplemented: neither.
  absl::StatusOr<RuntimeVersion> Connect();
  absl::Status Check();
  // Ids of containers that run and sandboxes that are ready.
  absl::StatusOr<std::vector<std::string>> List();

  // Adds what is known of a container and its pod, or of a sandbox. kNotFound:
  // there is no such one. kFailedPrecondition: its pod is not known yet; what
  // is known of itself was added.
  absl::Status ReadContainer(const std::string& id, KnownContainer* known);
  absl::Status ReadSandbox(const std::string& id, KnownContainer* known);

  // kUnimplemented: the runtime tells no events.
  absl::Status Watch(const std::function<void(RuntimeEvent)>& on_event);

 private:
  // Pods whose status is kept; a node has 110 by default.
  static constexpr size_t kMaxPods = 512;

  using SandboxStatus = runtimes::cri::PodSandboxStatusResponse;

  absl::Status Call(const char* method,
                    const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite* response);
  absl::StatusOr<std::shared_ptr<const SandboxStatus>> ReadPod(
      const std::string& id);

  UnixGrpc* const grpc_;
  std::atomic<bool> is_v1_{true};
  absl::Mutex mutex_;
  // Of pods that are ready: nothing of what we read changes any more.
  LruMap<std::string, std::shared_ptr<const SandboxStatus>> pods_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CRI_CLIENT_H_
