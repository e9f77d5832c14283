// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/k8s_fields.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "eyrie/v1/process.pb.h"

#include "rules/fields/event.h"
#include "rules/fields/field.h"
#include "rules/fields/field_catalog.h"
#include "rules/fields/pod_facts.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"
#include "rules/fields/unknown_pods.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

class FakePods : public PodTable {
 public:
  const PodFacts* FindPod(absl::string_view uid) const override {
    const auto it = pods.find(std::string(uid));
    return it == pods.end() ? nullptr : &it->second;
  }
  bool IsExpected(absl::string_view uid) const override { return is_expected; }

  std::map<std::string, PodFacts> pods;
  bool is_expected = false;
};

std::shared_ptr<const K8sObject> Object(const std::string& name) {
  return std::make_shared<const K8sObject>(
      K8sObject{name, absl::StrCat("uid-", name), {{"a", name}, {"b", ""}}});
}

PodFacts FullPod() {
  PodFacts pod;
  pod.pod = {"web-1", "u1", {{"app", "web"}, {"tier", "front"}}};
  pod.namespace_name = "shop";
  pod.node = "n1";
  pod.ip_addresses = {"10.0.0.7", "2001:db8::7"};
  pod.namespace_object = Object("shop");
  pod.node_object = Object("n1");
  pod.replica_set = Object("web-5d4");
  pod.replication_controller = Object("old");
  pod.deployment = Object("web");
  pod.services = {Object("front"), Object("inner")};
  return pod;
}

v1::Container InPod() {
  v1::Container container;
  container.set_id(std::string(64, 'a'));
  container.set_metadata(v1::Container::COMPLETE);
  container.set_pod_sandbox_id(std::string(64, 'b'));
  container.set_pod_name("web-1");
  container.set_pod_namespace("shop");
  container.set_pod_uid("u1");
  container.add_ip_addresses("10.0.0.7");
  container.set_cni_json("{}");
  return container;
}

// Every field of the Kubernetes API, which the centre owns, with an argument if
// it needs one.
std::vector<std::string> CentreFields() {
  std::vector<std::string> uses;
  for (const FieldInfo* field : AllFields()) {
    if (field->owner != Owner::kCentre || field->is_domain) continue;
    const bool has_argument = field->argument_rule == ArgumentRule::kRequired;
    uses.push_back(absl::StrCat(field->name, has_argument ? "[app]" : ""));
  }
  return uses;
}

void ExpectCentreFields(const Event& event, const std::string& expected) {
  for (const std::string& use : CentreFields()) {
    EXPECT_EQ(ReadField(event, use), expected) << use;
  }
}

TEST(K8sFieldsTest, RuntimeTellsOfThePodOnNodesToo) {
  EventBuilder builder("openat");
  builder.Container(InPod()).OnNode();
  ExpectFields(builder.Build(),
               {{"k8s.pod.name", "web-1"},
                {"k8s.ns.name", "shop"},
                {"k8s.pod.uid", "u1"},
                {"k8s.pod.id", "u1"},
                {"k8s.pod.ip", "10.0.0.7"},
                {"k8s.pod.cni.json", "{}"},
                {"k8s.pod.sandbox_id", "bbbbbbbbbbbb"},
                {"k8s.pod.full_sandbox_id", std::string(64, 'b')},
                {"k8smeta.pod.name", "web-1"},
                {"k8smeta.pod.uid", "u1"},
                {"k8smeta.ns.name", "shop"}});
}

TEST(K8sFieldsTest, ContainerOutsideOfPodsHasNone) {
  v1::Container container;
  container.set_id(std::string(64, 'a'));
  container.set_metadata(v1::Container::COMPLETE);
  container.add_ip_addresses("10.0.0.7");
  container.set_cni_json("{}");
  FakePods pods;
  pods.is_expected = true;
  EventBuilder builder("openat");
  builder.Container(container).Pods(&pods);
  const Event& event = builder.Build();
  for (const FieldInfo* field : AllFields()) {
    if (!absl::StartsWith(field->name, "k8s")) continue;
    const bool has_argument = field->argument_rule == ArgumentRule::kRequired;
    EXPECT_EQ(
        ReadField(event, absl::StrCat(field->name, has_argument ? "[x]" : "")),
        "<absent>")
        << field->name;
  }
}

TEST(K8sFieldsTest, NodeKnowsNothingOfTheKubernetesApi) {
  EventBuilder host("openat");
  ExpectCentreFields(host.OnNode().Build(), "<unknown>");
  EXPECT_EQ(ReadField(host.Build(), "k8s.pod.name"), "<absent>");
  EventBuilder pod("openat");
  ExpectCentreFields(pod.OnNode().Container(InPod()).Build(), "<unknown>");
}

TEST(K8sFieldsTest, WithoutApiTheyAreAbsent) {
  EventBuilder builder("openat");
  ExpectCentreFields(builder.Container(InPod()).Build(), "<absent>");
  EXPECT_EQ(ReadField(builder.Build(), "k8s.pod.name"), "web-1");
}

TEST(K8sFieldsTest, PodThatMayBecomeKnownIsUnknown) {
  FakePods pods;
  EventBuilder builder("openat");
  builder.Container(InPod()).Pods(&pods);
  ExpectCentreFields(builder.Build(), "<absent>");
  pods.is_expected = true;
  ExpectCentreFields(builder.Build(), "<unknown>");
  builder.Pods(UnknownPods::Get());
  ExpectCentreFields(builder.Build(), "<unknown>");
}

