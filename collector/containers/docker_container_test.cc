// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/docker_container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using eyrie::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kId(64, 'a');

// With `more` members of the container, each followed by a comma.
v1::Container Read(const std::string& more) {
  auto known = ReadDockerContainer(
      absl::StrCat("{", more, R"("Id": ")", kId, R"("})"), "docker");
  EXPECT_OK(known);
  return known.ok() ? known->container : v1::Container();
}

TEST(DockerContainerTest, ReadsAnAnswerOfDocker) {
  const v1::Container container = Read(R"(
    "Name": "/web", "Created": "2026-11-25T14:00:00.5Z", "Image": "sha256:0123",
    "State": {"Pid": 77, "StartedAt": "2026-11-25T14:00:01Z"},
    "Config": {"Image": "local/web:2", "Labels": {"app": "web", "n": 7},
      "Env": ["A=1", "B=2"], "User": "app",
      "Healthcheck": {"Test": ["CMD", "true"]}},
    "HostConfig": {"Privileged": false, "PidMode": "host", "IpcMode": "private",
      "NetworkMode": "host", "CapAdd": ["SYS_TIME"], "CapDrop": ["CHOWN"]},
    "Mounts": [{"Type": "bind", "Source": "/etc", "Destination": "/mnt",
      "Mode": "ro,Z", "RW": false, "Propagation": "rprivate"}],
    "NetworkSettings": {"IPAddress": "10.0.0.2", "Networks": {
      "a": {"IPAddress": "10.0.0.2"}, "b": {"IPAddress": "10.1.0.2",
      "GlobalIPv6Address": "fd00::2"}}},)");
  EXPECT_EQ(container.name(), "web");
  EXPECT_EQ(container.runtime(), "docker");
  EXPECT_EQ(container.create_time_ns(), 1795615200500000000u);
  EXPECT_EQ(container.start_time_ns(), 1795615201000000000u);
  EXPECT_EQ(container.pid(), 77u);
  EXPECT_EQ(container.image(), "local/web:2");
  EXPECT_EQ(container.image_tag(), "2");
  EXPECT_EQ(container.image_id(), "0123");
  EXPECT_EQ(container.labels().at("app"), "web");
  EXPECT_THAT(container.labels(), SizeIs(1));
  EXPECT_THAT(container.env_names(), ElementsAre("A", "B"));
  EXPECT_EQ(container.user(), "app");
  EXPECT_THAT(container.healthcheck().command(), ElementsAre("true"));
  EXPECT_TRUE(container.has_privileged());
  EXPECT_FALSE(container.privileged());
  EXPECT_TRUE(container.host_pid());
  EXPECT_TRUE(container.host_network());
  EXPECT_FALSE(container.host_ipc());
  EXPECT_THAT(container.capabilities(), Contains("CAP_SYS_TIME"));
  EXPECT_THAT(container.capabilities(), Contains("CAP_KILL"));
  EXPECT_THAT(container.capabilities(), Not(Contains("CAP_CHOWN")));
  ASSERT_THAT(container.mounts(), SizeIs(1));
  EXPECT_EQ(container.mounts(0).mode(), "ro,Z");
  EXPECT_THAT(container.ip_addresses(),
              ElementsAre("10.0.0.2", "10.1.0.2", "fd00::2"));
}

TEST(DockerContainerTest, ReadsWhatPodmanAdds) {
  const v1::Container container = Read(R"(
    "ImageName": "docker.io/local/web:2", "ImageDigest": "sha256:9",
    "EffectiveCaps": ["CAP_KILL"], "Pod": "p", "IsInfra": true,
    "State": {"CgroupPath": "/x"},)");
  EXPECT_EQ(container.image_repository(), "docker.io/local/web");
  EXPECT_EQ(container.image_digest(), "sha256:9");
  EXPECT_THAT(container.capabilities(), ElementsAre("CAP_KILL"));
  EXPECT_EQ(container.pod_sandbox_id(), "p");
  EXPECT_TRUE(container.is_sandbox());
}

