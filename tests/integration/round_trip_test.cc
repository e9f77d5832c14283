// SPDX-License-Identifier: Apache-2.0
//
// Events that a running server shows, and recordings of a collector, are judged
// again offline as the server judged them.

#include <httplib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "collector/uplink/recording_writer.h"
#include "common/testing/status_matchers.h"
#include "tests/integration/made_recording.h"
#include "tests/testing/cluster.h"
#include "tests/testing/subprocess.h"

namespace eyrie::testing {
namespace {

constexpr char kRules[] = R"yaml(
- rule: Secret read
  desc: of the round trip
  condition: >
    evt.type = openat and fd.name startswith /srv/secret and proc.pname = sshd
  output: "%proc.name read %fd.name (parent=%proc.pname user=%user.name)"
  priority: WARNING
- rule: Any open
  desc: of the round trip
  condition: evt.type = openat and user.name = root and fd.num >= 0
  output: "%fd.name by %proc.aname[1] at %evt.time.s"
  priority: INFO
)yaml";

// What a match is, wherever it was found.
using Alert = std::pair<std::string, std::string>;  // rule and output

// Of lines with Falco's alert keys.
std::multiset<Alert> AlertsOf(const std::string& lines) {
  std::multiset<Alert> alerts;
  for (const absl::string_view line :
       absl::StrSplit(lines, '\n', absl::SkipEmpty())) {
    const auto json = nlohmann::json::parse(line);
    alerts.emplace(json.at("rule"), json.at("output"));
  }
  return alerts;
}

// Whether the server has a client that watches events, within `timeout`.
bool WaitForWatcher(const std::string& http_address, absl::Duration timeout) {
  httplib::Client client("http://" + http_address);
  const absl::Time deadline = absl::Now() + timeout;
  while (absl::Now() < deadline) {
    const auto page = client.Get("/metrics");
    if (page &&
        absl::StrContains(page->body, "\neyrie_server_event_watchers 1\n")) {
      return true;
    }
    absl::SleepFor(absl::Milliseconds(10));
  }
  return false;
}

class RoundTripTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    std::ofstream(rules_) << kRules;
    auto writer = collector::RecordingWriter::Create(
        {.path = recording_, .compress = true});
    ASSERT_OK(writer.status());
    ASSERT_OK((*writer)->Write(OpensOf({"/srv/secret/1", "/srv/other"})));
    ASSERT_OK((*writer)->Write(OpensOf({"/srv/secret/2", "/srv/secret/3"})));
  }

  // The alerts of `rules test --events` for the file at `path`.
  std::multiset<Alert> JudgedAgain(Cluster& cluster, const std::string& path) {
    const auto result =
        cluster.Cli({"rules", "test", rules_, "--events", path, "-o", "json"});
    EXPECT_OK(result.status());
    EXPECT_EQ(result->exit_code, 0) << result->err;
    EXPECT_EQ(result->err, "4 events\n");
    return AlertsOf(result->out);
  }

  const std::string directory_ = ::testing::TempDir() + "/round_trip";
  const std::string rules_ = directory_ + "/rules.yaml";
  const std::string recording_ = directory_ + "/recording";
  const std::string events_ = directory_ + "/events.jsonl";
};

TEST_F(RoundTripTest, EventsJudgedAgainMatchAsTheServerFound) {
  Cluster cluster({.rules = {rules_},
                   .directory = directory_,
                   .collector_flags = {"--replay", recording_}});
  ASSERT_OK(cluster.StartServer());
  ASSERT_OK_AND_ASSIGN(
      const auto watch,
      Subprocess::Start({BuiltFile("clients/cli/eyrie"), "events", "watch",
                         "--server", cluster.server_address(), "--limit", "4",
                         "-o", "json"}));
  ASSERT_TRUE(WaitForWatcher(cluster.server_http(), absl::Seconds(30)));
  ASSERT_OK(cluster.StartCollector());
  ASSERT_OK_AND_ASSIGN(const int exit_code, watch->Wait(absl::Seconds(60)));
  EXPECT_EQ(exit_code, 0) << watch->standard_error();
  std::ofstream(events_) << watch->standard_output();
  ASSERT_OK(
      cluster.WaitForDetections("Any open", 4, absl::Seconds(30)).status());
  ASSERT_OK_AND_ASSIGN(const RunResult detections,
                       cluster.Cli({"detections", "list", "-o", "json"}));

  const std::multiset<Alert> found = AlertsOf(detections.out);
  EXPECT_EQ(found.size(), 7) << detections.out;
  EXPECT_EQ(JudgedAgain(cluster, events_), found);
  EXPECT_EQ(JudgedAgain(cluster, recording_), found);
}

TEST_F(RoundTripTest, ADamagedRecordingIsJudgedAsFarAsItIsGood) {
  std::filesystem::resize_file(recording_,
                               std::filesystem::file_size(recording_) - 1);
  ASSERT_OK_AND_ASSIGN(
      const RunResult result,
      ::eyrie::testing::Run({BuiltFile("clients/cli/eyrie"), "rules", "test",
                             rules_, "--events", recording_, "-o", "json"}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(AlertsOf(result.out).size(), 3);
  EXPECT_THAT(result.err, ::testing::HasSubstr("is damaged at byte"));
  EXPECT_THAT(result.err, ::testing::HasSubstr("\n2 events, 1 "));
}

}  // namespace
}  // namespace eyrie::testing
