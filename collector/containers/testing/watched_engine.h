// SPDX-License-Identifier: Apache-2.0
//
// A real engine with a registry that looks at it: the base of tests.

#ifndef EYRIE_COLLECTOR_CONTAINERS_TESTING_WATCHED_ENGINE_H_
#define EYRIE_COLLECTOR_CONTAINERS_TESTING_WATCHED_ENGINE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "eyrie/v1/process.pb.h"

#include "collector/containers/cgroup_directory.h"
#include "collector/containers/container_registry.h"
#include "collector/containers/testing/cgroup_watcher.h"
#include "collector/containers/testing/engine.h"

namespace eyrie::testing {

class WatchedEngineTest : public ::testing::Test {
 protected:
  // Skips the test if this machine has no such engine.
  void SetUpEngine(Engine::Kind kind);
  // The registry looks for the engine, and a watcher at its cgroups.
  void Watch();
  // Both.
  void StartAndWatch(Engine::Kind kind);

  // Waits for a state of the runtime; false if it does not come.
  bool WaitForState(v1::ContainerRuntime::State state,
                    absl::Duration timeout = absl::Seconds(10));
  v1::ContainerRuntime runtime_state();

  // What is known of the container whose cgroup ends in `name`, once a runtime
  // has told all of it (it has a pid); fails the test if that takes too long.
  std::shared_ptr<const v1::Container> WaitForContainer(
      const std::string& name);

  // Prints how long after the beginning of their cgroups containers were known.
  void ReportTimes(const std::string& what);

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<collector::CgroupDirectory> directory_;
  std::unique_ptr<collector::ContainerRegistry> registry_;
  std::unique_ptr<CgroupWatcher> watcher_;

 private:
  v1::ContainerRuntime state_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_COLLECTOR_CONTAINERS_TESTING_WATCHED_ENGINE_H_
