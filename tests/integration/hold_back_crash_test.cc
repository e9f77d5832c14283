// SPDX-License-Identifier: Apache-2.0
//
// The server is killed at random points while records wait for their pods:
// every record is detected exactly once.
//
// The server is the real program, with an API server that makes pods known some
// time after their first event, and a collector that sends again what is not
// acknowledged.

#include <gtest/gtest.h>
#include <httplib.h>
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
#include "server/kubernetes/testing/fake_api_server.h"
#include "tests/testing/cluster.h"
#include "tests/testing/fake_collector.h"
#include "tests/testing/pod_events.h"

namespace eyrie::testing {
namespace {

using server::testing::FakeApiServer;
using server::testing::MakeObject;

constexpr char kRule[] = "Numbered file opened";
constexpr char kPrefix[] = "/open-";

// EYRIE_CRASH_KILLS and EYRIE_CRASH_SEED change the default.
int64_t FromEnvironment(const char* name, int64_t fallback) {
  const char* text = std::getenv(name);
  int64_t value;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : fallback;
}

// Sends batches of opens in new pods until told to stop, and makes each pod
// known before or after.
class Load {
 public:
  Load(std::string address, FakeApiServer* api, uint64_t seed)
      : address_(std::move(address)),
        api_(api),
        random_(seed),
        thread_([this] { Run(); }) {}

  // How many opens were made; all of them are acknowledged then.
  int64_t Stop() {
    stop_ = true;
    thread_.join();
    EXPECT_OK(collector_.Deliver(address_, absl::Seconds(60)));
    return made_;
  }

 private:
  void Run() {
    while (!stop_) {
      const std::string uid = absl::StrCat("pod-", made_);
      const bool is_late = random_() % 4 != 0;
      if (!is_late) PutPod(uid);
      v1::EventBatch batch;
      for (uint64_t i = random_() % 3 + 1; i > 0; --i) {
        AddOpenInPod(uid, "shop", absl::StrCat(kPrefix, made_++), &batch);
      }
      collector_.Add(std::move(batch));
      // A killed server is away for a while; the next round goes on.
      collector_.Deliver(address_, absl::Milliseconds(50)).IgnoreError();
      if (is_late) {
        absl::SleepFor(absl::Milliseconds(random_() % 60));
        PutPod(uid);
      }
    }
  }

  void PutPod(const std::string& uid) {
    api_->Put("/api/v1/pods", MakeObject({.uid = uid,
                                          .name = uid,
                                          .namespace_name = "shop",
                                          .owner_kind = "ReplicaSet",
                                          .owner_uid = "r1"}));
  }

  const std::string address_;
  FakeApiServer* const api_;
  std::mt19937_64 random_;
  FakeCollector collector_{"n1", 7};
  std::atomic<bool> stop_{false};
  int64_t made_ = 0;
  std::thread thread_;
};

// The value of a metric of the server; 0 if it is not there.
double Metric(const std::string& http_address, const std::string& name) {
  httplib::Client client("http://" + http_address);
  const auto response = client.Get("/metrics");
  if (!response) return 0;
  const size_t at = response->body.find("\n" + name + " ");
  if (at == std::string::npos) return 0;
  return std::atof(response->body.c_str() + at + name.size() + 2);
}

void PutOwners(FakeApiServer& api) {
  api.Put("/api/v1/namespaces", MakeObject({.uid = "n1", .name = "shop"}));
  api.Put("/apis/apps/v1/deployments",
          MakeObject({.uid = "d1", .name = "web", .namespace_name = "shop"}));
  api.Put("/apis/apps/v1/replicasets", MakeObject({.uid = "r1",
                                                   .name = "web-1",
                                                   .namespace_name = "shop",
                                                   .owner_kind = "Deployment",
                                                   .owner_uid = "d1"}));
}

TEST(HoldBackCrashTest, EveryRecordIsDetectedExactlyOnce) {
  const int64_t kills = FromEnvironment("EYRIE_CRASH_KILLS", 25);
  const int64_t seed =
      FromEnvironment("EYRIE_CRASH_SEED", std::random_device()());
  std::printf("seed: EYRIE_CRASH_SEED=%ld\n", seed);
  std::mt19937_64 random(static_cast<uint64_t>(seed));
  const std::string directory =
      absl::StrCat(TestDirectory(), "/hold-back-crash-", getpid());
  std::filesystem::create_directories(directory);
  std::ofstream(directory + "/rules.yaml")
      << "- rule: " << kRule << "\n  desc: d\n"
      << "  condition: evt.type = openat and fd.name startswith " << kPrefix
      << "\n  output: opened %fd.name in %k8s.deployment.name\n"
      << "  priority: NOTICE\n";
  FakeApiServer api;
  PutOwners(api);
  std::ofstream(directory + "/kubeconfig")
      << "current-context: x\n"
      << "clusters: [{name: c, cluster: {server: \"" << api.url() << "\"}}]\n"
      << "contexts: [{name: x, context: {cluster: c}}]\n";
  Cluster cluster({.rules = {directory + "/rules.yaml"},
                   .directory = directory,
                   .server_flags = {"--kubeconfig", directory + "/kubeconfig",
                                    "--kubernetes-wait", "10s"}});
  ASSERT_OK(cluster.StartServer());

  Load load(cluster.server_address(), &api, random());
  double loaded = 0;
  for (int64_t kill = 0; kill < kills; ++kill) {
    absl::SleepFor(absl::Milliseconds(
        std::uniform_int_distribution<int>(20, 400)(random)));
    loaded += Metric(cluster.server_http(), "eyrie_server_held_loaded_total");
    cluster.KillServer();
    ASSERT_OK(cluster.StartServer()) << "after kill " << kill;
  }
  const int64_t made = load.Stop();
  auto lines = cluster.WaitForDetections(kRule, made, absl::Seconds(60));
  ASSERT_OK(lines.status());

  std::map<int64_t, int> counts;
  int64_t without_pod = 0;
  for (const std::string& line : *lines) {
    const auto detection = nlohmann::json::parse(line);
    const std::string name = detection["output_fields"]["fd.name"];
    int64_t number = -1;
    EXPECT_TRUE(absl::SimpleAtoi(name.substr(sizeof(kPrefix) - 1), &number));
    ++counts[number];
    without_pod += detection["output_fields"]["k8s.deployment.name"] != "web";
  }
  for (int64_t number = 0; number < made; ++number) {
    EXPECT_EQ(counts[number], 1) << "open " << number;
  }
  EXPECT_EQ(static_cast<int64_t>(lines->size()), made);
  EXPECT_EQ(without_pod, 0);
  EXPECT_GT(loaded, 0) << "no record waited over a kill";
  std::printf("%ld kills, %ld opens, %zu detections, %.0f waited over a kill\n",
              kills, made, lines->size(), loaded);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace eyrie::testing
