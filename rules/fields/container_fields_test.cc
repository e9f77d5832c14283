// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/container_fields.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "eyrie/v1/process.pb.h"

#include "rules/fields/event.h"
#include "rules/fields/field.h"
#include "rules/fields/field_catalog.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::FieldCase;
using testing::ReadField;

const char kId[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

v1::Container BareContainer(v1::Container::Metadata metadata) {
  v1::Container container;
  container.set_id(kId);
  container.set_metadata(metadata);
  return container;
}

v1::Container FullContainer() {
  v1::Container container = BareContainer(v1::Container::COMPLETE);
  container.set_runtime("containerd");
  container.set_name("web");
  container.set_image("docker.io/library/nginx:1.25");
  container.set_image_id("sha256:1111");
  container.set_image_digest("sha256:2222");
  container.set_image_repository("docker.io/library/nginx");
  container.set_image_tag("1.25");
  (*container.mutable_labels())["tier"] = "front";
  (*container.mutable_labels())["app"] = "shop";
  (*container.mutable_labels())["canary"] = "";
  (*container.mutable_labels())["io.kubernetes.pod.name"] = "web-1";
  container.set_privileged(true);
  container.set_host_pid(false);
  container.set_host_network(true);
  container.set_host_ipc(false);
  container.add_ip_addresses("2001:db8::7");
  container.add_ip_addresses("10.0.0.7");
  container.set_start_time_ns(1'700'000'000'000'000'005);
  for (const char* word : {"sh", "-c", "true"}) {
    container.mutable_healthcheck()->add_command(word);
  }
  container.mutable_liveness_probe()->add_command("/live");
  container.mutable_readiness_probe()->add_command("/ready");
  container.set_cni_json("{\"ips\":[]}");
  return container;
}

// Fields that only a runtime can fill, of this package's families.
std::vector<std::string> RuntimeFields() {
  std::vector<std::string> uses;
  for (const FieldInfo* field : AllFields()) {
    if (!absl::StartsWith(field->name, "container.") ||
        field->name == "container.id" || field->name == "container.full_id") {
      continue;
    }
    const bool has_argument = field->argument_rule == ArgumentRule::kRequired;
    uses.push_back(absl::StrCat(field->name, has_argument ? "[x]" : ""));
  }
  return uses;
}

TEST(ContainerFieldsTest, ProcessOfTheHostHasNoContainer) {
  EventBuilder builder("openat");
  const Event& event = builder.Build();
  ExpectFields(event, {{"container.id", "host"},
                       {"container.full_id", "<absent>"},
                       {"container.mount.dest[/etc*]", "<absent>"},
                       {"k8s.pod.name", "<absent>"},
                       {"k8s.deployment.name", "<absent>"}});
  for (const std::string& use : RuntimeFields()) {
    EXPECT_EQ(ReadField(event, use),
              use == "container.name" ? "host" : "<absent>")
        << use;
  }
}

TEST(ContainerFieldsTest, ReadsWhatTheRuntimeSays) {
  EventBuilder builder("openat");
  builder.Container(FullContainer());
  builder.record().Time(15);
  ExpectFields(builder.Build(),
               {{"container.id", "0123456789ab"},
                {"container.full_id", kId},
                {"container.type", "containerd"},
                {"container.name", "web"},
                {"container.image", "docker.io/library/nginx:1.25"},
                {"container.image.id", "sha256:1111"},
                {"container.image.digest", "sha256:2222"},
                {"container.image.repository", "docker.io/library/nginx"},
                {"container.image.tag", "1.25"},
                {"container.label[app]", "shop"},
                {"container.label[canary]", ""},
                {"container.label[io.kubernetes.pod.name]", "web-1"},
                {"container.label[none]", "<absent>"},
                {"container.labels", "app:shop,canary,tier:front"},
                {"container.privileged", "true"},
                {"container.host_pid", "false"},
                {"container.host_network", "true"},
                {"container.host_ipc", "false"},
                {"container.ip", "10.0.0.7"},
                {"container.start_ts", "1700000000000000005"},
                {"container.duration", "10"},
                {"container.healthcheck", "sh -c true"},
                {"container.liveness_probe", "/live"},
                {"container.readiness_probe", "/ready"},
                {"container.cni.json", "{\"ips\":[]}"}});
}

TEST(ContainerFieldsTest, WhatTheRuntimeDoesNotSayIsAbsent) {
  EventBuilder builder("openat");
  builder.Container(BareContainer(v1::Container::COMPLETE));
  for (const std::string& use : RuntimeFields()) {
    EXPECT_EQ(ReadField(builder.Build(), use), "<absent>") << use;
  }
}

TEST(ContainerFieldsTest, LateMetadataIsAbsentButForWhatThePathSays) {
  for (const auto metadata :
       {v1::Container::LATE, v1::Container::UNAVAILABLE}) {
    v1::Container container = BareContainer(metadata);
    container.set_runtime("docker");
    EventBuilder builder("openat");
    builder.Container(container);
    const Event& event = builder.Build();
    ExpectFields(
        event, {{"container.id", "0123456789ab"}, {"container.full_id", kId}});
    for (const std::string& use : RuntimeFields()) {
      EXPECT_EQ(ReadField(event, use),
                use == "container.type" ? "docker" : "<absent>")
          << use;
    }
  }
}

TEST(ContainerFieldsTest, ContainerThatTheBatchDoesNotNameIsUnknown) {
  EventBuilder unnamed("openat");
  unnamed.Container(kId);
  // Named without saying how much is known of it.
  EventBuilder unspecified("openat");
  unspecified.Container(BareContainer(v1::Container::METADATA_UNSPECIFIED));
  for (EventBuilder* builder : {&unnamed, &unspecified}) {
    const Event& event = builder->Build();
    ExpectFields(event, {{"container.id", "0123456789ab"},
                         {"container.full_id", kId},
                         {"k8s.pod.name", "<unknown>"},
                         {"k8s.ns.name", "<unknown>"}});
    for (const std::string& use : RuntimeFields()) {
      EXPECT_EQ(ReadField(event, use), "<unknown>") << use;
    }
  }
}

TEST(ContainerFieldsTest, EventsBeforeTheStartAreOfAgeZero) {
  EventBuilder builder("execve");
  builder.Container(FullContainer());
  builder.record().Time(1);
  EXPECT_EQ(ReadField(builder.Build(), "container.duration"), "0");
}

TEST(ContainerFieldsTest, PrimaryAddressIsTheFirstIfNoneIsIpv4) {
  v1::Container container = BareContainer(v1::Container::COMPLETE);
  container.add_ip_addresses("2001:db8::7");
  container.add_ip_addresses("2001:db8::8");
  EventBuilder builder("openat");
  builder.Container(container);
  EXPECT_EQ(ReadField(builder.Build(), "container.ip"), "2001:db8::7");
}

TEST(ContainerFieldsTest, WithoutCgroupItIsUnknown) {
  EventBuilder builder("openat");
  builder.Cgroup("");
  const Event& event = builder.Build();
  ExpectFields(event, {{"container.id", "<unknown>"},
                       {"container.full_id", "<unknown>"},
                       {"k8s.pod.name", "<unknown>"}});
  for (const std::string& use : RuntimeFields()) {
    EXPECT_EQ(ReadField(event, use), "<unknown>") << use;
  }
}

TEST(ContainerFieldsTest, ProcessThatMovedSinceIsUnknown) {
  EventBuilder builder("openat");
  builder.Container(kId);
  builder.process().set_cgroup_id(77);
  builder.record().CgroupId(78);
  EXPECT_EQ(ReadField(builder.Build(), "container.id"), "<unknown>");
  builder.record().CgroupId(77);
  EXPECT_EQ(ReadField(builder.Build(), "container.id"), "0123456789ab");
  // One of the numbers was not sent.
  builder.process().set_cgroup_id(0);
  EXPECT_EQ(ReadField(builder.Build(), "container.id"), "0123456789ab");
}

// A process that was moved into a container without exec is in it.
TEST(ContainerFieldsTest, ControlGroupOfTheEventDecides) {
  const struct {
    const char* container_id;
    bool is_unknown;
    const char* id;
    const char* name;
  } cases[] = {
      {kId, false, "0123456789ab", "web"},
      {"", false, "host", "host"},
      {"", true, "<unknown>", "<unknown>"},
      {"ctr-1", false, "ctr-1", "<unknown>"},
  };
  for (const auto& test : cases) {
    v1::Cgroup cgroup;
    cgroup.set_id(78);
    cgroup.set_container_id(test.container_id);
    cgroup.set_is_unknown(test.is_unknown);
    EventBuilder builder("openat");
    builder.Container(FullContainer()).NameCgroup(cgroup);
    builder.Cgroup("/user.slice");
    builder.process().set_cgroup_id(77);
    builder.record().CgroupId(78);
    ExpectFields(builder.Build(),
                 {{"container.id", test.id}, {"container.name", test.name}});
    // It needs nothing to be known of the process.
    builder.LoseProcess();
    EXPECT_EQ(ReadField(builder.Build(), "container.id"), test.id);
  }
}

}  // namespace
}  // namespace eyrie::rules
