// SPDX-License-Identifier: Apache-2.0

#include "tests/kubernetes/chain_fixture.h"

#include <httplib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

#include "common/testing/status_matchers.h"
#include "tests/kubernetes/kubectl.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/subprocess.h"

namespace eyrie::testing {
namespace {

using Json = nlohmann::json;

// Where the API server sends its audit log (environment.sh).
constexpr char kHttpListen[] = "127.0.0.1:7480";

// The value below which this part of the sorted values lies, in milliseconds.
double Milliseconds(const std::vector<absl::Duration>& sorted, double part) {
  if (sorted.empty()) return 0;
  const size_t index =
      static_cast<size_t>(part * static_cast<double>(sorted.size() - 1) + 0.5);
  return absl::ToDoubleMilliseconds(sorted[index]);
}

std::string Metrics(const std::string& address) {
  httplib::Client client("http://" + address);
  const auto response = client.Get("/metrics");
  return response ? response->body : "";
}

// Sum of a metric over its labels.
double Metric(const std::string& address, const std::string& name) {
  double sum = 0;
  const std::string metrics = Metrics(address);
  for (absl::string_view line : absl::StrSplit(metrics, '\n')) {
    if (!absl::ConsumePrefix(&line, name) || line.empty()) continue;
    if (line[0] != ' ' && line[0] != '{') continue;
    sum += std::strtod(line.data() + line.rfind(' '), nullptr);
  }
  return sum;
}

}  // namespace

Json PodSpec(const std::string& script) {
  const Json container = {{"name", "main"},
                          {"image", kPodImage},
                          {"command", {"/bin/sh", "-c", script}}};
  return {{"terminationGracePeriodSeconds", 0},
          {"containers", Json::array({container})}};
}

void ChainTest::SetUp() {
  if (Environment("EYRIE_KUBERNETES_RUN").empty()) {
    GTEST_SKIP() << "EYRIE_SKIP: run it by tests/kubernetes/run.sh";
  }
  if (const std::string reason = WhyNoBpf(); !reason.empty()) {
    GTEST_SKIP() << "EYRIE_SKIP: " << reason;
  }
  directory_ = absl::StrCat(TestDirectory(), "/chain-", getpid());
  std::filesystem::create_directories(directory_);
}

void ChainTest::TearDown() {
  if (directory_.empty()) return;
  watch_.reset();
  cluster_.reset();
  for (const std::string& name : namespaces_) {
    Kubectl({"delete", "namespace", name});
  }
  std::filesystem::remove_all(directory_);
}

void ChainTest::Start(const std::string& rules,
                      std::vector<std::string> files) {
  files.push_back(directory_ + "/rules.yaml");
  std::ofstream(files.back()) << rules;
  cluster_ = std::make_unique<Cluster>(ClusterOptions{
      .rules = std::move(files),
      .directory = directory_,
      .http_listen = kHttpListen,
      .server_flags = {"--kubeconfig", ClusterFile("eyrie.kubeconfig")},
      .collector_flags = {
          "--container-runtime",
          "containerd=" + ClusterFile("node/containerd.sock")}});
  ASSERT_OK(cluster_->StartServer());
  watch_ =
      std::make_unique<DetectionWatch>(cluster_->server_address(), directory_);
  ASSERT_TRUE(AwaitServerMetric("eyrie_kubernetes_stale{resource=\"pods\"} 0"));
  ASSERT_OK(cluster_->StartCollector());
  ASSERT_OK(cluster_->WaitForNode());
  ASSERT_TRUE(AwaitRuntime("CONNECTED"));
}

void ChainTest::MakeNamespace(const std::string& name) {
  Kubectl({"create", "namespace", name});
  namespaces_.push_back(name);
}

void ChainTest::MakeDeployment(const std::string& namespace_name,
                               const std::string& name, const Json& spec,
                               int replicas) {
  const Json labels = {{"app", name}};
  CreateObject(
      {{"apiVersion", "apps/v1"},
       {"kind", "Deployment"},
       {"metadata", {{"name", name}, {"namespace", namespace_name}}},
       {"spec",
        {{"replicas", replicas},
         {"selector", {{"matchLabels", labels}}},
         {"template", {{"metadata", {{"labels", labels}}}, {"spec", spec}}}}}});
}

void ChainTest::AwaitDeployment(const std::string& namespace_name,
                                const std::string& name) {
  Kubectl({"-n", namespace_name, "rollout", "status", "deployment/" + name,
           "--timeout=55s"});
}

std::string ChainTest::PodOf(const std::string& namespace_name,
                             const std::string& name) {
  return Kubectl({"-n", namespace_name, "get", "pods", "-l", "app=" + name,
                  "-o", "jsonpath={.items[0].metadata.name}"});
}

void ChainTest::Exec(const std::string& namespace_name, const std::string& pod,
                     const std::vector<std::string>& command) {
  std::vector<std::string> words = {"-n", namespace_name, "exec", pod, "--"};
  words.insert(words.end(), command.begin(), command.end());
  Kubectl(std::move(words));
}

std::vector<Json> ChainTest::Alerts(const std::string& rule, size_t count) {
  std::vector<Json> alerts;
  auto lines = cluster_->WaitForDetections(rule, count, kPatience);
  EXPECT_OK(lines.status());
  if (!lines.ok()) return alerts;
  for (auto it = lines->rbegin(); it != lines->rend(); ++it) {
    alerts.push_back(Json::parse(*it));
  }
  return alerts;
}

bool ChainTest::AwaitServerMetric(const std::string& line) {
  return Await([&] {
    return absl::StrContains(Metrics(cluster_->server_http()), line);
  });
}

bool ChainTest::AwaitRuntime(const std::string& state) {
  return Await([&] {
    const auto node =
        cluster_->Cli({"nodes", "get", "test-node", "-o", "json"});
    if (!node.ok() || node->exit_code != 0) return false;
    const Json runtimes =
        Json::parse(node->out).value("runtimes", Json::array());
    return !runtimes.empty() && runtimes[0].value("state", "") == state;
  });
}

bool ChainTest::Await(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(50));
  }
  return true;
}

void ChainTest::Report(const std::string& what,
                       const std::vector<SeenDetection>& detections) {
  std::vector<absl::Duration> delays;
  for (const SeenDetection& seen : detections) {
    delays.push_back(seen.arrival - seen.time);
  }
  std::sort(delays.begin(), delays.end());
  const auto node = [this](const char* name) {
    return Metric(cluster_->collector_http(), name);
  };
  std::printf(
      "%s: %zu detections seen; after their events: median %.1f ms, 95 %% "
      "%.1f ms, at most %.1f ms; events that waited on the node %.0f, at the "
      "server %.0f; late containers %.0f\n",
      what.c_str(), delays.size(), Milliseconds(delays, 0.5),
      Milliseconds(delays, 0.95), Milliseconds(delays, 1),
      node("eyrie_collector_waited_events_total"),
      Metric(cluster_->server_http(), "eyrie_server_held_outcomes_total"),
      node("eyrie_collector_late_containers_total"));
}

}  // namespace eyrie::testing
