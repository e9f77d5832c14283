// SPDX-License-Identifier: Apache-2.0
//
// The registry with a real containerd.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "collector/containers/testing/engine.h"
#include "collector/containers/testing/pod_maker.h"
#include "collector/containers/testing/watched_engine.h"
#include "common/testing/status_matchers.h"

namespace eyrie::testing {
namespace {

namespace cri = runtimes::cri;

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::vector<std::string> kSleep = {"/bin/sleep", "1000"};

class ContainerdEngineTest : public WatchedEngineTest {
 protected:
  // Runs `count` containers of `command`, some at a time.
  void RunMany(const std::string& prefix, int count,
               const std::vector<std::string>& options,
               const std::vector<std::string>& command) {
    constexpr int kAtATime = 5;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kAtATime; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = thread; i < count; i += kAtATime) {
          EXPECT_OK(
              engine_->RunContainer(absl::StrCat(prefix, i), options, command));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  size_t Known() const {
    size_t known = 0;
    for (const auto& [path, seen] : watcher_->answered()) {
      if (seen.container == nullptr) continue;
      known += seen.container->metadata() == v1::Container::COMPLETE;
    }
    return known;
  }
};

TEST_F(ContainerdEngineTest, TellsWhatCtrRan) {
  StartAndWatch(Engine::Kind::kContainerd);
  if (IsSkipped() || HasFatalFailure()) return;
  ASSERT_OK(engine_->RunContainer(
      "plain",
      {"--label", "app=web", "--env", "SECRET=x", "--mount",
       "type=bind,src=/etc,dst=/mnt,options=rbind:ro"},
      kSleep));
  const auto plain = WaitForContainer("/plain");
  EXPECT_EQ(plain->id(), "plain");
  EXPECT_EQ(plain->runtime(), "containerd");
  EXPECT_EQ(plain->image(), kTestImage);
  EXPECT_EQ(plain->image_repository(), "docker.io/local/busybox");
  EXPECT_EQ(plain->image_tag(), "1");
  EXPECT_THAT(plain->image_digest(), StartsWith("sha256:"));
  EXPECT_THAT(plain->labels(), Contains(Pair("app", "web")));
  EXPECT_THAT(plain->env_names(), Contains("SECRET"));
  EXPECT_EQ(plain->user(), "0");
  EXPECT_TRUE(plain->has_privileged());
  EXPECT_FALSE(plain->privileged());
  EXPECT_THAT(plain->capabilities(), Contains("CAP_CHOWN"));
  EXPECT_THAT(plain->capabilities(), Not(Contains("CAP_SYS_ADMIN")));
  EXPECT_GT(plain->create_time_ns(), 0u);
  ASSERT_THAT(plain->mounts(), SizeIs(1));
  EXPECT_EQ(plain->mounts(0).source(), "/etc");
  EXPECT_EQ(plain->mounts(0).destination(), "/mnt");
  EXPECT_FALSE(plain->mounts(0).is_writable());

  ASSERT_OK(
      engine_->RunContainer("mighty", {"--privileged", "--net-host"}, kSleep));
  const auto mighty = WaitForContainer("/mighty");
  EXPECT_TRUE(mighty->privileged());
  EXPECT_TRUE(mighty->host_network());
  EXPECT_FALSE(mighty->host_pid());
  EXPECT_THAT(mighty->capabilities(), Contains("CAP_SYS_ADMIN"));

  // A cgroup of the host of the same shape is none.
  const collector::Place place = registry_->Classify(0, "/other/plain");
  EXPECT_FALSE(place.is_pending);
  EXPECT_EQ(place.cgroup->container_id(), "");
}

TEST_F(ContainerdEngineTest, TellsPodsOfTheCri) {
  StartAndWatch(Engine::Kind::kContainerd);
  if (IsSkipped() || HasFatalFailure()) return;
  PodMaker pods(engine_->socket());
  cri::PodSandboxConfig pod = PodMaker::Pod("web-0", engine_->cgroup_parent());
  (*pod.mutable_annotations())
      ["kubectl.kubernetes.io/last-applied-configuration"] =
          R"({"kind":"Pod","spec":{"containers":[{"name":"nginx",
              "livenessProbe":{"exec":{"command":["cat","/alive"]}}}]}})";
  ASSERT_OK_AND_ASSIGN(const std::string pod_id, pods.RunPod(pod));
  cri::ContainerConfig container = PodMaker::Container("nginx", pod);
  cri::KeyValue* const env = container.add_envs();
  env->set_key("TOKEN");
  env->set_value("secret");
  cri::Mount* const mount = container.add_mounts();
  mount->set_container_path("/mnt");
  mount->set_host_path("/etc");
  mount->set_readonly(true);
  (*container.mutable_annotations())["team"] = "a";
  ASSERT_OK_AND_ASSIGN(const std::string id,
                       pods.RunContainer(pod_id, container, pod));
  const auto nginx = WaitForContainer(id);
  EXPECT_EQ(nginx->name(), "nginx");
  EXPECT_EQ(nginx->runtime(), "containerd");
  EXPECT_EQ(nginx->image(), kTestImage);
  EXPECT_THAT(nginx->image_id(), SizeIs(64));
  EXPECT_EQ(nginx->pod_name(), "web-0");
  EXPECT_EQ(nginx->pod_namespace(), "shop");
  EXPECT_EQ(nginx->pod_uid(), "uid-of-web-0");
  EXPECT_EQ(nginx->pod_sandbox_id(), pod_id);
  EXPECT_THAT(nginx->pod_labels(), Contains(Pair("app", "web")));
  EXPECT_THAT(nginx->labels(),
              Contains(Pair("io.kubernetes.container.name", "nginx")));
  EXPECT_THAT(nginx->annotations(), Contains(Pair("team", "a")));
  EXPECT_THAT(nginx->ip_addresses(), SizeIs(1));
  EXPECT_THAT(nginx->cni_json(), Not(IsEmpty()));
  EXPECT_THAT(nginx->env_names(), Contains("TOKEN"));
  EXPECT_THAT(nginx->liveness_probe().command(),
              ::testing::ElementsAre("cat", "/alive"));
  EXPECT_FALSE(nginx->privileged());
  EXPECT_FALSE(nginx->host_network());
  EXPECT_FALSE(nginx->is_sandbox());
  EXPECT_GT(nginx->start_time_ns(), 0u);
  ASSERT_THAT(nginx->mounts(), SizeIs(1));
  EXPECT_FALSE(nginx->mounts(0).is_writable());

  const auto sandbox = WaitForContainer(pod_id);
  EXPECT_TRUE(sandbox->is_sandbox());
  EXPECT_EQ(sandbox->pod_name(), "web-0");
  ASSERT_OK(pods.RemovePod(pod_id));
}

