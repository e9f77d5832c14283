// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eyrie/v1/process.pb.h"

#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

const std::string kId(64, 'a');
const std::string kPath = absl::StrCat("/docker/", kId);

// A container whose health check is `sh -c healthy`.
v1::Container WithHealthcheck() {
  v1::Container container;
  container.set_id(kId);
  container.set_metadata(v1::Container::COMPLETE);
  container.set_pid(500);
  for (const char* word : {"sh", "-c", "healthy"}) {
    container.mutable_healthcheck()->add_command(word);
  }
  return container;
}

// The acting process and its first `depth` ancestors are in the container.
void PutInContainer(EventBuilder& builder, int depth) {
  builder.Container(WithHealthcheck());
  for (int level = 1; level <= depth; ++level) {
    builder.ancestor(level).set_cgroup(kPath);
  }
}

std::string IsHealthcheck(EventBuilder& builder) {
  return ReadField(builder.Build(), "proc.is_container_healthcheck");
}

TEST(ProbeFieldsTest, CommandThatIsStartedFromOutsideIsAProbe) {
  EventBuilder builder("execve");
  builder.Ancestors({"containerd-shim", "systemd"})
      .Command({"sh", "-c", "healthy"});
  PutInContainer(builder, 0);
  ExpectFields(builder.Build(),
               {{"proc.is_container_healthcheck", "true"},
                {"proc.is_container_liveness_probe", "false"},
                {"proc.is_container_readiness_probe", "false"}});
}

TEST(ProbeFieldsTest, WhatAProbeStartsBelongsToIt) {
  EventBuilder builder("execve");
  builder.Ancestors({"sh -c healthy", "containerd-shim", "systemd"})
      .Command({"curl", "localhost"});
  PutInContainer(builder, 1);
  EXPECT_EQ(IsHealthcheck(builder), "true");
}

TEST(ProbeFieldsTest, OtherCommandsAreNone) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"sh"},
        {"sh", "-c"},
        {"sh", "-c", "sick"},
        {"sh", "-c", "healthy", "x"},
        {"bash", "-c", "healthy"}}) {
    EventBuilder builder("execve");
    builder.Ancestors({"containerd-shim"}).Command(command);
    PutInContainer(builder, 0);
    EXPECT_EQ(IsHealthcheck(builder), "false") << command.back();
  }
}

TEST(ProbeFieldsTest, SameCommandInTheContainersOwnTreeIsNone) {
  EventBuilder builder("execve");
  builder.Ancestors({"nginx", "containerd-shim"})
      .Command({"sh", "-c", "healthy"});
  PutInContainer(builder, 1);
  EXPECT_EQ(IsHealthcheck(builder), "false");
  // Whatever is known of what is above the first process.
  builder.LoseAncestors();
  builder.ancestor(1).set_vpid(1);
  EXPECT_EQ(IsHealthcheck(builder), "false");
}

TEST(ProbeFieldsTest, FirstProcessOfAContainerIsNone) {
  EventBuilder builder("execve");
  builder.Ancestors({"containerd-shim"}).Command({"sh", "-c", "healthy"});
  PutInContainer(builder, 0);
  builder.process().set_vpid(1);
  EXPECT_EQ(IsHealthcheck(builder), "false");
  // On the host's pid namespace it has another number.
  builder.process().set_vpid(1000);
  v1::Container container = WithHealthcheck();
  container.set_pid(1000);
  builder.Container(container);
  EXPECT_EQ(IsHealthcheck(builder), "false");
}

TEST(ProbeFieldsTest, UnknownAncestorsMayBeAProbe) {
  EventBuilder builder("execve");
  builder.LoseAncestors().Command({"curl", "localhost"});
  PutInContainer(builder, 0);
  EXPECT_EQ(IsHealthcheck(builder), "<unknown>");
  EventBuilder nowhere("execve");
  nowhere.Ancestors({"sh"}).Command({"curl", "localhost"});
  PutInContainer(nowhere, 0);
  nowhere.ancestor(1).set_cgroup("");
  EXPECT_EQ(IsHealthcheck(nowhere), "<unknown>");
  EventBuilder lost("openat");
  lost.Container(WithHealthcheck());
  v1::Cgroup cgroup;
  cgroup.set_id(7);
  cgroup.set_container_id(kId);
  lost.NameCgroup(cgroup).LoseProcess();
  lost.record().CgroupId(7);
  EXPECT_EQ(IsHealthcheck(lost), "<unknown>");
}

TEST(ProbeFieldsTest, SaysWhatIsKnownOfTheContainer) {
  EventBuilder host("execve");
  EXPECT_EQ(IsHealthcheck(host), "false");
  EventBuilder unnamed("execve");
  unnamed.Container(kId);
  EXPECT_EQ(IsHealthcheck(unnamed), "<unknown>");
  for (const auto& [metadata, expected] :
       {std::pair(v1::Container::COMPLETE, "false"),
        {v1::Container::LATE, "<absent>"},
        {v1::Container::UNAVAILABLE, "<absent>"},
        {v1::Container::METADATA_UNSPECIFIED, "<unknown>"}}) {
    v1::Container container;
    container.set_id(kId);
    container.set_metadata(metadata);
    EventBuilder builder("execve");
    builder.Container(container);
    EXPECT_EQ(IsHealthcheck(builder), expected) << metadata;
  }
}

}  // namespace
}  // namespace eyrie::rules