TEST(K8sFieldsTest, UnknownContainersMayBeInPods) {
  FakePods pods;
  EventBuilder unnamed("openat");
  ExpectCentreFields(
      unnamed.Container(std::string(64, 'a')).Pods(&pods).Build(), "<unknown>");
  v1::Container late;
  late.set_id(std::string(64, 'a'));
  late.set_metadata(v1::Container::LATE);
  EventBuilder builder("openat");
  ExpectCentreFields(builder.Container(late).Pods(&pods).Build(), "<absent>");
  // Its path may tell the pod, though.
  late.set_pod_uid("u1");
  pods.pods["u1"] = FullPod();
  EventBuilder with_uid("openat");
  with_uid.Container(late).Pods(&pods);
  EXPECT_EQ(ReadField(with_uid.Build(), "k8s.deployment.name"), "web");
}

TEST(K8sFieldsTest, ApiTellsTheRest) {
  FakePods pods;
  pods.pods["u1"] = FullPod();
  EventBuilder builder("openat");
  builder.Container(InPod()).Pods(&pods);
  ExpectFields(builder.Build(), {{"k8s.pod.label[app]", "web"},
                                 {"k8s.pod.label[none]", "<absent>"},
                                 {"k8s.pod.labels", "app:web,tier:front"},
                                 {"k8s.ns.id", "uid-shop"},
                                 {"k8s.ns.label[a]", "shop"},
                                 {"k8s.ns.labels", "a:shop,b"},
                                 {"k8s.node.name", "n1"},
                                 {"k8s.node.label[a]", "n1"},
                                 {"k8s.node.labels", "a:n1,b"},
                                 {"k8s.deployment.name", "web"},
                                 {"k8s.deployment.id", "uid-web"},
                                 {"k8s.deployment.label[a]", "web"},
                                 {"k8s.deployment.label[b]", ""},
                                 {"k8s.deployment.labels", "a:web,b"},
                                 {"k8s.rs.name", "web-5d4"},
                                 {"k8s.rs.id", "uid-web-5d4"},
                                 {"k8s.rs.label[a]", "web-5d4"},
                                 {"k8s.rs.labels", "a:web-5d4,b"},
                                 {"k8s.rc.name", "old"},
                                 {"k8s.rc.id", "uid-old"},
                                 {"k8s.rc.label[a]", "old"},
                                 {"k8s.rc.labels", "a:old,b"},
                                 {"k8s.svc.name", "front,inner"},
                                 {"k8s.svc.id", "uid-front,uid-inner"},
                                 {"k8s.svc.label[a]", "front,inner"},
                                 {"k8s.svc.labels", "a:front,b,a:inner,b"}});
}

TEST(K8sFieldsTest, NewerNamesHaveLists) {
  FakePods pods;
  pods.pods["u1"] = FullPod();
  EventBuilder builder("openat");
  builder.Container(InPod()).Pods(&pods);
  ExpectFields(builder.Build(),
               {{"k8smeta.pod.ip", "10.0.0.7"},
                {"k8smeta.pod.label[app]", "web"},
                {"k8smeta.pod.labels", "app:web, tier:front"},
                {"k8smeta.ns.uid", "uid-shop"},
                {"k8smeta.ns.label[a]", "shop"},
                {"k8smeta.ns.labels", "a:shop, b"},
                {"k8smeta.deployment.name", "web"},
                {"k8smeta.deployment.uid", "uid-web"},
                {"k8smeta.deployment.label[a]", "web"},
                {"k8smeta.deployment.labels", "a:web, b"},
                {"k8smeta.rs.name", "web-5d4"},
                {"k8smeta.rs.uid", "uid-web-5d4"},
                {"k8smeta.rs.label[none]", "<absent>"},
                {"k8smeta.rs.labels", "a:web-5d4, b"},
                {"k8smeta.rc.name", "old"},
                {"k8smeta.rc.uid", "uid-old"},
                {"k8smeta.rc.label[a]", "old"},
                {"k8smeta.rc.labels", "a:old, b"},
                {"k8smeta.svc.name", "front, inner"},
                {"k8smeta.svc.uid", "uid-front, uid-inner"},
                {"k8smeta.svc.label[a]", "front, inner"},
                {"k8smeta.svc.label[none]", "<absent>"},
                {"k8smeta.svc.labels", "a:front, b, a:inner, b"}});
}

TEST(K8sFieldsTest, WhatAPodDoesNotBelongToIsAbsent) {
  FakePods pods;
  pods.pods["u1"].pod = {"web-1", "u1", {}};
  EventBuilder builder("openat");
  ExpectCentreFields(builder.Container(InPod()).Pods(&pods).Build(),
                     "<absent>");
}

TEST(K8sFieldsTest, OneServiceStandsAlone) {
  FakePods pods;
  pods.pods["u1"].services = {Object("front")};
  EventBuilder builder("openat");
  builder.Container(InPod()).Pods(&pods);
  EXPECT_EQ(ReadField(builder.Build(), "k8s.svc.name"), "front");
}

}  // namespace
}  // namespace eyrie::rules