TEST_F(ContainerdEngineTest, TellsPrivilegedPodsOfTheHostsNetwork) {
  StartAndWatch(Engine::Kind::kContainerd);
  if (IsSkipped() || HasFatalFailure()) return;
  PodMaker pods(engine_->socket());
  cri::PodSandboxConfig pod = PodMaker::Pod("agent", engine_->cgroup_parent());
  auto* const security = pod.mutable_linux()->mutable_security_context();
  security->set_privileged(true);
  security->mutable_namespace_options()->set_network(cri::NODE);
  pod.clear_hostname();  // It is the host's.
  security->mutable_namespace_options()->set_pid(cri::NODE);
  ASSERT_OK_AND_ASSIGN(const std::string pod_id, pods.RunPod(pod));
  cri::ContainerConfig config = PodMaker::Container("agent", pod);
  config.mutable_linux()->mutable_security_context()->set_privileged(true);
  ASSERT_OK_AND_ASSIGN(const std::string id,
                       pods.RunContainer(pod_id, config, pod));
  const auto agent = WaitForContainer(id);
  EXPECT_TRUE(agent->privileged());
  EXPECT_TRUE(agent->host_network());
  EXPECT_TRUE(agent->host_pid());
  EXPECT_FALSE(agent->host_ipc());
  ASSERT_OK(pods.RemovePod(pod_id));
}

TEST_F(ContainerdEngineTest, KnowsFiftyThatStartAtOnce) {
  StartAndWatch(Engine::Kind::kContainerd);
  if (IsSkipped() || HasFatalFailure()) return;
  RunMany("c", 50, {}, kSleep);
  EXPECT_TRUE(watcher_->WaitForAnswers(50, absl::Seconds(10)));
  EXPECT_EQ(Known(), 50u);
  for (const auto& [path, seen] : watcher_->answered()) {
    ASSERT_NE(seen.container, nullptr) << path;
    EXPECT_EQ(absl::StrCat(engine_->cgroup_parent(), "/", seen.container->id()),
              path);
  }
  ReportTimes("containerd, ctr run");
}

