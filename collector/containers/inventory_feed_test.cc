// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/inventory_feed.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "eyrie/v1/collector_service.pb.h"

#include "collector/containers/testing/fake_container_runtime.h"

namespace eyrie::collector {
namespace {

class InventoryFeedTest : public ::testing::Test {
 protected:
  InventoryFeedTest() {
    auto runtime = std::make_unique<FakeContainerRuntime>();
    runtime_ = runtime.get();
    registry_.AddRuntime(std::move(runtime));
    registry_.Start();
  }

  // A container of about 40 KiB.
  void TellLarge(const std::string& id) {
    KnownContainer known;
    known.container.set_id(id);
    for (int i = 0; i < 40; ++i) {
      (*known.container.mutable_labels())[absl::StrCat("k", i)] =
          std::string(1000, 'v');
    }
    runtime_->Tell(std::move(known));
  }

  ContainerRegistry registry_{{}, nullptr};
  FakeContainerRuntime* runtime_ = nullptr;
  InventoryFeed feed_{&registry_};
};

TEST_F(InventoryFeedTest, StreamBeginsWithEverythingEvenIfThatIsNothing) {
  v1::ContainerInventory first;
  EXPECT_TRUE(feed_.NextInventory(true, &first));
  EXPECT_TRUE(first.is_snapshot());
  EXPECT_EQ(first.containers_size(), 0);
  v1::ContainerInventory second;
  EXPECT_FALSE(feed_.NextInventory(false, &second));
}

TEST_F(InventoryFeedTest, ChangesFollow) {
  v1::ContainerInventory message;
  feed_.NextInventory(true, &message);
  const std::string id(64, 'a');
  runtime_->Tell(id, "web");
  message.Clear();
  ASSERT_TRUE(feed_.NextInventory(false, &message));
  EXPECT_FALSE(message.is_snapshot());
  ASSERT_EQ(message.containers_size(), 1);
  EXPECT_EQ(message.containers(0).name(), "web");

  runtime_->sink->OnEnded(0, id);
  message.Clear();
  ASSERT_TRUE(feed_.NextInventory(false, &message));
  ASSERT_EQ(message.removed_size(), 1);
  EXPECT_EQ(message.removed(0), id);
}

TEST_F(InventoryFeedTest, LargeInventoryIsCutIntoMessages) {
  for (int i = 0; i < 20; ++i) TellLarge(absl::StrCat(i, std::string(62, 'a')));
  std::set<std::string> ids;
  int messages = 0;
  v1::ContainerInventory message;
  while (feed_.NextInventory(messages == 0, &message)) {
    EXPECT_EQ(message.is_snapshot(), messages == 0);
    EXPECT_LT(message.ByteSizeLong(), InventoryFeed::kMessageBytes * 2);
    for (const v1::Container& container : message.containers()) {
      ids.insert(container.id());
    }
    ++messages;
    message.Clear();
  }
  EXPECT_EQ(ids.size(), 20);
  EXPECT_GT(messages, 2);
}

TEST_F(InventoryFeedTest, NewStreamBeginsAnewInTheMiddle) {
  for (int i = 0; i < 20; ++i) TellLarge(absl::StrCat(i, std::string(62, 'a')));
  v1::ContainerInventory message;
  ASSERT_TRUE(feed_.NextInventory(true, &message));
  message.Clear();
  size_t containers = 0;
  ASSERT_TRUE(feed_.NextInventory(true, &message));
  EXPECT_TRUE(message.is_snapshot());
  do {
    containers += message.containers_size();
    message.Clear();
  } while (feed_.NextInventory(false, &message));
  EXPECT_EQ(containers, 20);
}

}  // namespace
}  // namespace eyrie::collector
