// SPDX-License-Identifier: Apache-2.0
//
// The registry with a real Podman, and a real Docker where there is one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/clock.h"

#include "collector/containers/testing/engine.h"
#include "collector/containers/testing/watched_engine.h"
#include "common/testing/status_matchers.h"

namespace eyrie::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

const std::vector<std::string> kSleep = {"/bin/sleep", "1000"};

class DockerEngineTest : public WatchedEngineTest,
                         public ::testing::WithParamInterface<Engine::Kind> {
 protected:
  std::string RuntimeName() const {
    return GetParam() == Engine::Kind::kDocker ? "docker" : "podman";
  }
  // The full id of a container by its name.
  std::string IdOf(const std::string& name) {
    const auto result = engine_->Run({"inspect", "--format", "{{.Id}}", name});
    if (!result.ok()) return "no id";
    return result->out.substr(0, 64);
  }
  std::shared_ptr<const v1::Container> RunAndWait(
      const std::string& name, const std::vector<std::string>& options) {
    EXPECT_OK(engine_->RunContainer(name, options, kSleep));
    return WaitForContainer(IdOf(name));
  }
};

TEST_P(DockerEngineTest, TellsWhatItRan) {
  StartAndWatch(GetParam());
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_EQ(runtime_state().name(), RuntimeName());
  EXPECT_NE(runtime_state().version(), "");
  const auto web = RunAndWait(
      "web", {"--label", "app=web", "--env", "SECRET=x", "--volume",
              "/etc:/mnt:ro", "--user", "1000", "--cap-add", "SYS_TIME",
              "--health-cmd", "cat /alive", "--health-interval", "1h"});
  EXPECT_EQ(web->id(), IdOf("web"));
  EXPECT_EQ(web->name(), "web");
  EXPECT_EQ(web->runtime(), RuntimeName());
  EXPECT_THAT(web->image(), ::testing::HasSubstr("local/busybox:1"));
  EXPECT_THAT(web->image_repository(), ::testing::EndsWith("local/busybox"));
  EXPECT_EQ(web->image_tag(), "1");
  EXPECT_THAT(web->image_id(), SizeIs(64));
  EXPECT_THAT(web->labels(), Contains(Pair("app", "web")));
  EXPECT_THAT(web->env_names(), Contains("SECRET"));
  EXPECT_EQ(web->user(), "1000");
  EXPECT_FALSE(web->privileged());
  EXPECT_FALSE(web->host_network());
  EXPECT_FALSE(web->host_pid());
  EXPECT_THAT(web->healthcheck().command(),
              ElementsAre("/bin/sh", "-c", "cat /alive"));
  EXPECT_GT(web->create_time_ns(), 0u);
  EXPECT_GT(web->start_time_ns(), 0u);
  ASSERT_THAT(web->mounts(), SizeIs(1));
  EXPECT_EQ(web->mounts(0).source(), "/etc");
  EXPECT_EQ(web->mounts(0).destination(), "/mnt");
  EXPECT_FALSE(web->mounts(0).is_writable());
}

TEST_P(DockerEngineTest, TellsRights) {
  StartAndWatch(GetParam());
  if (IsSkipped() || HasFatalFailure()) return;
  // Made only: a test machine may lack a capability to give.
  const auto made =
      engine_->Run({"create", "--privileged", "--pid", "host", "--network",
                    "host", "--name", "mighty", kTestImage, "/bin/true"});
  ASSERT_OK(made);
  ASSERT_EQ(made->exit_code, 0) << made->out;
  const std::string id = IdOf("mighty");
  collector::Found mighty = registry_->Find(id);
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (mighty.is_pending && absl::Now() < deadline) {
    mighty = registry_->Find(id);
  }
  EXPECT_TRUE(mighty.container->privileged());
  EXPECT_TRUE(mighty.container->host_pid());
  EXPECT_TRUE(mighty.container->host_network());
  const auto meek = RunAndWait("meek", {"--cap-drop", "CHOWN"});
  EXPECT_FALSE(meek->privileged());
  EXPECT_THAT(meek->capabilities(), Not(Contains("CAP_SYS_ADMIN")));
  EXPECT_THAT(meek->capabilities(), Not(Contains("CAP_CHOWN")));
  EXPECT_THAT(meek->capabilities(), Contains("CAP_KILL"));
}

TEST_P(DockerEngineTest, TellsTheEnd) {
  StartAndWatch(GetParam());
  if (IsSkipped() || HasFatalFailure()) return;
  const auto web = RunAndWait("web", {});
  ReportTimes(RuntimeName());
  registry_->TakeChanges();
  const auto killed = engine_->Run({"kill", "web"});
  ASSERT_OK(killed);
  EXPECT_EQ(killed->exit_code, 0) << killed->out;
  std::vector<std::string> removed;
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (removed.empty() && absl::Now() < deadline) {
    removed = registry_->TakeChanges().removed;
  }
  EXPECT_THAT(removed, ElementsAre(web->id()));
  // Late events still find it.
  EXPECT_EQ(registry_->Find(web->id()).container->name(), "web");
}

INSTANTIATE_TEST_SUITE_P(
    Engines, DockerEngineTest,
    ::testing::Values(Engine::Kind::kPodman, Engine::Kind::kDocker),
    [](const ::testing::TestParamInfo<Engine::Kind>& kind) {
      return kind.param == Engine::Kind::kDocker ? "Docker" : "Podman";
    });

}  // namespace
}  // namespace eyrie::testing
