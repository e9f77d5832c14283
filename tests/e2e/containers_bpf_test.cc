// SPDX-License-Identifier: Apache-2.0
//
// Detections in real containers: which container, image and pod it was, from
// the first program on.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <nlohmann/json.hpp>

#include "collector/containers/testing/engine.h"
#include "collector/containers/testing/pod_maker.h"
#include "common/testing/status_matchers.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

namespace cri = runtimes::cri;
using Json = nlohmann::json;

constexpr char kRules[] = R"(
- rule: burst
  desc: The first program of a container.
  condition: >
    evt.type in (execve, execveat) and proc.name = echo
    and proc.args startswith eyrie-burst
  output: "%container.id %container.name %container.image.repository
    %container.image.tag %k8s.ns.name %k8s.pod.name %proc.args"
  priority: NOTICE
- rule: marker
  desc: A file is opened, by whomever.
  condition: evt.type in (open, openat) and fd.name contains eyrie-marker
  output: "%container.id %container.name %fd.name"
  priority: NOTICE
- rule: privileged
  desc: A program of a privileged container.
  condition: >
    evt.type in (execve, execveat) and proc.name = env
    and container.privileged = true
  output: "%container.name %container.image.repository"
  priority: WARNING
)";

// How many containers the burst has; 200 takes about a minute.
int BurstSize() {
  int size = 0;
  const char* text = std::getenv("EYRIE_BURST_CONTAINERS");
  return text != nullptr && absl::SimpleAtoi(text, &size) ? size : 40;
}

class ContainersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = WhyNoBpf(); !reason.empty()) {
      GTEST_SKIP() << "EYRIE_SKIP: " << reason;
    }
    if (const std::string reason = Engine::WhyNot(Engine::Kind::kContainerd);
        !reason.empty()) {
      GTEST_SKIP() << "EYRIE_NO_ENGINE: " << reason;
    }
    directory_ = absl::StrCat(TestDirectory(), "/containers-", getpid());
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ + "/rules.yaml") << kRules;
    ASSERT_OK_AND_ASSIGN(engine_, Engine::Create(Engine::Kind::kContainerd));
    ASSERT_OK(engine_->Start());
    pods_ = std::make_unique<PodMaker>(engine_->socket());
    ClusterOptions options;
    options.rules = {directory_ + "/rules.yaml"};
    if (const char* shared = std::getenv("EYRIE_SHARED_DIR")) {
      has_official_rules_ = true;
      options.rules.push_back(
          absl::StrCat(shared, "/data/rules/falco_rules.yaml"));
    }
    options.directory = directory_;
    options.collector_flags = {"--container-runtime",
                               "containerd=" + engine_->socket()};
    cluster_ = std::make_unique<Cluster>(std::move(options));
    ASSERT_OK(cluster_->StartServer());
    ASSERT_OK(cluster_->StartCollector());
    ASSERT_OK(cluster_->WaitForNode());
  }
  void TearDown() override {
    cluster_.reset();
    engine_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  // A pod on the host's network, which is quicker to make.
  cri::PodSandboxConfig Pod(const std::string& name) const {
    cri::PodSandboxConfig pod = PodMaker::Pod(name, engine_->cgroup_parent());
    pod.clear_hostname();
    pod.mutable_linux()
        ->mutable_security_context()
        ->mutable_namespace_options()
        ->set_network(cri::NODE);
    return pod;
  }
  static cri::ContainerConfig Container(const std::string& name,
                                        const cri::PodSandboxConfig& pod,
                                        std::vector<std::string> command) {
    cri::ContainerConfig container = PodMaker::Container(name, pod);
    container.clear_command();
    for (std::string& word : command) {
      *container.add_command() = std::move(word);
    }
    return container;
  }
  std::vector<Json> Detections(const std::string& rule, size_t count) {
    auto lines = cluster_->WaitForDetections(rule, count, absl::Seconds(20));
    EXPECT_OK(lines.status()) << rule;
    std::vector<Json> detections;
    if (!lines.ok()) return detections;
    for (const std::string& line : *lines) {
      detections.push_back(Json::parse(line));
    }
    return detections;
  }
  // Opens a file of that name in a child that first does `prepare`.
  void OpenMarker(const std::string& name,
                  const std::function<void()>& prepare) const {
    const std::string path = directory_ + "/eyrie-marker-" + name;
    const pid_t child = fork();
    if (child == 0) {
      prepare();
      _exit(open(path.c_str(), O_CREAT | O_RDWR, 0600) >= 0 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  Json Marker(const std::string& name) {
    for (int attempt = 0; attempt < 200; ++attempt) {
      for (Json& detection : Detections("marker", 1)) {
        const std::string path = detection["output_fields"]["fd.name"];
        if (absl::EndsWith(path, "eyrie-marker-" + name)) return detection;
      }
      absl::SleepFor(absl::Milliseconds(50));
    }
    ADD_FAILURE() << "no detection of marker " << name;
    return Json();
  }

  std::string directory_;
  bool has_official_rules_ = false;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<PodMaker> pods_;
  std::unique_ptr<Cluster> cluster_;
};

// Folders of a cgroup in every hierarchy there is.
std::vector<std::string> CgroupFolders(const std::string& path) {
  std::vector<std::string> folders;
  for (const char* root :
       {"/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids", "/sys/fs/cgroup"}) {
    if (access(absl::StrCat(root, "/cgroup.procs").c_str(), F_OK) == 0) {
      folders.push_back(root + path);
    }
  }
  return folders;
}

void MoveSelfTo(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::ofstream(folder + "/cgroup.procs") << "0\n";
  }
}

TEST_F(ContainersTest, FirstProgramOfEachOfManyContainersIsKnown) {
  if (IsSkipped() || HasFatalFailure()) return;
  constexpr int kPods = 8;
  const int count = BurstSize();
  std::vector<cri::PodSandboxConfig> pods;
  std::vector<std::string> pod_ids;
  for (int i = 0; i < kPods; ++i) {
    pods.push_back(Pod(absl::StrCat("burst-", i)));
    ASSERT_OK_AND_ASSIGN(const std::string id, pods_->RunPod(pods.back()));
    pod_ids.push_back(id);
  }
  std::vector<std::thread> threads;
  for (int pod = 0; pod < kPods; ++pod) {
    threads.emplace_back([&, pod] {
      for (int i = pod; i < count; i += kPods) {
        const auto id = pods_->RunContainer(
            pod_ids[pod],
            Container(absl::StrCat("c", i), pods[pod],
                      {"/bin/echo", absl::StrCat("eyrie-burst-", i)}),
            pods[pod]);
        EXPECT_OK(id.status());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  const std::vector<Json> detections = Detections("burst", count);
  EXPECT_EQ(detections.size(), count);
  int late = 0;
  for (const Json& detection : detections) {
    const Json& fields = detection["output_fields"];
    SCOPED_TRACE(detection["output"].get<std::string>());
    int number = -1;
    ASSERT_TRUE(absl::SimpleAtoi(
        fields["proc.args"].get<std::string>().substr(12), &number));
    EXPECT_EQ(fields["container.id"].get<std::string>().size(), 12);
    if (fields["container.name"].is_null()) {
      ++late;
      continue;
    }
    EXPECT_THAT(fields["container.name"].get<std::string>(),
                ::testing::HasSubstr(absl::StrCat("c", number)));
    EXPECT_EQ(fields["container.image.repository"], "docker.io/local/busybox");
    EXPECT_EQ(fields["container.image.tag"], "1");
    EXPECT_EQ(fields["k8s.ns.name"], "shop");
    EXPECT_EQ(fields["k8s.pod.name"], absl::StrCat("burst-", number % kPods));
  }
  EXPECT_LE(late, count / 100) << "judged without what the runtime told";
  for (const std::string& id : pod_ids) EXPECT_OK(pods_->RemovePod(id));
}

TEST_F(ContainersTest, PrivilegedContainerIsToldFromOthers) {
  if (IsSkipped() || HasFatalFailure()) return;
  cri::PodSandboxConfig pod = Pod("mixed");
  pod.mutable_linux()->mutable_security_context()->set_privileged(true);
  ASSERT_OK_AND_ASSIGN(const std::string pod_id, pods_->RunPod(pod));
  ASSERT_OK(
      pods_->RunContainer(pod_id, Container("plain", pod, {"/bin/env"}), pod)
          .status());
  cri::ContainerConfig mighty = Container("mighty", pod, {"/bin/env"});
  mighty.mutable_linux()->mutable_security_context()->set_privileged(true);
  ASSERT_OK(pods_->RunContainer(pod_id, mighty, pod).status());
  const std::vector<Json> detections = Detections("privileged", 1);
  ASSERT_EQ(detections.size(), 1);
  EXPECT_THAT(detections[0]["output_fields"]["container.name"],
              ::testing::HasSubstr("mighty"));
  EXPECT_OK(pods_->RemovePod(pod_id));
}

TEST_F(ContainersTest, OfficialRuleOfPrivilegedContainersFires) {
  if (IsSkipped() || HasFatalFailure()) return;
  if (!has_official_rules_) {
    GTEST_SKIP() << "EYRIE_NO_SHARED: the official rules, data/rules";
  }
  cri::PodSandboxConfig pod = Pod("debug");
  pod.mutable_linux()->mutable_security_context()->set_privileged(true);
  ASSERT_OK_AND_ASSIGN(const std::string pod_id, pods_->RunPod(pod));
  // A near miss first: the same program without the privileges.
  ASSERT_OK(
      pods_
          ->RunContainer(pod_id, Container("plain", pod, {"/bin/debugfs"}), pod)
          .status());
  cri::ContainerConfig mighty = Container("mighty", pod, {"/bin/debugfs"});
  mighty.mutable_linux()->mutable_security_context()->set_privileged(true);
  ASSERT_OK_AND_ASSIGN(const std::string id,
                       pods_->RunContainer(pod_id, mighty, pod));
  const std::vector<Json> detections =
      Detections("Debugfs Launched in Privileged Container", 1);
  ASSERT_EQ(detections.size(), 1);
  EXPECT_EQ(detections[0]["priority"], "Warning");
  EXPECT_THAT(detections[0]["output"].get<std::string>(),
              ::testing::HasSubstr("process=debugfs"));
  EXPECT_OK(pods_->RemovePod(pod_id));
}

TEST_F(ContainersTest, ProcessMovedIntoAContainerWithoutExecIsInIt) {
  if (IsSkipped() || HasFatalFailure()) return;
  ASSERT_OK(engine_->RunContainer("target", {}, {"/bin/sleep", "1000"}));
  const std::vector<std::string> folders =
      CgroupFolders(engine_->cgroup_parent() + "/target");
  ASSERT_FALSE(folders.empty());
  OpenMarker("outside", [] {});
  OpenMarker("inside", [&] { MoveSelfTo(folders); });
  EXPECT_EQ(Marker("outside")["output_fields"]["container.id"], "host");
  EXPECT_EQ(Marker("inside")["output_fields"]["container.id"], "target");
}

TEST_F(ContainersTest, HostsCgroupOfTwoPartsIsNoContainer) {
  if (IsSkipped() || HasFatalFailure()) return;
  const std::string parent = absl::StrCat("/eyrie-slice-", getpid());
  const std::vector<std::string> folders = CgroupFolders(parent + "/service");
  for (const std::string& folder : folders) {
    std::filesystem::create_directories(folder);
  }
  OpenMarker("service", [&] { MoveSelfTo(folders); });
  EXPECT_EQ(Marker("service")["output_fields"]["container.id"], "host");
  for (const std::string& folder : folders) {
    rmdir(folder.c_str());
    rmdir(std::filesystem::path(folder).parent_path().c_str());
  }
}

TEST_F(ContainersTest, RuntimeThatIsKilledIsMissedAndComesBack) {
  if (IsSkipped() || HasFatalFailure()) return;
  cri::PodSandboxConfig pod = Pod("steady");
  ASSERT_OK_AND_ASSIGN(const std::string pod_id, pods_->RunPod(pod));
  ASSERT_OK(pods_
                ->RunContainer(
                    pod_id,
                    Container("before", pod, {"/bin/echo", "eyrie-burst-1"}),
                    pod)
                .status());
  ASSERT_EQ(Detections("burst", 1).size(), 1);
  engine_->Kill();
  // The host is watched meanwhile, and waits for nobody.
  OpenMarker("meanwhile", [] {});
  EXPECT_EQ(Marker("meanwhile")["output_fields"]["container.id"], "host");
  ASSERT_OK(engine_->Start());
  // The connection of before is broken.
  pods_ = std::make_unique<PodMaker>(engine_->socket());
  ASSERT_OK(pods_
                ->RunContainer(
                    pod_id,
                    Container("after", pod, {"/bin/echo", "eyrie-burst-2"}),
                    pod)
                .status());
  const std::vector<Json> detections = Detections("burst", 2);
  ASSERT_EQ(detections.size(), 2);
  for (const Json& detection : detections) {
    EXPECT_EQ(detection["output_fields"]["k8s.pod.name"], "steady")
        << detection.dump() << "\n"
        << cluster_->collector()->standard_error();
  }
  EXPECT_OK(pods_->RemovePod(pod_id));
}

}  // namespace
}  // namespace eyrie::testing
