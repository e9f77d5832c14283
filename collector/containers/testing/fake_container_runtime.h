// SPDX-License-Identifier: Apache-2.0
//
// A container runtime that a test plays.

#ifndef EYRIE_COLLECTOR_CONTAINERS_TESTING_FAKE_CONTAINER_RUNTIME_H_
#define EYRIE_COLLECTOR_CONTAINERS_TESTING_FAKE_CONTAINER_RUNTIME_H_

#include <string>
#include <utility>
#include <vector>

#include "collector/containers/container_runtime.h"

namespace eyrie::collector {

// Notes what it is asked; the test answers by `sink`.
//
// Thread safety: one thread.
class FakeContainerRuntime : public ContainerRuntime {
 public:
  void Start(ContainerSink* given_sink, int given_number) override {
    sink = given_sink;
    number = given_number;
  }
  void Stop() override { is_stopped = true; }
  Asked Ask(const std::string& id) override {
    asked.push_back(id);
    return answer;
  }
  ContainerRuntimeStats stats() const override { return {}; }

  void Tell(KnownContainer known) {
    sink->OnContainer(number, std::move(known));
  }
  // A container that runs, with nothing but a name.
  void Tell(const std::string& id, const std::string& name) {
    KnownContainer known;
    known.container.set_id(id);
    known.container.set_name(name);
    Tell(std::move(known));
  }

  Asked answer = Asked::kAccepted;
  std::vector<std::string> asked;
  ContainerSink* sink = nullptr;
  int number = -1;
  bool is_stopped = false;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_TESTING_FAKE_CONTAINER_RUNTIME_H_
