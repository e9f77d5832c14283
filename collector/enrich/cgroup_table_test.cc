// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/cgroup_table.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "eyrie/v1/event.pb.h"

#include "collector/enrich/testing/fake_container_directory.h"
#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kNow = 100 * kSecond;

class CgroupTableTest : public ::testing::Test {
 protected:
  // A record in cgroup `id` by a process whose cgroup was read as `path`.
  CgroupEntry* Locate(uint64_t id, absl::string_view path,
                      uint64_t now_ns = kNow) {
    record_ = RecordBuilder("openat").CgroupId(id).Build();
    ProcessImage image;
    image.state.set_cgroup_id(id);
    image.state.set_cgroup(std::string(path));
    return table_.Locate(RecordView::Trusted(record_.data()), image, now_ns);
  }
  // What a batch gets of `entry`.
  static v1::EventBatch FieldsOf(const CgroupEntry* entry) {
    std::string fields = entry->field;
    if (entry->container != nullptr) fields += entry->container->field;
    v1::EventBatch batch;
    EXPECT_TRUE(batch.ParseFromString(fields));
    return batch;
  }

  std::string record_;
  FakeContainerDirectory directory_;
  CgroupTable table_{{.max_entries = 4}, &directory_};
};

TEST_F(CgroupTableTest, NothingIsKnownWithoutADirectory) {
  CgroupTable table({}, nullptr);
  const std::string record = RecordBuilder("openat").CgroupId(7).Build();
  EXPECT_EQ(table.Locate(RecordView::Trusted(record.data()), ProcessImage(), 1),
            nullptr);
  EXPECT_FALSE(table.MustWait("c", 1));
}

TEST_F(CgroupTableTest, HostNeedsNoContainer) {
  const CgroupEntry* entry = Locate(7, "/system.slice/ssh.service");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->container, nullptr);
  const v1::EventBatch batch = FieldsOf(entry);
  ASSERT_EQ(batch.cgroups_size(), 1);
  EXPECT_EQ(batch.cgroups(0).id(), 7);
  EXPECT_EQ(batch.cgroups(0).path(), "/system.slice/ssh.service");
  EXPECT_EQ(batch.cgroups(0).container_id(), "");
  EXPECT_FALSE(batch.cgroups(0).is_unknown());
}

TEST_F(CgroupTableTest, KnownContainerIsTold) {
  directory_.Add("abc", "web");
  const CgroupEntry* entry = Locate(8, "/c/abc");
  ASSERT_NE(entry->container, nullptr);
  EXPECT_FALSE(entry->container->MustWait(kNow));
  const v1::EventBatch batch = FieldsOf(entry);
  EXPECT_EQ(batch.cgroups(0).container_id(), "abc");
  ASSERT_EQ(batch.containers_size(), 1);
  EXPECT_EQ(batch.containers(0).name(), "web");
  EXPECT_EQ(batch.containers(0).metadata(), v1::Container::COMPLETE);
}

TEST_F(CgroupTableTest, PendingContainerIsWaitedForUntilTheDeadline) {
  const CgroupEntry* entry = Locate(8, "/c/abc");
  EXPECT_TRUE(entry->container->MustWait(kNow));
  EXPECT_TRUE(table_.MustWait("abc", kNow + 2 * kSecond - 1));
  EXPECT_FALSE(table_.MustWait("abc", kNow + 2 * kSecond));
  EXPECT_EQ(FieldsOf(entry).containers(0).metadata(), v1::Container::LATE);
  table_.GiveUp("abc");
  table_.GiveUp("abc");
  EXPECT_EQ(table_.stats().late_containers, 1);
  EXPECT_FALSE(Locate(8, "/c/abc", kNow + kSecond)->container->MustWait(kNow));
}

TEST_F(CgroupTableTest, WhatBecomesKnownIsToldAgain) {
  CgroupEntry* entry = Locate(8, "/c/abc");
  entry->batch = entry->container->batch = 5;  // This batch has both.
  directory_.Add("abc", "web");
  EXPECT_FALSE(table_.MustWait("abc", kNow));
  entry = Locate(8, "/c/abc");
  EXPECT_EQ(entry->batch, 5) << "its cgroup is the same";
  EXPECT_EQ(entry->container->batch, 0);
  EXPECT_EQ(FieldsOf(entry).containers(0).name(), "web");
}

