// SPDX-License-Identifier: Apache-2.0
//
// A script of known attack steps, run live again and again: each time each step
// yields its event with the right arguments, once.
//
// EYRIE_ATTACK_REPETITIONS changes how often the script runs.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include <nlohmann/json.hpp>

#include "common/testing/status_matchers.h"
#include "tests/e2e/attack_steps/attack_script.h"
#include "tests/e2e/attack_steps/attack_step.h"
#include "tests/e2e/attack_steps/credential_steps.h"
#include "tests/e2e/attack_steps/file_attribute_steps.h"
#include "tests/e2e/attack_steps/file_reading_steps.h"
#include "tests/e2e/attack_steps/file_writing_steps.h"
#include "tests/e2e/attack_steps/module_steps.h"
#include "tests/e2e/attack_steps/namespace_steps.h"
#include "tests/e2e/attack_steps/network_steps.h"
#include "tests/e2e/attack_steps/process_setting_steps.h"
#include "tests/e2e/attack_steps/process_steps.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

using Json = nlohmann::json;

constexpr size_t kFewestSteps = 100;
// As many detections as the lists below hold.
constexpr int kMostRepetitions = 500;
constexpr char kLast[] = "Script over";
constexpr absl::Duration kPatience = absl::Seconds(30);
// How long no detection comes before the missing ones are given up.
constexpr absl::Duration kQuiet = absl::Seconds(5);

AttackSteps AllSteps(const std::string& folder) {
  AttackSteps all;
  for (const auto steps_of :
       {FileReadingSteps, FileWritingSteps, FileAttributeSteps, ProcessSteps,
        ProcessSettingSteps, NetworkSteps, NamespaceSteps, ModuleSteps,
        CredentialSteps}) {
    const AttackSteps steps = steps_of(folder);
    all.insert(all.end(), steps.begin(), steps.end());
  }
  return all;
}

// After it no other act follows.
AttackStep LastStep() {
  return {kLast, "T1083",
          "evt.type = rmdir and evt.arg.path = /nonexistent/over",
          [] { return rmdir("/nonexistent/over") != 0; }};
}

// One rule for each step, of what descends from the script.
void WriteRules(const AttackSteps& steps, pid_t script,
                const std::string& file) {
  Json rules = Json::array();
  for (const AttackStep& step : steps) {
    rules.push_back(
        {{"rule", step.name},
         {"desc", "A step of the script."},
         {"condition",
          absl::StrCat("(", step.condition, ") and proc.apid = ", script)},
         {"output", "%evt.type fd=%fd.name process=%proc.cmdline %evt.args"},
         {"priority", "WARNING"},
         {"tags", {step.technique}}});
  }
  std::ofstream(file) << rules.dump(2);
}

class AttackStepsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = WhyNoBpf(); !reason.empty()) {
      GTEST_SKIP() << "EYRIE_SKIP: " << reason;
    }
    directory_ = absl::StrCat(TestDirectory(), "/attack-", getpid());
    std::filesystem::create_directories(directory_);
    steps_ = AllSteps(directory_ + "/acts");
    steps_.push_back(LastStep());
    script_ = std::make_unique<AttackScript>(steps_, directory_ + "/acts");
    WriteRules(steps_, script_->pid(), directory_ + "/rules.json");
    cluster_ = std::make_unique<Cluster>(ClusterOptions{
        .rules = {directory_ + "/rules.json"}, .directory = directory_});
    ASSERT_OK(cluster_->StartServer());
    ASSERT_OK(cluster_->StartCollector());
    ASSERT_OK(cluster_->WaitForNode());
  }
  void TearDown() override {
    script_.reset();
    cluster_.reset();
    std::filesystem::remove_all(directory_);
  }

  // Outputs of all detections so far, by rule.
  void List() {
    const auto result = cluster_->Cli(
        {"detections", "list", "--limit", "100000", "-o", "json"});
    ASSERT_OK(result.status());
    ASSERT_EQ(result->exit_code, 0) << result->err;
    outputs_.clear();
    total_ = 0;
    for (const auto line :
         absl::StrSplit(result->out, '\n', absl::SkipEmpty())) {
      const Json detection = Json::parse(line);
      outputs_[detection["rule"]].push_back(detection["output"]);
      ++total_;
    }
  }

  // Waits until there are as many detections as there should be, or no more
  // come.
  void AwaitDetections(size_t repetitions) {
    ASSERT_OK(
        cluster_->WaitForDetections(kLast, repetitions, kPatience).status());
    List();
    size_t before = total_;
    absl::Time change = absl::Now();
    while (total_ < repetitions * steps_.size() &&
           absl::Now() - change < kQuiet) {
      List();
      if (total_ != before) change = absl::Now();
      before = total_;
    }
  }

  std::string directory_;
  AttackSteps steps_;
  std::unique_ptr<AttackScript> script_;
  std::unique_ptr<Cluster> cluster_;
  std::map<std::string, std::vector<std::string>> outputs_;
  size_t total_ = 0;
};

TEST_F(AttackStepsTest, EachIsDetectedOnceInEachRun) {
  const char* text = std::getenv("EYRIE_ATTACK_REPETITIONS");
  int repetitions = 20;
  ASSERT_TRUE(text == nullptr || absl::SimpleAtoi(text, &repetitions)) << text;
  ASSERT_GT(repetitions, 0);
  ASSERT_LE(repetitions, kMostRepetitions);
  const absl::Time start = absl::Now();
  EXPECT_EQ(absl::StrJoin(script_->Run(repetitions), "\n"), "")
      << "acts that did not do what they are about";
  const absl::Duration elapsed = absl::Now() - start;
  AwaitDetections(static_cast<size_t>(repetitions));
  for (const AttackStep& step : steps_) {
    const std::vector<std::string>& outputs = outputs_[step.name];
    EXPECT_EQ(outputs.size(), static_cast<size_t>(repetitions))
        << step.name << ": " << step.condition << "\n"
        << absl::StrJoin(outputs, "\n");
  }
  std::printf("%zu steps, %d times in %.1f s: %zu detections\n", steps_.size(),
              repetitions, absl::ToDoubleSeconds(elapsed), total_);
}

TEST(AttackStepNamesTest, AreUniqueAndEnough) {
  std::set<std::string> names;
  for (const AttackStep& step : AllSteps("/acts")) {
    EXPECT_TRUE(names.insert(step.name).second) << step.name;
    EXPECT_EQ(step.technique.substr(0, 1), "T") << step.name;
  }
  EXPECT_GE(names.size(), kFewestSteps);
}

}  // namespace
}  // namespace eyrie::testing
