// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/container_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "collector/containers/testing/fake_container_runtime.h"
#include "common/clock.h"

namespace eyrie::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Asked = ContainerRuntime::Asked;

const std::string kId(64, 'a');
const std::string kOther(64, 'b');

class FakeCgroupDirectory : public CgroupDirectory {
 public:
  absl::StatusOr<std::string> PathOf(uint64_t id) const override {
    ++reads;
    const auto found = paths.find(id);
    if (found == paths.end()) return absl::NotFoundError("gone");
    return found->second;
  }
  uint64_t root_id() const override { return 1; }

  std::map<uint64_t, std::string> paths;
  mutable int reads = 0;
};

class ContainerRegistryTest : public ::testing::Test {
 protected:
  void Start(ContainerRegistryOptions options = {}) {
    options.clock = &clock_;
    registry_ = std::make_unique<ContainerRegistry>(options, &directory_);
    for (FakeContainerRuntime** runtime : {&docker_, &containerd_}) {
      auto owned = std::make_unique<FakeContainerRuntime>();
      *runtime = owned.get();
      registry_->AddRuntime(std::move(owned));
    }
    registry_->Start();
  }

  std::vector<std::string> Ids(const ContainerChanges& changes) {
    std::vector<std::string> ids;
    for (const auto& container : changes.containers) {
      ids.push_back(container->id());
    }
    return ids;
  }

  SimulatedClock clock_{absl::UnixEpoch() + absl::Hours(1)};
  FakeCgroupDirectory directory_;
  FakeContainerRuntime* docker_ = nullptr;
  FakeContainerRuntime* containerd_ = nullptr;
  std::unique_ptr<ContainerRegistry> registry_;
};

TEST_F(ContainerRegistryTest, AsksAllRuntimesOnceAndGivesTheAnswer) {
  Start();
  const Found before = registry_->Find(kId);
  EXPECT_TRUE(before.is_pending);
  EXPECT_EQ(before.container->metadata(), v1::Container::LATE);
  EXPECT_TRUE(registry_->Find(kId).is_pending);
  EXPECT_THAT(docker_->asked, ElementsAre(kId));
  EXPECT_THAT(containerd_->asked, ElementsAre(kId));
  const uint64_t generation = registry_->generation();
  docker_->Tell(kId, "web");
  EXPECT_GT(registry_->generation(), generation);
  const Found after = registry_->Find(kId);
  EXPECT_FALSE(after.is_pending);
  EXPECT_EQ(after.container->name(), "web");
  EXPECT_EQ(after.container->metadata(), v1::Container::COMPLETE);
}

TEST_F(ContainerRegistryTest, UnknownOnceAllHaveSaidNo) {
  Start();
  registry_->Find(kId);
  docker_->sink->OnNotKnown(docker_->number, kId);
  EXPECT_TRUE(registry_->Find(kId).is_pending);
  containerd_->sink->OnNotKnown(containerd_->number, kId);
  const Found found = registry_->Find(kId);
  EXPECT_FALSE(found.is_pending);
  EXPECT_EQ(found.container->metadata(), v1::Container::UNAVAILABLE);
}

// Events of a container that was started just after its runtime came back were
// judged without what the runtime tells.
TEST_F(ContainerRegistryTest, RuntimeThatFailsToSayIsWorthToWaitFor) {
  Start();
  containerd_->answer = Asked::kFailing;
  registry_->Find(kId);
  docker_->sink->OnNotKnown(docker_->number, kId);
  const Found found = registry_->Find(kId);
  EXPECT_TRUE(found.is_pending);
  EXPECT_EQ(found.container->metadata(), v1::Container::LATE);

  // It is back, and is asked again: that is waited for, too.
  containerd_->answer = Asked::kAccepted;
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(registry_->Find(kId).is_pending);
  EXPECT_TRUE(registry_->Find(kId).is_pending);
  EXPECT_THAT(containerd_->asked, ElementsAre(kId, kId));

  docker_->answer = containerd_->answer = Asked::kDropped;
  EXPECT_TRUE(registry_->Find(kOther).is_pending);
  EXPECT_EQ(registry_->Find(kOther).container->metadata(), v1::Container::LATE);
}

