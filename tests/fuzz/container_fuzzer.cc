// SPDX-License-Identifier: Apache-2.0
//
// Reads arbitrary bytes as what container runtimes tell, in each of their
// forms.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"
#include "runtimes/containerd.pb.h"
#include "runtimes/cri.pb.h"

#include "collector/containers/container_limits.h"
#include "collector/containers/container_runtime.h"
#include "collector/containers/containerd_container.h"
#include "collector/containers/cri_container.h"
#include "collector/containers/docker_container.h"
#include "collector/containers/probes.h"

namespace eyrie::collector {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// What the registry does with what it is told.
void Keep(KnownContainer known) {
  BoundContainer(&known.container);
  // Texts that always stay have some 16 KiB together.
  Require(known.container.ByteSizeLong() <= kMaxContainerBytes + (16 << 10),
          "a container is bounded");
  // Fails if a string is not UTF-8.
  v1::Container copy;
  Require(copy.ParseFromString(known.container.SerializeAsString()),
          "a container can be sent");
}

void ReadDocker(absl::string_view text) {
  absl::StatusOr<KnownContainer> known = ReadDockerContainer(text, "docker");
  if (known.ok()) {
    ReadDockerImage(text, &known->container);
    Keep(*std::move(known));
  }
  ReadDockerEvent(text);
}

void ReadCri(absl::string_view text) {
  runtimes::cri::ContainerStatusResponse container;
  runtimes::cri::PodSandboxStatusResponse pod;
  (*container.mutable_info())["info"] = std::string(text);
  (*pod.mutable_info())["info"] = std::string(text);
  (*pod.mutable_status()->mutable_annotations())[kAppliedManifest] =
      std::string(text);
  KnownContainer known;
  ReadCriContainer(container, &known);
  ReadCriPod(pod, &known.container);
  Keep(known);
  KnownContainer sandbox;
  ReadCriSandbox(pod, &sandbox);
  Keep(sandbox);
}

void ReadContainerd(absl::string_view text) {
  runtimes::containerd::Container container;
  container.set_id("c1");
  (*container.mutable_labels())["io.cri-containerd.kind"] = "container";
  container.mutable_spec()->set_value(std::string(text));
  Keep(ReadContainerdContainer(container, "k8s.io"));
  for (const char* const topic : {"/containers/create", "/tasks/exit"}) {
    runtimes::containerd::Envelope event;
    event.set_topic(topic);
    event.mutable_event()->set_value(std::string(text));
    ReadContainerdEvent(event);
  }
}

void Check(absl::string_view text) {
  ReadDocker(text);
  ReadCri(text);
  ReadContainerd(text);
}

}  // namespace
}  // namespace eyrie::collector

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eyrie::collector::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
