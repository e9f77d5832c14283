// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/containerd_container.h"

#include <gtest/gtest.h>

#include <string>

namespace eyrie::collector {
namespace {

namespace containerd = runtimes::containerd;

containerd::Container Sample() {
  containerd::Container container;
  container.set_id("c1");
  container.set_image("docker.io/local/web:2");
  container.mutable_created_at()->set_seconds(5);
  container.mutable_created_at()->set_nanos(7);
  return container;
}

TEST(ContainerdContainerTest, ReadsOneOfCtr) {
  containerd::Container sample = Sample();
  sample.mutable_spec()->set_value(
      R"({"linux": {"cgroupsPath": "/default/c1"}})");
  const KnownContainer known = ReadContainerdContainer(sample, "default");
  EXPECT_EQ(known.container.id(), "c1");
  EXPECT_EQ(known.container.name(), "c1");
  EXPECT_EQ(known.container.runtime(), "containerd");
  EXPECT_EQ(known.container.image_tag(), "2");
  EXPECT_EQ(known.container.create_time_ns(), 5'000'000'007u);
  EXPECT_EQ(known.cgroup_path, "/default/c1");
  EXPECT_FALSE(known.is_second_hand);
  EXPECT_FALSE(known.container.is_sandbox());
}

TEST(ContainerdContainerTest, ThoseOfDockerAreSecondHand) {
  const KnownContainer known = ReadContainerdContainer(Sample(), "moby");
  EXPECT_TRUE(known.is_second_hand);
  EXPECT_EQ(known.container.runtime(), "docker");
}

TEST(ContainerdContainerTest, KnowsThoseOfTheCriBeforeTheCriDoes) {
  containerd::Container sample = Sample();
  (*sample.mutable_labels())["io.cri-containerd.kind"] = "container";
  (*sample.mutable_labels())["io.kubernetes.pod.uid"] = "u";
  sample.mutable_spec()->set_value(R"({"annotations": {
    "io.kubernetes.cri.sandbox-id": "s1",
    "io.kubernetes.cri.sandbox-name": "web-0",
    "io.kubernetes.cri.sandbox-namespace": "shop",
    "io.kubernetes.cri.container-name": "web",
    "io.kubernetes.cri.image-name": "local/web:3"}})");
  EXPECT_EQ(CriKindOf(sample), CriKind::kContainer);
  const KnownContainer known = ReadContainerdContainer(sample, "k8s.io");
  EXPECT_EQ(known.container.name(), "web");
  EXPECT_EQ(known.container.image_tag(), "3");
  EXPECT_EQ(known.container.pod_sandbox_id(), "s1");
  EXPECT_EQ(known.container.pod_name(), "web-0");
  EXPECT_EQ(known.container.pod_namespace(), "shop");
  EXPECT_EQ(known.container.pod_uid(), "u");
}

TEST(ContainerdContainerTest, ReadsEvents) {
  containerd::ContainerEvent container;
  container.set_id("c1");
  containerd::TaskExit exit;
  exit.set_container_id("c1");
  exit.set_id("c1");
  containerd::TaskExit exit_of_another;
  exit_of_another.set_container_id("c1");
  exit_of_another.set_id("exec1");
  containerd::TaskEvent task;
  task.set_container_id("c1");
  const struct {
    std::string topic;
    std::string event;
    std::string id;
    RuntimeEvent::Kind kind = RuntimeEvent::Kind::kChanged;
  } cases[] = {
      {"/containers/create", container.SerializeAsString(), "c1"},
      {"/containers/delete", container.SerializeAsString(), "c1",
       RuntimeEvent::Kind::kEnded},
      {"/tasks/start", task.SerializeAsString(), "c1"},
      {"/tasks/exit", exit.SerializeAsString(), "c1",
       RuntimeEvent::Kind::kEnded},
      {"/tasks/exit", exit_of_another.SerializeAsString(), ""},
      {"/tasks/oom", task.SerializeAsString(), ""},
      {"/tasks/start", "\xff\xff", ""},
  };
  for (const auto& c : cases) {
    containerd::Envelope envelope;
    envelope.set_topic(c.topic);
    envelope.mutable_event()->set_value(c.event);
    const RuntimeEvent event = ReadContainerdEvent(envelope);
    EXPECT_EQ(event.id, c.id) << c.topic;
    if (!event.id.empty()) {
      EXPECT_EQ(event.kind, c.kind) << c.topic;
    }
  }
}

}  // namespace
}  // namespace eyrie::collector
