// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/cluster_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/testing/certificates.h"
#include "common/testing/status_matchers.h"
#include "server/kubernetes/testing/fake_api_server.h"

namespace eyrie::server {
namespace {

using ::absl::StatusCode;
using ::eyrie::testing::StatusIs;
using testing::FakeApiServer;
using ::testing::HasSubstr;
using testing::MakeObject;

constexpr char kPods[] = "/api/v1/pods";
constexpr char kReplicaSets[] = "/apis/apps/v1/replicasets";

class ClusterWatchTest : public ::testing::Test {
 protected:
  void Start(WatcherOptions options = {}) {
    options.min_backoff = absl::Milliseconds(1);
    options.max_backoff = absl::Milliseconds(20);
    options.patience = std::min(options.patience, absl::Milliseconds(50));
    ClusterAccess access;
    access.server = api_.url();
    watch_ = std::make_unique<ClusterWatch>(access, &directory_, options);
  }

  void PutPod(const std::string& uid, const std::string& labels = "{}") {
    api_.Put(kPods, MakeObject({.uid = uid,
                                .name = "pod-" + uid,
                                .namespace_name = "shop",
                                .labels = labels}));
  }

  bool AwaitPods(size_t count) {
    return api_.Await(
        [&] { return directory_.size(ResourceKind::kPod) == count; });
  }
  // Until every kind has a watch open.
  bool AwaitWatches() {
    return api_.Await([&] { return api_.watches() == kResources.size(); });
  }
  bool AwaitState(ResourceKind kind, KindState state) {
    return api_.Await([&] { return directory_.state(kind) == state; });
  }
  const WatcherStats& pods() { return watch_->watchers()[0]->stats(); }
  size_t CountRequests(const std::string& beginning) {
    const auto requests = api_.requests();
    return std::count_if(requests.begin(), requests.end(), [&](const auto& r) {
      return absl::StartsWith(r, beginning);
    });
  }

