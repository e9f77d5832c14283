// SPDX-License-Identifier: Apache-2.0

#include "server/detect/workload.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "rules/fields/pod_facts.h"
#include "rules/fields/testing/event_builder.h"

namespace eyrie::server {
namespace {

using rules::K8sObject;
using rules::PodFacts;
using rules::testing::EventBuilder;

class OnePod : public rules::PodTable {
 public:
  const PodFacts* FindPod(absl::string_view uid) const override {
    return uid == pod.pod.uid ? &pod : nullptr;
  }
  bool IsExpected(absl::string_view uid) const override { return false; }

  PodFacts pod;
};

std::shared_ptr<const K8sObject> Object(const std::string& name) {
  return std::make_shared<const K8sObject>(K8sObject{name, name, {}});
}

v1::Container InPod() {
  v1::Container container;
  container.set_id(std::string(64, 'a'));
  container.set_metadata(v1::Container::COMPLETE);
  container.set_name("k8s_nginx_web-1_shop");
  container.set_image("nginx:1");
  container.set_pod_name("web-1");
  container.set_pod_namespace("shop");
  container.set_pod_uid("u1");
  (*container.mutable_labels())["io.kubernetes.container.name"] = "nginx";
  (*container.mutable_pod_labels())["app"] = "old";
  return container;
}

v1::Detection DetectionOf(EventBuilder& builder) {
  v1::Detection detection;
  SetWorkload(builder.Build(), &detection);
  return detection;
}

std::vector<std::string> Missing(const v1::Detection& detection) {
  return {detection.missing_metadata().begin(),
          detection.missing_metadata().end()};
}

using Names = std::vector<std::string>;

TEST(WorkloadTest, OutsideOfContainersThereIsNone) {
  EventBuilder host("openat");
  EXPECT_FALSE(DetectionOf(host).has_workload());
  EventBuilder unnamed("openat");
  unnamed.Container(std::string(64, 'a'));
  EXPECT_FALSE(DetectionOf(unnamed).has_workload());
  EXPECT_EQ(Missing(DetectionOf(unnamed)), Names());
}

TEST(WorkloadTest, RuntimeTellsAllButTheOwner) {
  EventBuilder builder("openat");
  builder.Container(InPod());
  const v1::Detection detection = DetectionOf(builder);
  const v1::Workload& workload = detection.workload();
  EXPECT_EQ(workload.namespace_(), "shop");
  EXPECT_EQ(workload.kind(), "");
  EXPECT_EQ(workload.name(), "");
  EXPECT_EQ(workload.pod(), "web-1");
  EXPECT_EQ(workload.pod_uid(), "u1");
  EXPECT_EQ(workload.container(), "nginx");
  EXPECT_EQ(workload.image(), "nginx:1");
  EXPECT_EQ(workload.labels().at("app"), "old");
  // There is no API to wait for.
  EXPECT_EQ(Missing(detection), Names());
}

TEST(WorkloadTest, OwnerIsTheTopmost) {
  const struct {
    std::shared_ptr<const K8sObject> PodFacts::*owner;
    const char* kind;
  } cases[] = {
      {&PodFacts::replication_controller, "ReplicationController"},
      {&PodFacts::replica_set, "ReplicaSet"},
      {&PodFacts::job, "Job"},
      {&PodFacts::cron_job, "CronJob"},
      {&PodFacts::daemon_set, "DaemonSet"},
      {&PodFacts::stateful_set, "StatefulSet"},
      {&PodFacts::deployment, "Deployment"},
  };
  OnePod pods;
  pods.pod.pod = {"web-1", "u1", {{"app", "web"}}};
  EventBuilder builder("openat");
  builder.Container(InPod()).Pods(&pods);
  v1::Detection detection = DetectionOf(builder);
  EXPECT_EQ(detection.workload().kind(), "Pod");
  EXPECT_EQ(detection.workload().name(), "web-1");
  EXPECT_EQ(detection.workload().labels().at("app"), "web");
  EXPECT_EQ(Missing(detection), Names());
  for (const auto& test : cases) {
    pods.pod.*test.owner = Object(test.kind);
    detection = DetectionOf(builder);
    EXPECT_EQ(detection.workload().kind(), test.kind);
    EXPECT_EQ(detection.workload().name(), test.kind);
  }
}

TEST(WorkloadTest, SaysWhatWasNotKnownInTime) {
  OnePod pods;
  const struct {
    v1::Container::Metadata metadata;
    const char* uid;
    Names missing;
  } cases[] = {
      {v1::Container::COMPLETE, "", {}},
      {v1::Container::COMPLETE, "u1", {"kubernetes"}},
      {v1::Container::LATE, "", {"container"}},
      {v1::Container::UNAVAILABLE, "", {"container"}},
      {v1::Container::LATE, "u1", {"container", "kubernetes"}},
  };
  for (const auto& test : cases) {
    v1::Container container;
    container.set_id(std::string(64, 'a'));
    container.set_metadata(test.metadata);
    container.set_pod_uid(test.uid);
    EventBuilder builder("openat");
    builder.Container(container).Pods(&pods);
    EXPECT_EQ(Missing(DetectionOf(builder)), test.missing)
        << test.metadata << " " << test.uid;
  }
}

TEST(WorkloadTest, PathOfALateContainerMayTellThePod) {
  OnePod pods;
  pods.pod.pod = {"web-1", "u1", {}};
  pods.pod.namespace_name = "shop";
  v1::Container container;
  container.set_id(std::string(64, 'a'));
  container.set_metadata(v1::Container::LATE);
  container.set_pod_uid("u1");
  EventBuilder builder("openat");
  builder.Container(container).Pods(&pods);
  const v1::Detection detection = DetectionOf(builder);
  EXPECT_EQ(detection.workload().namespace_(), "shop");
  EXPECT_EQ(detection.workload().pod(), "web-1");
  EXPECT_EQ(Missing(detection), Names({"container"}));
}

TEST(WorkloadTest, KeepsTheFirstLabels) {
  v1::Container container;
  container.set_id(std::string(64, 'a'));
  container.set_metadata(v1::Container::COMPLETE);
  container.set_name("db");
  for (size_t i = 0; i < kMaxWorkloadLabels + 3; ++i) {
    (*container.mutable_labels())[absl::StrFormat("k%03d", i)] = "v";
  }
  EventBuilder builder("openat");
  builder.Container(container);
  const v1::Workload workload = DetectionOf(builder).workload();
  EXPECT_EQ(workload.container(), "db");
  EXPECT_EQ(workload.labels().size(), kMaxWorkloadLabels);
  EXPECT_EQ(workload.labels().count("k063"), 1u);
  EXPECT_EQ(workload.labels().count("k064"), 0u);
}

}  // namespace
}  // namespace eyrie::server
