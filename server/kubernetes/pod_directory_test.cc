// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/pod_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/clock.h"

namespace eyrie::server {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

KubernetesObject Object(ResourceKind kind, const std::string& uid,
                        const std::string& name,
                        const std::string& namespace_name = "shop",
                        OwnerReference owner = {}, Labels labels = {}) {
  KubernetesObject object;
  object.kind = kind;
  object.uid = uid;
  object.name = name;
  object.namespace_name = namespace_name;
  object.owner = std::move(owner);
  object.labels = std::move(labels);
  return object;
}

KubernetesObject Service(const std::string& uid, const std::string& name,
                         Labels selector,
                         const std::string& namespace_name = "shop") {
  KubernetesObject object =
      Object(ResourceKind::kService, uid, name, namespace_name);
  object.selector = std::move(selector);
  return object;
}

class PodDirectoryTest : public ::testing::Test {
 protected:
  PodDirectoryTest() {
    directory_.OnChange([this] { ++changes_; });
    for (const ResourceInfo& info : kResources) {
      directory_.SetState(info.kind, KindState::kCurrent);
    }
    changes_ = 0;
  }

  // Namespace, deployment, replica set and pod, one after the other.
  void PutWeb() {
    directory_.Put(Object(ResourceKind::kNamespace, "n1", "shop", "", {},
                          {{"team", "a"}}));
    directory_.Put(Object(ResourceKind::kDeployment, "d1", "web"));
    directory_.Put(Object(ResourceKind::kReplicaSet, "r1", "web-5d", "shop",
                          {"Deployment", "d1"}));
    directory_.Put(Object(ResourceKind::kPod, "p1", "web-5d-x", "shop",
                          {"ReplicaSet", "r1"},
                          {{"app", "web"}, {"tier", "front"}}));
  }

