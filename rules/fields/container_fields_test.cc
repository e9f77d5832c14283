// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/container_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"

#include "rules/fields/event.h"
#include "rules/fields/field.h"
#include "rules/fields/field_catalog.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

const char kId[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST(ContainerFieldsTest, ProcessOfTheHostHasNoContainer) {
  EventBuilder builder("openat");
  ExpectFields(builder.Build(), {{"container.id", "host"},
                                 {"container.full_id", "<absent>"},
                                 {"container.image.repository", "<absent>"},
                                 {"container.privileged", "<absent>"},
                                 {"container.mount.dest[/etc*]", "<absent>"},
                                 {"proc.is_container_healthcheck", "false"},
                                 {"k8s.pod.name", "<absent>"},
                                 {"k8s.deployment.name", "<absent>"}});
}

TEST(ContainerFieldsTest, MetadataOfAContainerIsUnknown) {
  EventBuilder builder("openat");
  builder.Container(kId);
  ExpectFields(builder.Build(), {{"container.id", "0123456789ab"},
                                 {"container.full_id", kId},
                                 {"container.image.repository", "<unknown>"},
                                 {"container.privileged", "<unknown>"},
                                 {"proc.is_container_healthcheck", "<unknown>"},
                                 {"k8s.pod.name", "<unknown>"},
                                 {"k8s.ns.name", "<unknown>"}});
}

TEST(ContainerFieldsTest, WithoutCgroupItIsUnknown) {
  EventBuilder builder("openat");
  builder.Cgroup("");
  ExpectFields(builder.Build(), {{"container.id", "<unknown>"},
                                 {"container.full_id", "<unknown>"},
                                 {"container.image.repository", "<unknown>"},
                                 {"k8s.pod.name", "<unknown>"}});
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

TEST(ContainerFieldsTest, NodeKnowsNothingOfTheKubernetesApi) {
  EventBuilder builder("openat");
  builder.OnNode();
  const Event& event = builder.Build();
  for (const FieldInfo* field : AllFields()) {
    if (field->owner != Owner::kCentre) continue;
    const std::string argument =
        field->argument_rule == ArgumentRule::kRequired ? "[x]" : "";
    EXPECT_EQ(ReadField(event, std::string(field->name) + argument),
              "<unknown>")
        << field->name;
  }
  EXPECT_EQ(ReadField(event, "k8s.pod.name"), "<absent>");
}

}  // namespace
}  // namespace eyrie::rules