TEST_F(ContainerdEngineTest, KnowsAllOfPodsAtTheFirstLook) {
  StartAndWatch(Engine::Kind::kContainerd);
  if (IsSkipped() || HasFatalFailure()) return;
  PodMaker pods(engine_->socket());
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    const cri::PodSandboxConfig pod =
        PodMaker::Pod(absl::StrCat("web-", i), engine_->cgroup_parent());
    ASSERT_OK_AND_ASSIGN(ids.emplace_back(), pods.RunPod(pod));
    ASSERT_OK_AND_ASSIGN(
        const std::string id,
        pods.RunContainer(ids.back(), PodMaker::Container("nginx", pod), pod));
    ASSERT_TRUE(watcher_->WaitForAnswers(2 * ids.size(), absl::Seconds(5)));
    const auto answered = watcher_->answered();
    const auto seen =
        answered.find(absl::StrCat(engine_->cgroup_parent(), "/", id));
    ASSERT_NE(seen, answered.end());
    ASSERT_NE(seen->second.container, nullptr);
    // As it was told to the first event, not later.
    EXPECT_EQ(seen->second.container->pod_name(), absl::StrCat("web-", i));
    EXPECT_THAT(seen->second.container->pod_labels(),
                Contains(Pair("app", "web")));
    EXPECT_THAT(seen->second.container->ip_addresses(), SizeIs(1));
    EXPECT_EQ(seen->second.container->metadata(), v1::Container::COMPLETE);
  }
  ReportTimes("containerd, pods");
  for (const std::string& id : ids) EXPECT_OK(pods.RemovePod(id));
}

TEST_F(ContainerdEngineTest, KnowsThoseThatAreGoneAtOnce) {
  StartAndWatch(Engine::Kind::kContainerd);
  if (IsSkipped() || HasFatalFailure()) return;
  for (int i = 0; i < 10; ++i) {
    const auto result =
        engine_->Run({"-n", engine_->token(), "run", "--rm", kTestImage,
                      absl::StrCat("brief", i), "/bin/true"});
    ASSERT_OK(result);
    EXPECT_EQ(result->exit_code, 0) << result->out;
  }
  EXPECT_TRUE(watcher_->WaitForAnswers(watcher_->seen(), absl::Seconds(5)));
  EXPECT_GE(watcher_->seen(), 8u);  // each lives for a few milliseconds
  EXPECT_EQ(Known(), watcher_->seen());
  ReportTimes("containerd, /bin/true");
}

TEST_F(ContainerdEngineTest, LivesThroughARestartOfContainerd) {
  StartAndWatch(Engine::Kind::kContainerd);
  if (IsSkipped() || HasFatalFailure()) return;
  ASSERT_OK(engine_->RunContainer("before", {}, kSleep));
  ASSERT_OK(engine_->RunContainer("beside", {}, kSleep));
  WaitForContainer("/before");
  WaitForContainer("/beside");
  registry_->TakeChanges();
  engine_->Kill();
  ASSERT_TRUE(WaitForState(v1::ContainerRuntime::FAILING));
  EXPECT_NE(runtime_state().error(), "");
  // What is known stays known, and nobody waits for what cannot be asked.
  EXPECT_EQ(registry_->Find("before").container->image(), kTestImage);
  const collector::Found unknown = registry_->Find(std::string(64, 'd'));
  EXPECT_TRUE(unknown.is_pending) << "it may be back in a moment";
  EXPECT_EQ(unknown.container->metadata(), v1::Container::LATE);

  ASSERT_OK(engine_->Start());
  ASSERT_TRUE(WaitForState(v1::ContainerRuntime::CONNECTED));
  ASSERT_OK(engine_->RunContainer("after", {}, kSleep));
  EXPECT_EQ(WaitForContainer("/after")->id(), "after");
  // What went on meanwhile has not ended.
  std::set<std::string> names;
  for (const auto& container : registry_->TakeChanges(true).containers) {
    if (!container->name().empty()) names.insert(container->name());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("after", "before", "beside"));
  EXPECT_GE(registry_->stats().runtimes.connects, 2u);
}

TEST_F(ContainerdEngineTest, ConnectsOnceTheSocketIsThere) {
  SetUpEngine(Engine::Kind::kContainerd);
  if (IsSkipped() || HasFatalFailure()) return;
  Watch();
  ASSERT_TRUE(WaitForState(v1::ContainerRuntime::ABSENT));
  ASSERT_OK(engine_->Start());
  ASSERT_TRUE(WaitForState(v1::ContainerRuntime::CONNECTED));
  EXPECT_NE(runtime_state().version(), "");
}

}  // namespace
}  // namespace eyrie::testing