  FakeApiServer api_;
  PodDirectory directory_{{}, Clock::Real()};
  std::unique_ptr<ClusterWatch> watch_;
};

TEST_F(ClusterWatchTest, ListsThenWatchesFromThere) {
  PutPod("1");
  Start();
  EXPECT_TRUE(AwaitPods(1));
  EXPECT_TRUE(AwaitWatches());
  PutPod("2");
  EXPECT_TRUE(AwaitPods(2));
  api_.Delete(kPods, "1");
  EXPECT_TRUE(AwaitPods(1));
  PutPod("2", R"({"app": "web"})");
  EXPECT_TRUE(api_.Await(
      [&] { return directory_.FindPod("2").facts->pod.labels.size() == 1; }));
  EXPECT_EQ(CountRequests("/api/v1/pods?limit="), 1u);
  EXPECT_EQ(pods().lists, 1u);
  EXPECT_EQ(pods().watches, 1u);
  EXPECT_EQ(pods().events, 3u);
}

TEST_F(ClusterWatchTest, ReadsAListInPages) {
  for (int i = 0; i < 7; ++i) PutPod(absl::StrCat(i));
  Start({.page_size = 3});
  EXPECT_TRUE(AwaitPods(7));
  EXPECT_TRUE(AwaitWatches());
  EXPECT_EQ(CountRequests("/api/v1/pods?limit=3"), 3u);
}

TEST_F(ClusterWatchTest, PagesThatAreTooLargeAreAskedForInParts) {
  for (int i = 0; i < 8; ++i) PutPod(absl::StrCat(i));
  Start({.page_size = 8, .max_page_bytes = 500});
  EXPECT_TRUE(AwaitPods(8));
  EXPECT_GE(CountRequests("/api/v1/pods?limit=2"), 1u);
}

TEST_F(ClusterWatchTest, BookmarksMoveTheWatchOn) {
  Start();
  ASSERT_TRUE(AwaitWatches());
  api_.Put("/elsewhere", MakeObject({.uid = "x", .name = "x"}));
  api_.SendBookmark(kPods);
  ASSERT_TRUE(api_.Await([&] { return pods().bookmarks == 1; }));
  api_.BreakWatches(/*is_midway=*/false);
  EXPECT_TRUE(api_.Await([&] {
    return CountRequests(
               "/api/v1/pods?watch=1&allowWatchBookmarks=true&"
               "resourceVersion=101&") >= 1;
  }));
}

TEST_F(ClusterWatchTest, ABrokenStreamGoesOnWhereItEnded) {
  PutPod("1");
  Start();
  ASSERT_TRUE(AwaitWatches());
  PutPod("2");
  ASSERT_TRUE(AwaitPods(2));
  api_.BreakWatches(/*is_midway=*/true);
  PutPod("3");
  EXPECT_TRUE(AwaitPods(3));
  EXPECT_EQ(pods().lists, 1u);
  EXPECT_GE(pods().watches, 2u);
}

TEST_F(ClusterWatchTest, WhenTheHistoryIsGoneItListsAgain) {
  PutPod("1");
  PutPod("2");
  Start();
  ASSERT_TRUE(AwaitPods(2));
  ASSERT_TRUE(AwaitWatches());
  api_.Stop();
  api_.Delete(kPods, "1");
  api_.Compact();
  api_.Start();
  EXPECT_TRUE(AwaitPods(1));
  EXPECT_GE(pods().expired, 1u);
  EXPECT_EQ(pods().lists, 2u);
  // The pod that is gone is kept for late events.
  EXPECT_NE(directory_.FindPod("1").facts, nullptr);
}

TEST_F(ClusterWatchTest, AnErrorEventOfGoneListsAgain) {
  Start();
  ASSERT_TRUE(AwaitWatches());
  api_.SendRaw(kPods,
               "{\"type\":\"ERROR\",\"object\":{\"code\":410,"
               "\"message\":\"gone\"}}\n");
  EXPECT_TRUE(api_.Await([&] { return pods().lists >= 2; }));
}

TEST_F(ClusterWatchTest, DamagedAndHugeLinesListAgain) {
  Start({.max_line_bytes = 1000});
  ASSERT_TRUE(AwaitWatches());
  PutPod("1");
  ASSERT_TRUE(AwaitPods(1));
  api_.SendRaw(kPods, "{\"type\":\"ADDED\",\"object\":[]}\n");
  EXPECT_TRUE(api_.Await([&] { return pods().lists >= 2; }));
  ASSERT_TRUE(api_.Await([&] { return pods().watches >= 2; }));
  const uint64_t lists = pods().lists;
  api_.SendRaw(kPods, std::string(1001, 'x'));
  EXPECT_TRUE(api_.Await([&] { return pods().lists > lists; }));
  EXPECT_TRUE(AwaitPods(1));
}

TEST_F(ClusterWatchTest, AForbiddenKindStopsNoOther) {
  api_.Refuse(kReplicaSets, 403, R"({"message": "replicasets is forbidden"})");
  PutPod("1");
  Start();
  EXPECT_TRUE(AwaitPods(1));
  EXPECT_TRUE(AwaitState(ResourceKind::kReplicaSet, KindState::kFailing));
  EXPECT_TRUE(AwaitState(ResourceKind::kDeployment, KindState::kCurrent));
  api_.StopRefusing();
  EXPECT_TRUE(AwaitState(ResourceKind::kReplicaSet, KindState::kCurrent));
}

TEST_F(ClusterWatchTest, WhatIsKnownStaysWhileTheApiIsGone) {
  PutPod("1");
  Start();
  ASSERT_TRUE(AwaitPods(1));
  ASSERT_TRUE(AwaitWatches());
  api_.Stop();
  EXPECT_TRUE(AwaitState(ResourceKind::kPod, KindState::kFailing));
  EXPECT_NE(directory_.FindPod("1").facts, nullptr);
  EXPECT_FALSE(directory_.IsPodExpected("2"));
  api_.Start();
  EXPECT_TRUE(AwaitState(ResourceKind::kPod, KindState::kCurrent));
  PutPod("2");
  EXPECT_TRUE(AwaitPods(2));
  EXPECT_EQ(pods().lists, 1u);
}

TEST_F(ClusterWatchTest, OlderClustersHaveCronJobsElsewhere) {
  api_.Refuse("/apis/batch/v1/cronjobs", 404, "404 page not found");
  api_.Put("/apis/batch/v1beta1/cronjobs",
           MakeObject({.uid = "c", .name = "nightly"}));
  Start();
  EXPECT_TRUE(
      api_.Await([&] { return directory_.size(ResourceKind::kCronJob) == 1; }));
}

TEST(ChooseClusterTest, FollowsTheFlags) {
  const std::string file = ::testing::TempDir() + "/kubeconfig";
  ::eyrie::testing::WriteFileAtomically(
      file,
      "current-context: x\n"
      "clusters: [{name: c, cluster: {server: \"https://api\"}}]\n"
      "contexts: [{name: x, context: {cluster: c}}]\n");
  ClusterChoice choice;
  choice.in_cluster = {};
  EXPECT_EQ(*ChooseCluster(choice), std::nullopt);
  choice.kubeconfig = file;
  EXPECT_EQ((*ChooseCluster(choice))->server, "https://api");
  choice.context = "y";
  EXPECT_THAT(ChooseCluster(choice).status(),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("\"y\"")));
  choice.mode = "off";
  EXPECT_EQ(*ChooseCluster(choice), std::nullopt);
  choice = {.mode = "on", .in_cluster = {}};
  EXPECT_THAT(
      ChooseCluster(choice).status(),
      StatusIs(StatusCode::kFailedPrecondition, HasSubstr("--kubeconfig")));
  // A pod that was not given an account: not watched unless that is asked for.
  choice.in_cluster = {"10.0.0.1", "443", "/absent"};
  EXPECT_THAT(ChooseCluster(choice).status(),
              StatusIs(StatusCode::kFailedPrecondition,
                       HasSubstr("no usable service account")));
  choice.mode = "auto";
  EXPECT_EQ(*ChooseCluster(choice), std::nullopt);
  choice.mode = "maybe";
  EXPECT_THAT(ChooseCluster(choice).status(),
              StatusIs(StatusCode::kInvalidArgument,
                       HasSubstr("auto, on or off, not \"maybe\"")));
}

}  // namespace
}  // namespace eyrie::server
