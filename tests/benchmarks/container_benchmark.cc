// SPDX-License-Identifier: Apache-2.0
//
// What it costs an event to know its container, and a node to know 500.
//
// BM_ClassifyKnown and BM_FindKnown are paid by every event of a container;
// BM_ClassifyByPath where every process has the same cgroup id. `bytes` of
// BM_Memory is what the heap has grown by, for each container.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "collector/containers/cgroup_directory.h"
#include "collector/containers/container_registry.h"
#include "collector/containers/container_runtime.h"
#include "collector/containers/testing/fake_container_runtime.h"

namespace eyrie::collector {
namespace {

constexpr int kContainers = 500;

// Every id is a cgroup of the host.
class HostDirectory : public CgroupDirectory {
 public:
  absl::StatusOr<std::string> PathOf(uint64_t id) const override {
    return absl::StrCat("/system.slice/unit", id, ".service");
  }
  uint64_t root_id() const override { return 1; }
};

std::string IdOf(int number) {
  std::string id = absl::StrCat(number);
  id.insert(0, 64 - id.size(), 'a');
  return id;
}

std::string PathOf(int number) {
  return absl::StrCat("/kubepods/burstable/pod", number, "/", IdOf(number));
}

// As a pod's container is.
KnownContainer Container(int number) {
  KnownContainer known;
  v1::Container& container = known.container;
  container.set_id(IdOf(number));
  container.set_runtime("containerd");
  container.set_name("web");
  container.set_image("registry.example:5000/team/web:1.2.3");
  container.set_image_repository("registry.example:5000/team/web");
  container.set_image_tag("1.2.3");
  container.set_image_digest(absl::StrCat("sha256:", IdOf(number)));
  container.set_pod_name(absl::StrCat("web-", number));
  container.set_pod_namespace("shop");
  for (int i = 0; i < 8; ++i) {
    const std::string name = absl::StrCat("app.kubernetes.io/label", i);
    (*container.mutable_labels())[name] = "value";
    (*container.mutable_pod_labels())[name] = "value";
    container.add_env_names(absl::StrCat("SERVICE_PORT_", i));
    v1::Container::Mount* const mount = container.add_mounts();
    mount->set_source(absl::StrCat("/var/lib/kubelet/pods/", number, "/", i));
    mount->set_destination("/var/run/secrets/kubernetes.io/serviceaccount");
  }
  for (int i = 0; i < 14; ++i) {
    container.add_capabilities("CAP_NET_BIND_SERVICE");
  }
  return known;
}

class Node {
 public:
  Node() : registry({}, &directory) {
    auto runtime = std::make_unique<FakeContainerRuntime>();
    FakeContainerRuntime* const containerd = runtime.get();
    registry.AddRuntime(std::move(runtime));
    registry.Start();
    for (int i = 0; i < kContainers; ++i) {
      containerd->Tell(Container(i));
      registry.Classify(CgroupId(i), PathOf(i));
    }
  }

  static uint64_t CgroupId(int number) {
    return static_cast<uint64_t>(number) + 100;
  }

  HostDirectory directory;
  ContainerRegistry registry;
};

void BM_ClassifyKnown(benchmark::State& state) {
  Node node;
  int number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(node.registry.Classify(
        Node::CgroupId(number++ % kContainers), absl::string_view()));
  }
}
BENCHMARK(BM_ClassifyKnown);

void BM_FindKnown(benchmark::State& state) {
  Node node;
  std::vector<std::string> ids;
  for (int i = 0; i < kContainers; ++i) ids.push_back(IdOf(i));
  size_t number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(node.registry.Find(ids[number++ % ids.size()]));
  }
}
BENCHMARK(BM_FindKnown);

void BM_ClassifyByPath(benchmark::State& state) {
  Node node;
  const std::string path = PathOf(7);
  for (auto _ : state) {
    benchmark::DoNotOptimize(node.registry.Classify(0, path));
  }
}
BENCHMARK(BM_ClassifyByPath);

void BM_ClassifyNew(benchmark::State& state) {
  Node node;
  uint64_t id = 1'000'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(node.registry.Classify(id++, absl::string_view()));
  }
}
BENCHMARK(BM_ClassifyNew);

void BM_Memory(benchmark::State& state) {
  size_t bytes = 0;
  for (auto _ : state) {
    const size_t before = mallinfo2().uordblks;
    const Node node;
    bytes = mallinfo2().uordblks - before;
  }
  state.counters["bytes"] =
      static_cast<double>(bytes) / static_cast<double>(kContainers);
}
BENCHMARK(BM_Memory);

}  // namespace
}  // namespace eyrie::collector
