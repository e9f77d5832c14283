// SPDX-License-Identifier: Apache-2.0
//
// The server is killed at random points under load, again and again: every
// event that a rule asks for is stored exactly once.
//
// The load is real: a process opens uniquely numbered files, the sensor sees
// it, the collector keeps what is not acknowledged and sends it again. Kills
// come at random times, so also between write, sync and acknowledgment.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <nlohmann/json.hpp>

#include "common/testing/status_matchers.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

constexpr char kRule[] = "Numbered file opened";

// EYRIE_CRASH_KILLS and EYRIE_CRASH_SEED change the default.
int64_t FromEnvironment(const char* name, int64_t fallback) {
  const char* text = std::getenv(name);
  int64_t value;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : fallback;
}

// Opens PREFIX0, PREFIX1, ... which do not exist, until told to stop.
class Generator {
 public:
  explicit Generator(std::string prefix)
      : prefix_(std::move(prefix)), thread_([this] { Run(); }) {}
  ~Generator() { Stop(); }

  // Returns how many opens were made.
  int64_t Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return made_;
  }
  int64_t made() const { return made_; }

 private:
  void Run() {
    while (!stop_) {
      const std::string path = absl::StrCat(prefix_, made_.load());
      const int fd = open(path.c_str(), O_RDONLY);
      if (fd >= 0) close(fd);
      ++made_;
      absl::SleepFor(absl::Milliseconds(2));
    }
  }

  const std::string prefix_;
  std::atomic<bool> stop_{false};
  std::atomic<int64_t> made_{0};
  std::thread thread_;
};

// How often each number was detected.
std::map<int64_t, int> CountNumbers(const std::vector<std::string>& lines,
                                    const std::string& prefix) {
  std::map<int64_t, int> counts;
  for (const std::string& line : lines) {
    const auto detection = nlohmann::json::parse(line);
    const std::string name = detection["output_fields"]["fd.name"];
    int64_t number = -1;
    EXPECT_TRUE(absl::SimpleAtoi(name.substr(prefix.size()), &number)) << name;
    ++counts[number];
  }
  return counts;
}

TEST(ServerCrashBpfTest, EveryOpenIsDetectedExactlyOnce) {
  if (const std::string reason = WhyNoBpf(); !reason.empty()) {
    GTEST_SKIP() << "EYRIE_SKIP: " << reason;
  }
  const int64_t kills = FromEnvironment("EYRIE_CRASH_KILLS", 200);
  const int64_t seed =
      FromEnvironment("EYRIE_CRASH_SEED", std::random_device()());
  std::printf("seed: EYRIE_CRASH_SEED=%ld\n", seed);
  std::mt19937_64 random(seed);

  const std::string directory =
      absl::StrCat(TestDirectory(), "/crash-", getpid());
  std::filesystem::create_directories(directory);
  const std::string prefix = directory + "/open-";
  const std::string rules = directory + "/rules.yaml";
  std::ofstream(rules) << "- rule: " << kRule << "\n"
                       << "  desc: the load of the crash test\n"
                       << "  condition: evt.type = openat and fd.name "
                       << "startswith " << prefix << "\n"
                       << "  output: opened %fd.name\n"
                       << "  priority: NOTICE\n";
  Cluster cluster({.rules = {rules}, .directory = directory});
  ASSERT_OK(cluster.StartServer());
  ASSERT_OK(cluster.StartCollector());
  ASSERT_OK(cluster.WaitForNode());

  Generator generator(prefix);
  for (int64_t kill = 0; kill < kills; ++kill) {
    absl::SleepFor(absl::Milliseconds(
        std::uniform_int_distribution<int>(20, 400)(random)));
    cluster.KillServer();
    ASSERT_OK(cluster.StartServer()) << "after kill " << kill;
  }
  const int64_t made = generator.Stop();
  ASSERT_GT(made, kills);

  auto lines = cluster.WaitForDetections(kRule, made, absl::Seconds(60));
  ASSERT_OK(lines.status());
  const std::map<int64_t, int> counts = CountNumbers(*lines, prefix);
  for (int64_t number = 0; number < made; ++number) {
    const auto it = counts.find(number);
    EXPECT_EQ(it == counts.end() ? 0 : it->second, 1) << "open " << number;
  }
  EXPECT_EQ(static_cast<int64_t>(lines->size()), made);
  std::printf("%ld kills, %ld opens, %zu detections\n", kills, made,
              lines->size());
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace eyrie::testing
