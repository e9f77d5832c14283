// SPDX-License-Identifier: Apache-2.0
//
// The server beside a real Kubernetes, which run.sh starts: its pods and their
// owners reach the rules. The nodes are played by the test.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <nlohmann/json.hpp>

#include "common/testing/status_matchers.h"
#include "tests/kubernetes/kubectl.h"
#include "tests/testing/cluster.h"
#include "tests/testing/fake_collector.h"
#include "tests/testing/pod_events.h"
#include "tests/testing/subprocess.h"

namespace eyrie::testing {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(60);

constexpr char kRules[] =
    "- rule: Open in web of shop\n"
    "  desc: d\n"
    "  condition: >\n"
    "    evt.type = openat and k8s.deployment.name = web and\n"
    "    k8s.ns.name = shop\n"
    "  output: opened %fd.name in %k8s.pod.name\n"
    "  priority: NOTICE\n"
    "- rule: Open in a hot pod\n"
    "  desc: d\n"
    "  condition: evt.type = openat and k8s.pod.label[heat] = hot\n"
    "  output: opened %fd.name\n"
    "  priority: NOTICE\n"
    "- rule: Any open\n"
    "  desc: d\n"
    "  condition: evt.type = openat and fd.name startswith /any\n"
    "  output: opened %fd.name in %k8s.deployment.name\n"
    "  priority: NOTICE\n";

class PodWatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (Environment("EYRIE_KUBERNETES_RUN").empty()) {
      GTEST_SKIP() << "EYRIE_SKIP: run it by tests/kubernetes/run.sh";
    }
    directory_ = absl::StrCat(
        TestDirectory(), "/pod-watch-", getpid(), "-",
        ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ + "/rules.yaml") << kRules;
  }
  void TearDown() override {
    if (directory_.empty()) return;
    for (const std::string& name : namespaces_) {
      Kubectl({"delete", "namespace", name, "--wait=false"});
    }
    std::filesystem::remove_all(directory_);
  }

  void StartServer(const std::string& account = "eyrie") {
    cluster_ = std::make_unique<Cluster>(
        ClusterOptions{.rules = {directory_ + "/rules.yaml"},
                       .directory = directory_,
                       .server_flags = {"--kubeconfig",
                                        ClusterFile(account + ".kubeconfig")}});
    ASSERT_OK(cluster_->StartServer());
  }

  void MakeNamespace(const std::string& name) {
    Kubectl({"create", "namespace", name});
    namespaces_.push_back(name);
  }
  // Returns the uid of the deployment's one pod.
  std::string MakeDeployment(const std::string& namespace_name,
                             const std::string& name) {
    Kubectl({"-n", namespace_name, "create", "deployment", name,
             "--image=docker.io/local/busybox:1"});
    const absl::Time deadline = absl::Now() + kPatience;
    while (absl::Now() < deadline) {
      const std::string uid =
          Kubectl({"-n", namespace_name, "get", "pods", "-l", "app=" + name,
                   "-o", "jsonpath={.items[*].metadata.uid}"});
      if (!uid.empty()) return uid;
      absl::SleepFor(absl::Milliseconds(100));
    }
    ADD_FAILURE() << "no pod of " << namespace_name << "/" << name;
    return "";
  }

  // Sends that a process in the pod opened `path`.
  void Open(const std::string& pod_uid, const std::string& path,
            const std::string& namespace_name = "shop") {
    v1::EventBatch batch;
    AddOpenInPod(pod_uid, namespace_name, path, &batch);
    collector_.Add(std::move(batch));
    ASSERT_OK(collector_.Deliver(cluster_->server_address(), kPatience));
  }

  // Detections of the rule, oldest first, once there are that many.
  std::vector<nlohmann::json> Detections(const std::string& rule,
                                         size_t count) {
    auto lines = cluster_->WaitForDetections(rule, count, kPatience);
    EXPECT_OK(lines.status());
    std::vector<nlohmann::json> detections;
    if (!lines.ok()) return detections;
    for (auto it = lines->rbegin(); it != lines->rend(); ++it) {
      detections.push_back(nlohmann::json::parse(*it));
    }
    return detections;
  }

  std::string Metrics() {
    httplib::Client client("http://" + cluster_->server_http());
    const auto response = client.Get("/metrics");
    return response ? response->body : "";
  }
  bool AwaitMetric(const std::string& line) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (absl::Now() < deadline) {
      if (Metrics().find(line) != std::string::npos) return true;
      absl::SleepFor(absl::Milliseconds(100));
    }
    return false;
  }

  std::string directory_;
  std::vector<std::string> namespaces_;
  std::unique_ptr<Cluster> cluster_;
  FakeCollector collector_{"n1", 7};
};

