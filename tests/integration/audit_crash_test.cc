// SPDX-License-Identifier: Apache-2.0
//
// The server is killed at random points while audit events come in, again and
// again: what was answered with 200 is stored, and what was sent again is not
// stored twice.
//
// As an API server does, a thread sends lists of events until each is taken.

#include <httplib.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "common/testing/status_matchers.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

using Json = nlohmann::json;

constexpr char kRule[] = "Numbered user";
constexpr int kEventsPerList = 5;

// EYRIE_CRASH_KILLS and EYRIE_CRASH_SEED change the default.
int64_t FromEnvironment(const char* name, int64_t fallback) {
  const char* text = std::getenv(name);
  int64_t value;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : fallback;
}

// The events of list `number`; each at two stages.
std::string MakeList(int64_t number) {
  Json items = Json::array();
  for (int i = 0; i < kEventsPerList; ++i) {
    const std::string id = absl::StrCat(number * kEventsPerList + i);
    for (const char* stage : {"ResponseStarted", "ResponseComplete"}) {
      items.push_back({{"auditID", id},
                       {"stage", stage},
                       {"verb", "get"},
                       {"requestURI", "/x"},
                       {"user", {{"username", id}}}});
    }
  }
  return Json({{"kind", "EventList"}, {"items", items}}).dump();
}

// Sends lists 0, 1, ... to whoever listens at the port.
class Sender {
 public:
  explicit Sender(int port) : port_(port), thread_([this] { Run(); }) {}
  ~Sender() { Stop(); }

  // Ends behind the list that is under way; returns how many were taken.
  int64_t Stop() {
    is_stopping_ = true;
    if (thread_.joinable()) thread_.join();
    return taken_;
  }
  int64_t resent() const { return resent_; }

 private:
  void Run() {
    httplib::Client client("127.0.0.1", port_);
    client.set_keep_alive(true);
    while (!is_stopping_) {
      const std::string list = MakeList(taken_);
      while (true) {
        const auto response =
            client.Post("/k8s-audit", list, "application/json");
        if (response && response->status == 200) break;
        ++resent_;
        absl::SleepFor(absl::Milliseconds(5));
      }
      ++taken_;
    }
  }

  const int port_;
  std::atomic<bool> is_stopping_{false};
  std::atomic<int64_t> taken_{0};
  std::atomic<int64_t> resent_{0};
  std::thread thread_;
};

TEST(AuditCrashTest, EveryEventIsDetectedExactlyOnce) {
  const int64_t kills = FromEnvironment("EYRIE_CRASH_KILLS", 20);
  const int64_t seed =
      FromEnvironment("EYRIE_CRASH_SEED", std::random_device()());
  std::printf("seed: EYRIE_CRASH_SEED=%ld\n", seed);
  std::mt19937_64 random(seed);
  const std::string directory =
      absl::StrCat(TestDirectory(), "/audit-crash-", getpid());
  std::filesystem::create_directories(directory);
  const std::string rules = directory + "/rules.yaml";
  std::ofstream(rules) << "- rule: " << kRule << "\n"
                       << "  desc: the load of the crash test\n"
                       << "  condition: ka.verb = get\n"
                       << "  output: by %ka.user.name\n"
                       << "  priority: NOTICE\n"
                       << "  source: k8s_audit\n";
  Cluster cluster({.rules = {rules},
                   .directory = directory,
                   .server_flags = {"--ingest-max-rate", "0"}});
  ASSERT_OK(cluster.StartServer());
  const std::string http = cluster.server_http();
  Sender sender(std::stoi(http.substr(http.rfind(':') + 1)));
  for (int64_t kill = 0; kill < kills; ++kill) {
    absl::SleepFor(absl::Milliseconds(
        std::uniform_int_distribution<int>(20, 400)(random)));
    cluster.KillServer();
    ASSERT_OK(cluster.StartServer()) << "after kill " << kill;
  }
  const int64_t events = sender.Stop() * kEventsPerList;
  ASSERT_GT(events, kills);

  const auto lines = cluster.WaitForDetections(
      kRule, static_cast<size_t>(events), absl::Seconds(60));
  ASSERT_OK(lines.status());
  std::map<std::string, int> counts;
  for (const std::string& line : *lines) {
    ++counts[Json::parse(line)["output_fields"]["ka.user.name"]];
  }
  for (int64_t number = 0; number < events; ++number) {
    EXPECT_EQ(counts[absl::StrCat(number)], 1) << "event " << number;
  }
  EXPECT_EQ(static_cast<int64_t>(lines->size()), events);
  std::printf("%ld kills, %ld events of two stages, %ld lists sent again\n",
              kills, events, sender.resent());
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace eyrie::testing