TEST_F(ContainerRegistryTest, AsksAgainLaterWithoutMakingAnyoneWait) {
  Start();
  docker_->answer = containerd_->answer = Asked::kNotKnown;
  EXPECT_FALSE(registry_->Find(kId).is_pending);
  clock_.Advance(absl::Seconds(9));
  registry_->Find(kId);
  EXPECT_EQ(docker_->asked.size(), 1u);
  clock_.Advance(absl::Seconds(1));
  docker_->answer = Asked::kAccepted;
  EXPECT_FALSE(registry_->Find(kId).is_pending);
  EXPECT_EQ(docker_->asked.size(), 2u);
  docker_->Tell(kId, "late");
  EXPECT_EQ(registry_->Find(kId).container->name(), "late");
}

TEST_F(ContainerRegistryTest, WaitsForWhoKnowsItBetter) {
  Start();
  registry_->Find(kId);
  KnownContainer known;
  known.container.set_id(kId);
  known.container.set_image("as containerd sees it");
  known.is_second_hand = true;
  containerd_->Tell(known);
  EXPECT_TRUE(registry_->Find(kId).is_pending);
  docker_->Tell(kId, "web");
  containerd_->Tell(known);
  EXPECT_EQ(registry_->Find(kId).container->name(), "web");

  registry_->Find(kOther);
  known.container.set_id(kOther);
  containerd_->Tell(known);
  docker_->sink->OnNotKnown(docker_->number, kOther);
  const Found found = registry_->Find(kOther);
  EXPECT_FALSE(found.is_pending);
  EXPECT_EQ(found.container->image(), "as containerd sees it");
  EXPECT_EQ(found.container->metadata(), v1::Container::COMPLETE);
}

TEST_F(ContainerRegistryTest, AsksForTheRestOfWhatWasToldInPart) {
  Start();
  docker_->answer = Asked::kNotKnown;
  KnownContainer known;
  known.container.set_id(kId);
  known.container.set_name("web");
  known.is_partial = true;
  containerd_->Tell(known);
  EXPECT_THAT(containerd_->asked, IsEmpty());
  const Found first = registry_->Find(kId);
  EXPECT_TRUE(first.is_pending);
  EXPECT_EQ(first.container->name(), "web");
  EXPECT_EQ(first.container->metadata(), v1::Container::LATE);
  EXPECT_THAT(containerd_->asked, ElementsAre(kId));
  // Nobody waits twice: it may stay as it is.
  containerd_->Tell(known);
  const Found second = registry_->Find(kId);
  EXPECT_FALSE(second.is_pending);
  EXPECT_EQ(second.container->metadata(), v1::Container::COMPLETE);
  containerd_->Tell(kId, "whole");
  EXPECT_EQ(registry_->Find(kId).container->name(), "whole");
}

TEST_F(ContainerRegistryTest, MetadataOutlivesItsContainerByAMinute) {
  Start();
  docker_->Tell(kId, "web");
  EXPECT_THAT(Ids(registry_->TakeChanges()), ElementsAre(kId));
  docker_->sink->OnEnded(docker_->number, kId);
  EXPECT_THAT(registry_->TakeChanges().removed, ElementsAre(kId));
  clock_.Advance(absl::Seconds(59));
  registry_->TakeChanges();
  EXPECT_EQ(registry_->Find(kId).container->name(), "web");
  clock_.Advance(absl::Seconds(2));
  registry_->TakeChanges();
  EXPECT_TRUE(registry_->Find(kId).is_pending);
}

TEST_F(ContainerRegistryTest, ListEndsWhatItLacksButNotWhatCameMeanwhile) {
  Start();
  docker_->Tell(kId, "old");
  containerd_->Tell("c1", "of another runtime");
  const uint64_t begin = docker_->sink->BeginList();
  docker_->Tell(kOther, "new");
  docker_->sink->OnListed(docker_->number, begin, {});
  EXPECT_THAT(Ids(registry_->TakeChanges(true)),
              UnorderedElementsAre(kOther, "c1"));
}

TEST_F(ContainerRegistryTest, FullTableForgetsTheDeadFirst) {
  ContainerRegistryOptions options;
  options.entries.max_containers = 3;
  Start(options);
  docker_->Tell("a", "a");
  docker_->Tell("b", "b");
  docker_->Tell("c", "c");
  docker_->sink->OnEnded(docker_->number, "b");
  registry_->Find("a");
  docker_->Tell("d", "d");
  EXPECT_TRUE(registry_->Find("b").is_pending);  // and c went for it
  EXPECT_EQ(registry_->Find("a").container->name(), "a");
  EXPECT_EQ(registry_->Find("d").container->name(), "d");
  EXPECT_EQ(registry_->stats().evicted_containers, 2u);
}

