// SPDX-License-Identifier: Apache-2.0
//
// Real events of this kernel become the detections that rules promise: sensor,
// collector, server and CLI as programs of their own.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/testing/status_matchers.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

using Json = nlohmann::json;

// Fields that have no value in these acts: nothing to fill in.
const std::set<std::string>& MayBeAbsent() {
  static const auto* const fields = new std::set<std::string>{
      // Few ancestors in a test sandbox; exec has no descriptor.
      "proc.aname[2]", "proc.aname[3]", "proc.aname[4]", "proc.aname[5]",
      "proc.aname[6]", "proc.aname[7]", "fd.name"};
  return *fields;
}

class DetectionBpfTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = WhyNoBpf(); !reason.empty()) {
      GTEST_SKIP() << "EYRIE_SKIP: " << reason;
    }
    directory_ = absl::StrCat(TestDirectory(), "/e2e-", getpid());
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override {
    cluster_.reset();
    std::filesystem::remove_all(directory_);
  }

  void StartCluster(std::vector<std::string> rules) {
    ClusterOptions options;
    options.rules = std::move(rules);
    options.directory = directory_;
    cluster_ = std::make_unique<Cluster>(std::move(options));
    ASSERT_OK(cluster_->StartServer());
    ASSERT_OK(cluster_->StartCollector());
    ASSERT_OK(cluster_->WaitForNode());
  }

  // The newest detection of `rule` once there is one.
  Json Detection(const std::string& rule) {
    auto lines = cluster_->WaitForDetections(rule, 1, absl::Seconds(10));
    EXPECT_OK(lines.status());
    return lines.ok() ? Json::parse(lines->front()) : Json();
  }

  static void ExpectFilled(const Json& detection) {
    ASSERT_TRUE(detection.contains("output_fields")) << detection.dump();
    for (const auto& [name, value] : detection["output_fields"].items()) {
      if (MayBeAbsent().contains(name)) continue;
      EXPECT_FALSE(value.is_null()) << name << " in " << detection.dump(2);
    }
  }

  std::string directory_;
  std::unique_ptr<Cluster> cluster_;
};

// Runs a command to its end, which may be any.
void Act(std::vector<std::string> argv) { ASSERT_OK(Run(std::move(argv))); }

TEST_F(DetectionBpfTest, OfficialRulesFireOnLiveActs) {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  if (shared == nullptr) {
    GTEST_SKIP() << "EYRIE_NO_SHARED: the official rules, data/rules";
  }
  StartCluster({absl::StrCat(shared, "/data/rules/falco_rules.yaml")});

  Act({"/usr/bin/cat", "/etc/shadow"});
  Json detection = Detection("Read sensitive file untrusted");
  EXPECT_EQ(detection["priority"], "Warning");
  EXPECT_EQ(detection["output_fields"]["fd.name"], "/etc/shadow");
  EXPECT_EQ(detection["output_fields"]["proc.cmdline"], "cat /etc/shadow");
  EXPECT_EQ(detection["output_fields"]["user.name"], "root");
  EXPECT_EQ(detection["source"], "syscall");
  EXPECT_EQ(detection["hostname"], "test-node");
  ExpectFilled(detection);

  const std::string nginx = directory_ + "/nginx";
  std::filesystem::copy_file("/bin/bash", nginx);
  Act({nginx, "-c", "sh -c 'id'; true"});
  detection = Detection("Run shell untrusted");
  EXPECT_EQ(detection["priority"], "Notice");
  EXPECT_EQ(detection["output_fields"]["proc.pname"], "nginx");
  EXPECT_EQ(detection["output_fields"]["proc.pexepath"], nginx);
  EXPECT_EQ(detection["output_fields"]["proc.cmdline"], "sh -c id");
  ExpectFilled(detection);

  const std::string program = absl::StrCat("/dev/shm/eyrie-e2e-", getpid());
  std::filesystem::copy_file("/bin/true", program);
  Act({program, "--version"});
  std::filesystem::remove(program);
  detection = Detection("Execution from /dev/shm");
  EXPECT_EQ(detection["priority"], "Warning");
  EXPECT_EQ(detection["output_fields"]["proc.exepath"], program);
  EXPECT_EQ(detection["output_fields"]["evt.res"], "SUCCESS");
  ExpectFilled(detection);
}

TEST_F(DetectionBpfTest, ShippedRulesMakeAnIncidentThatHasALife) {
  StartCluster({BuiltFile("rules/library")});

  Act({"/usr/bin/cat", "/etc/shadow"});
  const Json detection = Detection("Password hashes read");
  EXPECT_EQ(detection["output_fields"]["fd.realpath"], "/etc/shadow");

  auto list = cluster_->Cli(
      {"incidents", "list", "--rule", "Password hashes read", "-o", "json"});
  ASSERT_OK(list.status());
  const Json incident = Json::parse(list->out);
  EXPECT_EQ(incident["state"], "OPEN");
  const std::string id = incident["id"];
  for (const auto& [verb, state] :
       std::vector<std::pair<std::string, std::string>>{{"ack", "ACKNOWLEDGED"},
                                                        {"resolve", "RESOLVED"},
                                                        {"reopen", "OPEN"}}) {
    auto result = cluster_->Cli({"incidents", verb, id});
    ASSERT_OK(result.status());
    EXPECT_EQ(result->exit_code, 0) << verb << ": " << result->err;
    auto get = cluster_->Cli({"incidents", "get", id, "-o", "json"});
    ASSERT_OK(get.status());
    EXPECT_EQ(Json::parse(get->out)["state"], state) << verb;
  }
}

TEST_F(DetectionBpfTest, CollectorRestartDoublesNothingAndKnowsTheTree) {
  StartCluster({BuiltFile("rules/library")});
  Act({"/usr/bin/cat", "/etc/shadow"});
  Detection("Password hashes read");

  // A shell that lives through the restart: its facts come from the snapshot.
  const std::string fifo = directory_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const std::string script =
      absl::StrCat("read line < ", fifo, "; /usr/bin/cat /etc/shadow; true");
  auto shell = Subprocess::Start({"/bin/bash", "-c", script});
  ASSERT_OK(shell.status());

  cluster_->KillCollector();
  ASSERT_OK(cluster_->StartCollector());
  ASSERT_OK(cluster_->WaitForNode());
  const int fd = open(fifo.c_str(), O_WRONLY);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(write(fd, "\n", 1), 1);
  close(fd);

  auto lines =
      cluster_->WaitForDetections("Password hashes read", 2, absl::Seconds(10));
  ASSERT_OK(lines.status());
  EXPECT_EQ(lines->size(), 2u);
  const Json newest = Json::parse(lines->front());
  EXPECT_EQ(newest["output_fields"]["proc.pname"], "bash");
  ASSERT_OK((*shell)->Wait(absl::Seconds(10)).status());
}

TEST_F(DetectionBpfTest, ProgramsStopCleanly) {
  StartCluster({BuiltFile("rules/library")});
  EXPECT_OK(cluster_->StopCollector());
  EXPECT_OK(cluster_->StopServer());
}

}  // namespace
}  // namespace eyrie::testing
