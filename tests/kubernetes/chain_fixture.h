// SPDX-License-Identifier: Apache-2.0
//
// Collector and server beside a cluster whose pods run, for tests.

#ifndef EYRIE_TESTS_KUBERNETES_CHAIN_FIXTURE_H_
#define EYRIE_TESTS_KUBERNETES_CHAIN_FIXTURE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include <nlohmann/json.hpp>

#include "tests/kubernetes/detection_watch.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {

inline constexpr absl::Duration kPatience = absl::Seconds(60);
// The image of all pods.
inline constexpr char kPodImage[] = "docker.io/local/busybox:1";
inline constexpr char kPodImageRepository[] = "docker.io/local/busybox";

// A pod whose one container, "main", runs a shell script.
nlohmann::json PodSpec(const std::string& script);

// Each test has a server, a collector and namespaces of its own.
class ChainTest : public ::testing::Test {
 protected:
  // Skips the test where it cannot run.
  void SetUp() override;
  void TearDown() override;

  // Starts both with these rules, a YAML text, and those of `files`. Then pods
  // and containers are known.
  void Start(const std::string& rules, std::vector<std::string> files = {});

  // Deleted, with all in it, after the test.
  void MakeNamespace(const std::string& name);
  // `spec` is of its pods, which have the label app=NAME.
  void MakeDeployment(const std::string& namespace_name,
                      const std::string& name, const nlohmann::json& spec,
                      int replicas = 1);
  // Waits until all its pods are ready.
  void AwaitDeployment(const std::string& namespace_name,
                       const std::string& name);
  // Name of its first pod.
  std::string PodOf(const std::string& namespace_name, const std::string& name);
  // kubectl exec
  void Exec(const std::string& namespace_name, const std::string& pod,
            const std::vector<std::string>& command);

  // Every detection of the rule, as `eyrie detections list` tells them, oldest
  // first, once there are so many. A watch tells but the last of those that are
  // written at once.
  std::vector<nlohmann::json> Alerts(const std::string& rule, size_t count);

  // Waits for a line of the server's metrics; false if it does not come.
  bool AwaitServerMetric(const std::string& line);
  // Waits for the state of containerd as the node tells it: "CONNECTED".
  bool AwaitRuntime(const std::string& state);
  static bool Await(const std::function<bool()>& condition);

  // Prints how long after their events detections were seen, and how much
  // waited for what it did not know.
  void Report(const std::string& what,
              const std::vector<SeenDetection>& detections);

  std::string directory_;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<DetectionWatch> watch_;

 private:
  std::vector<std::string> namespaces_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_KUBERNETES_CHAIN_FIXTURE_H_
