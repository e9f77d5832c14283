// SPDX-License-Identifier: Apache-2.0
//
// Makes pods by the CRI, as the kubelet does.

#ifndef EYRIE_COLLECTOR_CONTAINERS_TESTING_POD_MAKER_H_
#define EYRIE_COLLECTOR_CONTAINERS_TESTING_POD_MAKER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtimes/cri_pods.pb.h"

#include "collector/containers/unix_grpc.h"

namespace eyrie::testing {

// Thread safety: all methods may be called from any thread.
class PodMaker {
 public:
  explicit PodMaker(const std::string& socket)
      : grpc_({.socket = socket, .timeout = absl::Seconds(30)}) {}

  // The configuration of a pod of that name, with the labels that the kubelet
  // gives; its cgroups are below `cgroup_parent`.
  static runtimes::cri::PodSandboxConfig Pod(const std::string& name,
                                             const std::string& cgroup_parent);
  // Likewise of a container in it, of kTestImage.
  static runtimes::cri::ContainerConfig Container(
      const std::string& name, const runtimes::cri::PodSandboxConfig& pod);

  // Ids of what was started.
  absl::StatusOr<std::string> RunPod(
      const runtimes::cri::PodSandboxConfig& pod);
  absl::StatusOr<std::string> RunContainer(
      const std::string& pod_id,
      const runtimes::cri::ContainerConfig& container,
      const runtimes::cri::PodSandboxConfig& pod);
  absl::Status RemovePod(const std::string& pod_id);

 private:
  absl::Status Call(const std::string& method,
                    const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite* response) {
    return grpc_.Call({"/runtime.v1.RuntimeService/" + method}, request,
                      response);
  }

  collector::UnixGrpc grpc_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_COLLECTOR_CONTAINERS_TESTING_POD_MAKER_H_