TEST_F(PodWatchTest, ARuleOfADeploymentFiresForThatOneOnly) {
  StartServer();
  MakeNamespace("shop");
  MakeNamespace("bank");
  const std::string web = MakeDeployment("shop", "web");
  const std::string other = MakeDeployment("shop", "other");
  const std::string elsewhere = MakeDeployment("bank", "web");
  Open(other, "/any-other");
  Open(elsewhere, "/any-elsewhere", "bank");
  Open(web, "/any-web");
  // All have been judged once these are there.
  const auto all = Detections("Any open", 3);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0]["output"], "opened /any-other in other");
  EXPECT_EQ(all[1]["output"], "opened /any-elsewhere in web");
  EXPECT_EQ(all[2]["output"], "opened /any-web in web");
  const auto fired = Detections("Open in web of shop", 1);
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_EQ(fired[0]["output_fields"]["fd.name"], "/any-web");
  EXPECT_THAT(Metrics(),
              HasSubstr("eyrie_kubernetes_stale{resource=\"pods\"} 0"));
}

TEST_F(PodWatchTest, AChangedLabelReachesTheRuleWithinASecond) {
  StartServer();
  MakeNamespace("shop2");
  const std::string pod = MakeDeployment("shop2", "web");
  Open(pod, "/any-cold");
  ASSERT_EQ(Detections("Any open", 1).size(), 1u);
  Kubectl({"-n", "shop2", "label", "pod", "-l", "app=web", "heat=hot"});
  const absl::Time start = absl::Now();
  // Numbered by when they were sent, in milliseconds since the label was set.
  while (absl::Now() - start < absl::Seconds(3)) {
    Open(pod,
         absl::StrCat("/t-", absl::ToInt64Milliseconds(absl::Now() - start)));
    absl::SleepFor(absl::Milliseconds(20));
  }
  const auto fired = Detections("Open in a hot pod", 1);
  ASSERT_FALSE(fired.empty());
  const std::string first = fired[0]["output_fields"]["fd.name"];
  const int milliseconds = std::atoi(first.c_str() + 3);
  std::printf("the label reached the rule within %d ms\n", milliseconds);
  EXPECT_LT(milliseconds, 1000);
}

TEST_F(PodWatchTest, TheApiServerMayBeGoneForAMinute) {
  StartServer();
  MakeNamespace("shop3");
  const std::string pod = MakeDeployment("shop3", "web");
  Open(pod, "/any-before");
  ASSERT_EQ(Detections("Any open", 1).size(), 1u);
  const absl::Time gone = absl::Now();
  RunScript("apiserver.sh", "kill");
  // An unknown pod is waited for at first, and then no more.
  Open("unknown-1", "/any-unknown");
  ASSERT_TRUE(AwaitMetric("eyrie_kubernetes_stale{resource=\"pods\"} 1"));
  const absl::Time asked = absl::Now();
  Open("unknown-2", "/any-unknown");
  Open(pod, "/any-during");
  const auto during = Detections("Any open", 4);
  ASSERT_EQ(during.size(), 4u);
  EXPECT_LT(absl::Now() - asked, absl::Seconds(2));
  EXPECT_EQ(during.back()["output"], "opened /any-during in web");
  httplib::Client client("http://" + cluster_->server_http());
  EXPECT_EQ(client.Get("/readyz")->status, 200);
  absl::SleepFor(gone + absl::Seconds(60) - absl::Now());
  RunScript("apiserver.sh", "start");
  ASSERT_TRUE(AwaitMetric("eyrie_kubernetes_stale{resource=\"pods\"} 0"));
  const std::string later = MakeDeployment("shop3", "later");
  Open(later, "/any-after");
  EXPECT_EQ(Detections("Any open", 5).back()["output"],
            "opened /any-after in later");
}

TEST_F(PodWatchTest, AnApiServerThatStandsStillStopsNothing) {
  StartServer();
  MakeNamespace("shop4");
  const std::string pod = MakeDeployment("shop4", "web");
  Open(pod, "/any-before");
  ASSERT_EQ(Detections("Any open", 1).size(), 1u);
  RunScript("apiserver.sh", "freeze");
  Open(pod, "/any-during");
  Open("unknown-3", "/any-unknown");
  EXPECT_EQ(Detections("Any open", 3).size(), 3u);
  RunScript("apiserver.sh", "thaw");
  const std::string later = MakeDeployment("shop4", "later");
  Open(later, "/any-after");
  EXPECT_EQ(Detections("Any open", 4).back()["output"],
            "opened /any-after in later");
}

TEST_F(PodWatchTest, WhatIsNotAllowedIsToldAndStopsNothing) {
  StartServer("stranger");
  ASSERT_TRUE(AwaitMetric("eyrie_kubernetes_stale{resource=\"pods\"} 1"));
  Open("unknown-4", "/any-unknown");
  EXPECT_EQ(Detections("Any open", 1).size(), 1u);
  ASSERT_OK(cluster_->StopServer());
  EXPECT_THAT(cluster_->server()->standard_error(),
              HasSubstr("allow the server's account to list and watch pods"));
}

}  // namespace
}  // namespace eyrie::testing
