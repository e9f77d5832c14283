// SPDX-License-Identifier: Apache-2.0
//
// A flood of events that the collector cannot take: the server names what was
// lost, where and when, and programs that are started meanwhile are judged with
// their ancestors, each once.

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include <nlohmann/json.hpp>

#include "common/testing/status_matchers.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"
#include "tests/testing/flood.h"

namespace eyrie::testing {
namespace {

using Json = nlohmann::json;

constexpr char kFlooded[] = "sched_get_priority_min";
constexpr char kRule[] = "Marked program started";
constexpr int kStarts = 30;
constexpr absl::Duration kPatience = absl::Seconds(30);
// A gap begins with the last message before it.
constexpr absl::Duration kBetweenHeartbeats = absl::Seconds(5);

void CallNothing() { syscall(SYS_sched_get_priority_min, 0); }

// Of this process, as `proc.name` has it.
std::string OwnName() {
  std::ifstream file("/proc/self/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

class CoverageGapBpfTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = WhyNoBpf(); !reason.empty()) {
      GTEST_SKIP() << "EYRIE_SKIP: " << reason;
    }
    directory_ = absl::StrCat(TestDirectory(), "/gap-", getpid());
    std::filesystem::create_directories(directory_);
    program_ = directory_ + "/marked";
    std::filesystem::copy_file("/bin/true", program_);
    const std::string rules = directory_ + "/rules.yaml";
    std::ofstream(rules)
        << "- rule: " << kRule << "\n  desc: a program of the test\n"
        << "  condition: evt.type = execve and proc.exepath = " << program_
        << "\n  output: '%proc.args %proc.pname %proc.aname[2]'\n"
        << "  priority: NOTICE\n"
        << "- rule: Flood wanted\n  desc: makes the nodes send the flood\n"
        << "  condition: evt.type = " << kFlooded << " and proc.name = nobody\n"
        << "  output: never\n  priority: NOTICE\n";
    ClusterOptions options;
    options.rules = {rules};
    options.directory = directory_;
    options.server_flags = {"--heartbeat-interval", "200ms"};
    // A page holds 20 records: most of the flood is lost.
    options.collector_flags = {"--event-ring-bytes", "4096"};
    cluster_ = std::make_unique<Cluster>(std::move(options));
  }
  void TearDown() override {
    cluster_.reset();
    std::filesystem::remove_all(directory_);
  }

  // The gaps that the server has, once there are some.
  std::vector<Json> AwaitGaps() {
    const absl::Time deadline = absl::Now() + kPatience;
    while (absl::Now() < deadline) {
      const auto result = cluster_->Cli({"gaps", "list", "-o", "json"});
      EXPECT_OK(result.status());
      if (!result.ok()) break;
      EXPECT_EQ(result->exit_code, 0) << result->err;
      std::vector<Json> gaps;
      for (absl::string_view line :
           absl::StrSplit(result->out, '\n', absl::SkipEmpty())) {
        gaps.push_back(Json::parse(line));
      }
      if (!gaps.empty()) return gaps;
      absl::SleepFor(absl::Milliseconds(100));
    }
    ADD_FAILURE() << "no gap";
    return {};
  }

  std::string directory_;
  std::string program_;
  std::unique_ptr<Cluster> cluster_;
};

absl::Time TimeOf(const Json& gap, const char* field) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, gap[field].get<std::string>(),
                              &time, &error))
      << error;
  return time;
}

TEST_F(CoverageGapBpfTest, NamesWhatAFloodCostAndProcessesAreStillJudged) {
  ASSERT_OK(cluster_->StartServer());
  ASSERT_OK(cluster_->StartCollector());
  ASSERT_OK(cluster_->WaitForNode());
  const absl::Time start = absl::Now();
  Flood producers(2, CallNothing);
  std::set<std::string> started;
  for (int i = 0; i < kStarts; ++i) {
    const std::string number = absl::StrCat(i);
    started.insert(number);
    // Not the last command: a shell would become that.
    ASSERT_OK(testing::Run({"/bin/sh", "-c",
                            absl::StrCat(program_, " ", number, "; true")})
                  .status());
  }
  const std::vector<Json> gaps = AwaitGaps();
  EXPECT_TRUE(cluster_->collector()->running());
  producers.Stop();

  const auto lines = cluster_->WaitForDetections(kRule, kStarts, kPatience);
  ASSERT_OK(lines.status());
  std::set<std::string> detected;
  for (const std::string& line : *lines) {
    const Json fields = Json::parse(line)["output_fields"];
    EXPECT_TRUE(detected.insert(fields["proc.args"]).second) << line;
    EXPECT_EQ(fields["proc.pname"], "sh") << line;
    EXPECT_EQ(fields["proc.aname[2]"], OwnName()) << line;
  }
  EXPECT_EQ(detected, started);

  for (const Json& gap : gaps) {
    EXPECT_EQ(gap["node"], "test-node");
    EXPECT_GE(TimeOf(gap, "firstSeen"), start - kBetweenHeartbeats);
    EXPECT_LE(TimeOf(gap, "firstSeen"), TimeOf(gap, "lastSeen"));
    EXPECT_LE(TimeOf(gap, "lastSeen"), absl::Now());
    ASSERT_EQ(gap["losses"].size(), 1u) << gap;
    EXPECT_EQ(gap["losses"][0]["reason"], "REASON_EVENT_RING_FULL") << gap;
    EXPECT_EQ(gap["losses"][0]["eventType"], kFlooded) << gap;
    EXPECT_GT(std::stoull(gap["losses"][0]["count"].get<std::string>()), 0u);
  }
  EXPECT_OK(cluster_->StopCollector());
}

}  // namespace
}  // namespace eyrie::testing
