// SPDX-License-Identifier: Apache-2.0
//
// A recording, replayed by a real collector to a real server, becomes incidents
// that the CLI shows. All that lies behind the sensor, on any machine.

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "eyrie/v1/event.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "collector/uplink/recording_writer.h"
#include "common/testing/status_matchers.h"
#include "tests/integration/made_recording.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

constexpr char kRules[] = R"yaml(
- rule: Secret read
  desc: of the replay test
  condition: >
    evt.type = openat and fd.name startswith /srv/secret and proc.pname = sshd
  output: "%proc.name read %fd.name (parent=%proc.pname user=%user.name)"
  priority: WARNING
)yaml";

class ReplayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ + "/rules.yaml") << kRules;
    auto writer = collector::RecordingWriter::Create({.path = recording_});
    ASSERT_OK(writer.status());
    ASSERT_OK((*writer)->Write(OpensOf({"/srv/secret/1", "/srv/other"})));
    ASSERT_OK((*writer)->Write(OpensOf({"/srv/secret/2", "/srv/secret/3"})));
  }

  nlohmann::json OnlyIncident(Cluster& cluster) {
    const auto result = cluster.Cli({"incidents", "list", "-o", "json"});
    EXPECT_OK(result.status());
    EXPECT_EQ(result->exit_code, 0) << result->err;
    return nlohmann::json::parse(result->out);
  }

  const std::string directory_ = ::testing::TempDir() + "/replay";
  const std::string recording_ = directory_ + "/recording";
};

TEST_F(ReplayTest, RecordedEventsBecomeOneIncident) {
  Cluster cluster({.rules = {directory_ + "/rules.yaml"},
                   .directory = directory_,
                   .collector_flags = {"--replay", recording_}});
  ASSERT_OK(cluster.StartServer());
  ASSERT_OK(cluster.StartCollector());
  auto lines = cluster.WaitForDetections("Secret read", 3, absl::Seconds(30));
  ASSERT_OK(lines.status());
  ASSERT_EQ(lines->size(), 3);
  const auto newest = nlohmann::json::parse(lines->front());
  EXPECT_EQ(newest["output"], "cat read /srv/secret/3 (parent=sshd user=root)");
  EXPECT_EQ(newest["priority"], "Warning");
  EXPECT_EQ(newest["hostname"], "test-node");

  const auto incident = OnlyIncident(cluster);
  EXPECT_EQ(incident["rule"], "Secret read");
  EXPECT_EQ(incident["count"], "3") << incident;
  EXPECT_OK(cluster.StopServer());
}

// Names that are no UTF-8 must not make an incident unreadable.
TEST_F(ReplayTest, BytesOfHostileNamesAreShown) {
  auto writer = collector::RecordingWriter::Create({.path = recording_});
  ASSERT_OK(writer.status());
  collector::Batch batch = OpensOf({"/srv/secret/\xff\xfe\x1b[2J"});
  v1::EventBatch message;
  ASSERT_TRUE(message.ParseFromString(batch.body));
  for (v1::Process& process : *message.mutable_processes()) {
    process.set_args("a\xff");
    process.set_cwd("/\xff");
    if (process.key().pid() == 50) continue;  // the rule asks for its name
    process.set_comm("\xf0\x28");
  }
  batch.body = message.SerializeAsString();
  ASSERT_OK((*writer)->Write(batch));

  Cluster cluster({.rules = {directory_ + "/rules.yaml"},
                   .directory = directory_,
                   .collector_flags = {"--replay", recording_}});
  ASSERT_OK(cluster.StartServer());
  ASSERT_OK(cluster.StartCollector());
  const auto lines =
      cluster.WaitForDetections("Secret read", 1, absl::Seconds(30));
  ASSERT_OK(lines.status());
  const auto incident = OnlyIncident(cluster);
  const std::string id = incident["id"];
  for (const char* format : {"json", "table"}) {
    const auto shown = cluster.Cli({"incidents", "get", id, "-o", format});
    ASSERT_OK(shown.status());
    EXPECT_EQ(shown->exit_code, 0) << shown->err;
    EXPECT_EQ(shown->out.find('\x1b'), std::string::npos) << shown->out;
    EXPECT_THAT(shown->out, ::testing::HasSubstr("/srv/secret/"));
  }
}

// The server is gone while the collector replays: nothing is lost or doubled.
TEST_F(ReplayTest, ServerThatDiesLosesAndDoublesNothing) {
  Cluster cluster({.rules = {directory_ + "/rules.yaml"},
                   .directory = directory_,
                   .collector_flags = {"--replay", recording_}});
  ASSERT_OK(cluster.StartServer());
  cluster.KillServer();
  ASSERT_OK(cluster.StartCollector());
  ASSERT_OK(cluster.StartServer());
  ASSERT_OK(
      cluster.WaitForDetections("Secret read", 3, absl::Seconds(30)).status());
  cluster.KillServer();
  ASSERT_OK(cluster.StartServer());
  const auto lines =
      cluster.WaitForDetections("Secret read", 3, absl::Seconds(30));
  ASSERT_OK(lines.status());
  EXPECT_EQ(lines->size(), 3);
}

}  // namespace
}  // namespace eyrie::testing