TEST(DockerContainerTest, ListsOfCapabilitiesMayNameAll) {
  EXPECT_THAT(Read(R"("HostConfig": {"Privileged": true},)").capabilities(),
              SizeIs(41));
  EXPECT_THAT(
      Read(R"("HostConfig": {"CapAdd": ["ALL"], "CapDrop": ["SYS_ADMIN"]},)")
          .capabilities(),
      SizeIs(40));
  EXPECT_THAT(
      Read(R"("HostConfig": {"CapAdd": ["CAP_KILL"], "CapDrop": ["ALL"]},)")
          .capabilities(),
      ElementsAre("CAP_KILL"));
}

TEST(DockerContainerTest, ReadsWhatKubernetesLeavesInLabels) {
  const v1::Container container = Read(R"("Config": {"Labels": {
    "io.kubernetes.pod.name": "web-0", "io.kubernetes.pod.namespace": "shop",
    "io.kubernetes.pod.uid": "u", "io.kubernetes.container.name": "web",
    "io.kubernetes.sandbox.id": "s", "io.kubernetes.docker.type": "container",
    "annotation.team": "a",
    "annotation.kubectl.kubernetes.io/last-applied-configuration":
      "{\"spec\":{\"containers\":[{\"name\":\"web\",\"readinessProbe\":{\"exec\":{\"command\":[\"true\"]}}}]}}"
    }},)");
  EXPECT_EQ(container.pod_name(), "web-0");
  EXPECT_EQ(container.pod_namespace(), "shop");
  EXPECT_EQ(container.pod_uid(), "u");
  EXPECT_EQ(container.pod_sandbox_id(), "s");
  EXPECT_FALSE(container.is_sandbox());
  EXPECT_EQ(container.annotations().at("team"), "a");
  EXPECT_THAT(container.readiness_probe().command(), ElementsAre("true"));
}

TEST(DockerContainerTest, RefusesWhatIsNoContainer) {
  EXPECT_THAT(ReadDockerContainer("no json", "docker"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  for (const char* const text : {"{}", "[]", "null", R"({"Id": 7})"}) {
    EXPECT_THAT(
        ReadDockerContainer(text, "docker"),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no id")))
        << text;
  }
}

TEST(DockerContainerTest, TakesDigestAndNameFromTheImage) {
  v1::Container container;
  ReadDockerImage(R"({"RepoTags": ["local/web:2"],
                      "RepoDigests": ["local/web@sha256:9"]})",
                  &container);
  EXPECT_EQ(container.image(), "local/web:2");
  EXPECT_EQ(container.image_digest(), "sha256:9");
  ReadDockerImage("no json", &container);
  EXPECT_EQ(container.image(), "local/web:2");
}

TEST(DockerContainerTest, ReadsEvents) {
  const struct {
    std::string line;
    std::string id;
    RuntimeEvent::Kind kind = RuntimeEvent::Kind::kChanged;
  } cases[] = {
      {R"({"Action": "start", "id": "a"})", "a"},
      {R"({"Action": "create", "Actor": {"ID": "a"}})", "a"},
      {R"({"Action": "die", "id": "a"})", "a", RuntimeEvent::Kind::kEnded},
      {R"({"Action": "remove", "id": "a"})", "a", RuntimeEvent::Kind::kEnded},
      {R"({"Action": "exec_start: sh", "id": "a"})", ""},
      {"", ""},
      {"no json", ""},
  };
  for (const auto& c : cases) {
    const RuntimeEvent event = ReadDockerEvent(c.line);
    EXPECT_EQ(event.id, c.id) << c.line;
    if (!event.id.empty()) {
      EXPECT_EQ(event.kind, c.kind) << c.line;
    }
  }
}

}  // namespace
}  // namespace eyrie::collector