  SimulatedClock clock_{absl::UnixEpoch()};
  PodDirectory directory_{{}, &clock_};
  int changes_ = 0;
};

TEST_F(PodDirectoryTest, JoinsAPodWithEverythingItBelongsTo) {
  PutWeb();
  directory_.Put(Service("s2", "web", {{"app", "web"}}));
  directory_.Put(Service("s1", "all", {{"app", "web"}, {"tier", "front"}}));
  directory_.Put(Service("s3", "other", {{"app", "db"}}));
  directory_.Put(Service("s4", "none", {}));
  directory_.Put(Service("s5", "elsewhere", {{"app", "web"}}, "bank"));
  const PodLookup lookup = directory_.FindPod("p1");
  ASSERT_NE(lookup.facts, nullptr);
  EXPECT_TRUE(lookup.is_complete);
  EXPECT_FALSE(directory_.IsPodExpected("p1"));
  EXPECT_EQ(lookup.facts->pod.name, "web-5d-x");
  EXPECT_EQ(lookup.facts->replica_set->name, "web-5d");
  EXPECT_EQ(lookup.facts->deployment->name, "web");
  EXPECT_EQ(lookup.facts->stateful_set, nullptr);
  EXPECT_THAT(lookup.facts->namespace_object->labels,
              ElementsAre(Pair("team", "a")));
  ASSERT_EQ(lookup.facts->services.size(), 2u);
  EXPECT_EQ(lookup.facts->services[0]->name, "all");
  EXPECT_EQ(lookup.facts->services[1]->name, "web");
}

TEST_F(PodDirectoryTest, EveryKindOfOwnerHasItsPlace) {
  directory_.Put(Object(ResourceKind::kNamespace, "n1", "shop", ""));
  const std::pair<ResourceKind,
                  std::shared_ptr<const rules::K8sObject> rules::PodFacts::*>
      cases[] = {
          {ResourceKind::kStatefulSet, &rules::PodFacts::stateful_set},
          {ResourceKind::kDaemonSet, &rules::PodFacts::daemon_set},
          {ResourceKind::kJob, &rules::PodFacts::job},
          {ResourceKind::kReplicationController,
           &rules::PodFacts::replication_controller},
      };
  for (const auto& [kind, member] : cases) {
    const std::string name(InfoOf(kind).name);
    directory_.Put(Object(kind, "o" + name, name));
    directory_.Put(Object(ResourceKind::kPod, "p" + name, "pod", "shop",
                          {name, "o" + name}));
    const PodLookup lookup = directory_.FindPod("p" + name);
    ASSERT_NE(lookup.facts.get()->*member, nullptr) << name;
    EXPECT_EQ((lookup.facts.get()->*member)->name, name);
    EXPECT_TRUE(lookup.is_complete) << name;
  }
  directory_.Put(Object(ResourceKind::kCronJob, "cron", "nightly"));
  directory_.Put(Object(ResourceKind::kJob, "job", "nightly-1", "shop",
                        {"CronJob", "cron"}));
  directory_.Put(
      Object(ResourceKind::kPod, "p", "nightly-1-x", "shop", {"Job", "job"}));
  EXPECT_EQ(directory_.FindPod("p").facts->cron_job->name, "nightly");
}

TEST_F(PodDirectoryTest, APodWaitsForItsOwnersAndItsNamespace) {
  directory_.Put(
      Object(ResourceKind::kPod, "p1", "x", "shop", {"ReplicaSet", "r1"}));
  EXPECT_FALSE(directory_.FindPod("p1").is_complete);
  EXPECT_TRUE(directory_.IsPodExpected("p1"));
  directory_.Put(Object(ResourceKind::kReplicaSet, "r1", "web", "shop",
                        {"Deployment", "d1"}));
  EXPECT_FALSE(directory_.FindPod("p1").is_complete);
  directory_.Put(Object(ResourceKind::kDeployment, "d1", "web"));
  EXPECT_FALSE(directory_.FindPod("p1").is_complete);
  directory_.Put(Object(ResourceKind::kNamespace, "n1", "shop", ""));
  EXPECT_TRUE(directory_.FindPod("p1").is_complete);
  EXPECT_EQ(changes_, 4);
}

TEST_F(PodDirectoryTest, NobodyWaitsForKindsThatFail) {
  directory_.Put(
      Object(ResourceKind::kPod, "p1", "x", "shop", {"ReplicaSet", "r1"}));
  directory_.SetState(ResourceKind::kReplicaSet, KindState::kFailing);
  EXPECT_TRUE(directory_.IsPodExpected("p1"));
  directory_.SetState(ResourceKind::kNamespace, KindState::kFailing);
  EXPECT_FALSE(directory_.IsPodExpected("p1"));
  EXPECT_FALSE(directory_.FindPod("p1").is_complete);
  EXPECT_TRUE(directory_.IsPodExpected("p2"));
  directory_.SetState(ResourceKind::kPod, KindState::kFailing);
  EXPECT_FALSE(directory_.IsPodExpected("p2"));
  directory_.SetState(ResourceKind::kPod, KindState::kCurrent);
  directory_.SetState(ResourceKind::kService, KindState::kStarting);
  EXPECT_TRUE(directory_.IsPodExpected("p1"));
  EXPECT_FALSE(directory_.IsPodExpected(""));
}

TEST_F(PodDirectoryTest, AnOwnerOfAKindThatIsNotWatchedIsNotWaitedFor) {
  directory_.Put(Object(ResourceKind::kNamespace, "n1", "shop", ""));
  directory_.Put(
      Object(ResourceKind::kPod, "p1", "x", "shop", {"Rollout", "u"}));
  EXPECT_TRUE(directory_.FindPod("p1").is_complete);
}

TEST_F(PodDirectoryTest, ChangesReachPodsThatWereJoined) {
  PutWeb();
  const PodLookup before = directory_.FindPod("p1");
  EXPECT_EQ(directory_.FindPod("p1").facts, before.facts);
  directory_.Put(Object(ResourceKind::kDeployment, "d1", "web", "shop", {},
                        {{"env", "prod"}}));
  EXPECT_THAT(directory_.FindPod("p1").facts->deployment->labels,
              ElementsAre(Pair("env", "prod")));
  EXPECT_THAT(before.facts->deployment->labels, ElementsAre());
  directory_.Put(Service("s1", "web", {{"app", "web"}}));
  EXPECT_EQ(directory_.FindPod("p1").facts->services.size(), 1u);
  directory_.Remove("s1");
  EXPECT_EQ(directory_.FindPod("p1").facts->services.size(), 0u);
  directory_.Put(Object(ResourceKind::kPod, "p1", "web-5d-x", "shop",
                        {"ReplicaSet", "r1"}, {{"app", "new"}}));
  EXPECT_THAT(directory_.FindPod("p1").facts->pod.labels,
              ElementsAre(Pair("app", "new")));
}

TEST_F(PodDirectoryTest, APodHasTheLabelsOfItsNode) {
  directory_.Put(Object(ResourceKind::kNamespace, "n1", "shop", ""));
  KubernetesObject pod = Object(ResourceKind::kPod, "p1", "x");
  pod.node = "worker";
  directory_.Put(pod);
  EXPECT_FALSE(directory_.FindPod("p1").is_complete);
  directory_.Put(
      Object(ResourceKind::kNode, "w1", "worker", "", {}, {{"zone", "a"}}));
  const PodLookup lookup = directory_.FindPod("p1");
  EXPECT_TRUE(lookup.is_complete);
  EXPECT_THAT(lookup.facts->node_object->labels,
              ElementsAre(Pair("zone", "a")));
  directory_.Put(
      Object(ResourceKind::kNode, "w1", "worker", "", {}, {{"zone", "b"}}));
  EXPECT_THAT(directory_.FindPod("p1").facts->node_object->labels,
              ElementsAre(Pair("zone", "b")));
}

TEST_F(PodDirectoryTest, AnObjectThatIsTheSameChangesNothing) {
  PutWeb();
  const PodLookup before = directory_.FindPod("p1");
  changes_ = 0;
  PutWeb();
  EXPECT_EQ(changes_, 0);
  EXPECT_EQ(directory_.FindPod("p1").facts, before.facts);
}

TEST_F(PodDirectoryTest, DeletedPodsAreKnownForFiveMinutes) {
  PutWeb();
  for (const char* uid : {"p1", "r1", "d1", "n1"}) directory_.Remove(uid);
  EXPECT_EQ(directory_.size(ResourceKind::kPod), 0u);
  EXPECT_EQ(directory_.deleted(), 4u);
  clock_.Advance(absl::Minutes(5) - absl::Nanoseconds(1));
  directory_.Remove("absent");
  EXPECT_EQ(directory_.FindPod("p1").facts->deployment->name, "web");
  clock_.Advance(absl::Nanoseconds(1));
  directory_.Remove("absent");
  EXPECT_EQ(directory_.FindPod("p1").facts, nullptr);
  EXPECT_EQ(directory_.deleted(), 0u);
}

TEST_F(PodDirectoryTest, WhatAListDoesNotHaveIsDeleted) {
  PutWeb();
  directory_.Put(Object(ResourceKind::kPod, "p2", "y"));
  directory_.BeginList(ResourceKind::kPod);
  directory_.Put(Object(ResourceKind::kPod, "p2", "y"));
  directory_.EndList(ResourceKind::kPod);
  EXPECT_EQ(directory_.size(ResourceKind::kPod), 1u);
  EXPECT_EQ(directory_.size(ResourceKind::kDeployment), 1u);
  directory_.BeginList(ResourceKind::kPod);
  directory_.Put(Object(ResourceKind::kPod, "p1", "back"));
  directory_.EndList(ResourceKind::kPod);
  clock_.Advance(absl::Minutes(10));
  directory_.Remove("absent");
  EXPECT_NE(directory_.FindPod("p1").facts, nullptr);
  EXPECT_EQ(directory_.FindPod("p2").facts, nullptr);
}

TEST_F(PodDirectoryTest, AStaticPodIsKnownByTheNodesUidToo) {
  KubernetesObject pod = Object(ResourceKind::kPod, "api-uid", "etcd");
  pod.mirrored_uid = "node-uid";
  directory_.Put(pod);
  EXPECT_EQ(directory_.FindPod("node-uid").facts->pod.uid, "api-uid");
  directory_.Remove("api-uid");
  clock_.Advance(absl::Minutes(5));
  directory_.Remove("absent");
  EXPECT_EQ(directory_.FindPod("node-uid").facts, nullptr);
}

TEST_F(PodDirectoryTest, ANamespaceThatComesBackIsJoinedAnew) {
  PutWeb();
  ASSERT_TRUE(directory_.FindPod("p1").is_complete);
  directory_.Remove("n1");
  clock_.Advance(absl::Minutes(5));
  directory_.Put(
      Object(ResourceKind::kNamespace, "n2", "shop", "", {}, {{"team", "b"}}));
  EXPECT_THAT(directory_.FindPod("p1").facts->namespace_object->labels,
              ElementsAre(Pair("team", "b")));
}

TEST(PodDirectoryLimitTest, BeyondTheLimitObjectsAreCounted) {
  SimulatedClock clock(absl::UnixEpoch());
  PodDirectory directory({.max_objects = 3}, &clock);
  for (int i = 0; i < 4; ++i) {
    directory.Put(Object(ResourceKind::kPod, absl::StrCat(i), "pod"));
  }
  EXPECT_EQ(directory.size(ResourceKind::kPod), 3u);
  EXPECT_EQ(directory.refused(), 1u);
  EXPECT_EQ(directory.FindPod("3").facts, nullptr);
  // What is deleted makes room before its time.
  directory.Remove("0");
  directory.Put(Object(ResourceKind::kPod, "3", "pod"));
  EXPECT_NE(directory.FindPod("3").facts, nullptr);
  EXPECT_EQ(directory.FindPod("0").facts, nullptr);
  EXPECT_EQ(directory.refused(), 1u);
}

TEST_F(PodDirectoryTest, FindsTheAddressesOfAService) {
  KubernetesObject api = Service("s1", "kubernetes", {}, "default");
  api.ip_addresses = {"10.96.0.1", "fd00::1"};
  directory_.Put(api);
  directory_.Put(Service("s2", "headless", {}, "default"));
  const auto addresses = [this](const char* namespace_name, const char* name) {
    return directory_.FindService(namespace_name, name).addresses;
  };
  EXPECT_THAT(addresses("default", "kubernetes"),
              ElementsAre("10.96.0.1", "fd00::1"));
  EXPECT_THAT(addresses("default", "headless"), ElementsAre());
  EXPECT_THAT(addresses("default", "web"), ElementsAre());
  EXPECT_THAT(addresses("shop", "kubernetes"), ElementsAre());
  api.ip_addresses = {"10.96.0.2"};
  directory_.Put(api);
  EXPECT_THAT(addresses("default", "kubernetes"), ElementsAre("10.96.0.2"));
  directory_.Remove("s1");
  EXPECT_THAT(addresses("default", "kubernetes"), ElementsAre());
}

TEST_F(PodDirectoryTest, ServicesAreExpectedUntilTheyWereListed) {
  EXPECT_FALSE(directory_.FindService("shop", "web").is_expected);
  directory_.SetState(ResourceKind::kService, KindState::kStarting);
  directory_.Put(Service("s1", "db", {}));
  EXPECT_TRUE(directory_.FindService("shop", "web").is_expected);
  EXPECT_TRUE(directory_.FindService("default", "kubernetes").is_expected);
  EXPECT_FALSE(directory_.FindService("shop", "db").is_expected);
  directory_.SetState(ResourceKind::kService, KindState::kFailing);
  EXPECT_FALSE(directory_.FindService("shop", "web").is_expected);
}

}  // namespace
}  // namespace eyrie::server