TEST_F(CgroupTableTest, UnknownToAllRuntimesIsNotWaitedFor) {
  directory_.SetUnavailable("abc");
  const CgroupEntry* entry = Locate(8, "/c/abc");
  EXPECT_FALSE(entry->container->MustWait(kNow));
  const v1::EventBatch batch = FieldsOf(entry);
  EXPECT_EQ(batch.containers(0).metadata(), v1::Container::UNAVAILABLE);
}

TEST_F(CgroupTableTest, DirectoryIsAskedAgainOnlyWhenItHasChanged) {
  directory_.Add("abc", "web");
  for (int i = 0; i < 3; ++i) {
    Locate(8, "/c/abc");
    Locate(9, "/host");
  }
  EXPECT_EQ(directory_.classify_calls, 2);
  directory_.Add("other", "x");
  Locate(8, "/c/abc");
  EXPECT_EQ(directory_.classify_calls, 3);
}

TEST_F(CgroupTableTest, UndecidedPathBecomesHostOrContainer) {
  EXPECT_TRUE(Locate(8, "/maybe/a")->container->MustWait(kNow));
  EXPECT_TRUE(Locate(9, "/maybe/b")->container->MustWait(kNow));
  EXPECT_TRUE(FieldsOf(Locate(8, "/maybe/a")).cgroups(0).is_unknown());
  EXPECT_EQ(FieldsOf(Locate(8, "/maybe/a")).containers_size(), 0);
  directory_.Add("a", "found");
  const std::string a_key = Locate(8, "/maybe/a")->container->key;
  const std::string b_key = Locate(9, "/maybe/b")->container->key;
  directory_.Decide("/maybe/a", "a");
  directory_.Decide("/maybe/b", "");
  EXPECT_FALSE(table_.MustWait(a_key, kNow));
  EXPECT_FALSE(table_.MustWait(b_key, kNow));
  const v1::EventBatch a = FieldsOf(Locate(8, "/maybe/a"));
  EXPECT_EQ(a.cgroups(0).container_id(), "a");
  EXPECT_EQ(a.containers(0).name(), "found");
  EXPECT_EQ(Locate(9, "/maybe/b")->container, nullptr);
  EXPECT_FALSE(FieldsOf(Locate(9, "/maybe/b")).cgroups(0).is_unknown());
}

// A process that is moved has a path of before: that of its new cgroup is found
// by the id.
TEST_F(CgroupTableTest, MovedProcessIsWhereItsCgroupIs) {
  directory_.Add("abc", "web");
  directory_.SetPath(8, "/c/abc");
  const std::string record = RecordBuilder("openat").CgroupId(8).Build();
  ProcessImage image;
  image.state.set_cgroup_id(7);
  image.state.set_cgroup("/user.slice");
  const CgroupEntry* entry =
      table_.Locate(RecordView::Trusted(record.data()), image, kNow);
  ASSERT_NE(entry->container, nullptr);
  EXPECT_EQ(entry->container->key, "abc");
}

TEST_F(CgroupTableTest, CgroupWithoutAPathIsUnknownUntilOneIsRead) {
  EXPECT_TRUE(FieldsOf(Locate(8, "")).cgroups(0).is_unknown());
  directory_.Add("abc", "web");
  EXPECT_EQ(FieldsOf(Locate(8, "/c/abc")).cgroups(0).container_id(), "abc");
}

// Hosts without the unified hierarchy: all cgroup ids are the root's.
TEST_F(CgroupTableTest, InTheRootThePathTells) {
  directory_.Add("a", "first");
  directory_.Add("b", "second");
  EXPECT_EQ(Locate(1, "/c/a")->container->key, "a");
  EXPECT_EQ(Locate(1, "/c/b")->container->key, "b");
  EXPECT_EQ(Locate(1, "/")->container, nullptr);
  EXPECT_EQ(Locate(1, "/c/a")->field, "") << "left to the process's path";
  EXPECT_EQ(Locate(1, ""), nullptr);
}

TEST_F(CgroupTableTest, FullTableBeginsAnew) {
  for (uint64_t id = 10; id < 15; ++id) {
    Locate(id, absl::StrCat("/c/", id));
    EXPECT_LE(table_.stats().containers, 4);
  }
  EXPECT_EQ(table_.stats().overflows, 1);
  EXPECT_EQ(table_.stats().cgroups, 1);
}

}  // namespace
}  // namespace eyrie::collector