TEST_F(ContainerRegistryTest, SnapshotTellsAllAndChangesTellTheRest) {
  Start();
  docker_->Tell(kId, "web");
  v1::ContainerRuntime state;
  state.set_name("docker");
  state.set_state(v1::ContainerRuntime::CONNECTED);
  docker_->sink->OnState(docker_->number, state);
  const ContainerChanges first = registry_->TakeChanges(true);
  EXPECT_TRUE(first.is_snapshot);
  EXPECT_THAT(Ids(first), ElementsAre(kId));
  ASSERT_EQ(first.runtimes.size(), 2u);
  EXPECT_EQ(first.runtimes[0].name(), "docker");
  EXPECT_EQ(first.runtimes[0].containers(), 1u);
  const ContainerChanges second = registry_->TakeChanges();
  EXPECT_FALSE(second.is_snapshot);
  EXPECT_THAT(second.containers, IsEmpty());
  EXPECT_THAT(second.runtimes, IsEmpty());
}

TEST_F(ContainerRegistryTest, ChangesThatNobodyTookBecomeASnapshot) {
  ContainerRegistryOptions options;
  options.entries.max_containers = 2;
  Start(options);
  for (int i = 0; i < 9; ++i) docker_->Tell(absl::StrCat("c", i), "x");
  const ContainerChanges changes = registry_->TakeChanges();
  EXPECT_TRUE(changes.is_snapshot);
  EXPECT_EQ(changes.containers.size(), 2u);
  EXPECT_THAT(changes.removed, IsEmpty());
}

// ---- cgroups
// -----------------------------------------------------------------

TEST_F(ContainerRegistryTest, ClassifiesByPathAndAsksAtOnce) {
  Start();
  const Place host = registry_->Classify(7, "/system.slice/ssh.service");
  EXPECT_FALSE(host.is_pending);
  EXPECT_FALSE(host.cgroup->is_unknown());
  EXPECT_EQ(host.cgroup->container_id(), "");
  const Place place = registry_->Classify(8, absl::StrCat("/docker/", kId));
  EXPECT_EQ(place.cgroup->container_id(), kId);
  EXPECT_THAT(docker_->asked, ElementsAre(kId));
  EXPECT_EQ(registry_->Find(kId).container->runtime(), "docker");
}

TEST_F(ContainerRegistryTest, ReadsPathsByIdOnce) {
  Start();
  directory_.paths[8] = absl::StrCat("/docker/", kId, "/sub");
  EXPECT_EQ(registry_->Classify(8, "").cgroup->container_id(), kId);
  EXPECT_EQ(registry_->Classify(8, "").cgroup->container_id(), kId);
  EXPECT_EQ(directory_.reads, 1);
  // A cgroup that is gone does not come back, but its path may be told.
  EXPECT_TRUE(registry_->Classify(9, "").cgroup->is_unknown());
  EXPECT_TRUE(registry_->Classify(9, "").cgroup->is_unknown());
  EXPECT_EQ(directory_.reads, 2);
  EXPECT_EQ(
      registry_->Classify(9, absl::StrCat("/docker/", kId)).cgroup->path(),
      absl::StrCat("/docker/", kId));
  EXPECT_EQ(registry_->stats().cgroup_reads, 2u);
  EXPECT_EQ(registry_->stats().cgroup_read_failures, 1u);
}

TEST_F(ContainerRegistryTest, IdOfTheRootSaysNothingBesideAPath) {
  Start();
  for (const uint64_t id : {0, 1}) {
    EXPECT_EQ(registry_->Classify(id, absl::StrCat("/docker/", kId))
                  .cgroup->container_id(),
              kId);
    EXPECT_EQ(registry_->Classify(id, "/user.slice").cgroup->container_id(),
              "");
  }
  EXPECT_FALSE(registry_->Classify(1, "").cgroup->is_unknown());
  EXPECT_TRUE(registry_->Classify(0, "").cgroup->is_unknown());
}

TEST_F(ContainerRegistryTest, TwoPartsAreAContainerIfARuntimeSaysSo) {
  Start();
  docker_->answer = Asked::kNotKnown;
  const Place before = registry_->Classify(8, "/default/c2");
  EXPECT_TRUE(before.is_pending);
  EXPECT_TRUE(before.cgroup->is_unknown());
  EXPECT_THAT(containerd_->asked, ElementsAre("c2"));
  KnownContainer known;
  known.container.set_id("c2");
  known.cgroup_path = "/default/c2";
  containerd_->Tell(known);
  for (const std::string path : {"/default/c2", "/default/c2/sub"}) {
    const Place after = registry_->Classify(8, path);
    EXPECT_FALSE(after.is_pending);
    EXPECT_EQ(after.cgroup->container_id(), "c2") << path;
  }
  // Of the same name, elsewhere.
  EXPECT_EQ(registry_->Classify(10, "/other/c2").cgroup->container_id(), "");
  EXPECT_FALSE(registry_->Classify(10, "/other/c2").is_pending);
}

TEST_F(ContainerRegistryTest, TwoPartsAreOfTheHostIfNoRuntimeKnowsThem) {
  Start();
  docker_->answer = Asked::kNotKnown;
  registry_->Classify(8, "/process_api/job");
  containerd_->sink->OnNotKnown(containerd_->number, "job");
  const Place place = registry_->Classify(8, "/process_api/job");
  EXPECT_FALSE(place.is_pending);
  EXPECT_FALSE(place.cgroup->is_unknown());
  EXPECT_EQ(place.cgroup->container_id(), "");
  EXPECT_THAT(registry_->TakeChanges(true).containers, IsEmpty());
  // Nor while the one that could know does not answer: then nobody can tell.
  containerd_->answer = Asked::kFailing;
  const Place failing = registry_->Classify(9, "/process_api/other");
  EXPECT_FALSE(failing.is_pending);
  EXPECT_TRUE(failing.cgroup->is_unknown());
}

TEST_F(ContainerRegistryTest, PathThatARuntimeTellsLaterCounts) {
  Start();
  EXPECT_EQ(registry_->Classify(8, "/a/b/c").cgroup->container_id(), "");
  KnownContainer known;
  known.container.set_id("c3");
  known.cgroup_path = "/a/b";
  containerd_->Tell(known);
  EXPECT_EQ(registry_->Classify(8, "/a/b/c").cgroup->container_id(), "c3");
}

TEST_F(ContainerRegistryTest, NamesInPathsAreNotAskedFor) {
  Start();
  const Place place = registry_->Classify(8, "/lxc.payload.web/init.scope");
  EXPECT_EQ(place.cgroup->container_id(), "web");
  const Found found = registry_->Find("web");
  EXPECT_FALSE(found.is_pending);
  EXPECT_EQ(found.container->runtime(), "lxc");
  EXPECT_EQ(found.container->name(), "web");
  EXPECT_EQ(found.container->metadata(), v1::Container::UNAVAILABLE);
  EXPECT_THAT(containerd_->asked, IsEmpty());
  // One that containerd runs under the same name is another one.
  containerd_->Tell("web", "an impostor");
  EXPECT_EQ(registry_->Find("web").container->name(), "web");
  EXPECT_EQ(registry_->stats().id_conflicts, 1u);
  clock_.Advance(absl::Minutes(11));
  registry_->TakeChanges();
  EXPECT_THAT(registry_->TakeChanges(true).containers, IsEmpty());
}

TEST_F(ContainerRegistryTest, SecondContainerOfAnIdIsIgnored) {
  Start();
  KnownContainer known;
  known.container.set_id("c2");
  known.container.set_name("first");
  known.cgroup_path = "/one/c2";
  containerd_->Tell(known);
  known.container.set_name("second");
  known.cgroup_path = "/two/c2";
  containerd_->Tell(known);
  EXPECT_EQ(registry_->Find("c2").container->name(), "first");
  EXPECT_EQ(registry_->stats().id_conflicts, 1u);
}

TEST_F(ContainerRegistryTest, StopStopsTheRuntimes) {
  Start();
  registry_->Stop();
  EXPECT_TRUE(docker_->is_stopped);
  EXPECT_TRUE(containerd_->is_stopped);
}

}  // namespace
}  // namespace eyrie::collector
