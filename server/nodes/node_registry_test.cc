// SPDX-License-Identifier: Apache-2.0

#include "server/nodes/node_registry.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/testing/status_matchers.h"
#include "server/testing/temp_store.h"

namespace eyrie::server {
namespace {

v1::Hello HelloOf(const std::string& node, uint64_t run_id = 1) {
  v1::Hello hello;
  hello.set_node(node);
  hello.set_run_id(run_id);
  return hello;
}

class NodeRegistryTest : public ::testing::Test {
 protected:
  const std::unique_ptr<Store> store_ = testing::OpenTempStore();
  SimulatedClock clock_{absl::FromUnixSeconds(1'000'000)};
  NodeRegistry nodes_{store_.get(), &clock_};
};

TEST_F(NodeRegistryTest, LaterStreamOfANodeTakesOver) {
  ASSERT_OK(nodes_.Connected(HelloOf("a"), "peer1", 1));
  ASSERT_OK(nodes_.Connected(HelloOf("a"), "peer2", 2));
  nodes_.Disconnected("a", 1);  // The older stream ends after that.
  EXPECT_EQ(nodes_.Get("a")->state(), v1::Node::CONNECTED);
  EXPECT_EQ(nodes_.Get("a")->peer(), "peer2");
  EXPECT_EQ(nodes_.connected(), 1u);
  nodes_.Disconnected("a", 2);
  EXPECT_EQ(nodes_.Get("a")->state(), v1::Node::DISCONNECTED);
  EXPECT_EQ(nodes_.connected(), 0u);
}

TEST_F(NodeRegistryTest, TakesContainersOfTheCurrentStreamOnly) {
  v1::ContainerInventory inventory;
  inventory.set_is_snapshot(true);
  inventory.add_containers()->set_id("c1");
  inventory.add_runtimes()->set_name("docker");
  nodes_.TakeInventory("a", 1, inventory);
  EXPECT_EQ(nodes_.containers().count(), 0u);
  ASSERT_OK(nodes_.Connected(HelloOf("a"), "peer1", 1));
  ASSERT_OK(nodes_.Connected(HelloOf("a"), "peer2", 2));
  nodes_.TakeInventory("a", 1, inventory);
  EXPECT_EQ(nodes_.Get("a")->containers(), 0u);
  nodes_.TakeInventory("a", 2, inventory);
  EXPECT_EQ(nodes_.Get("a")->containers(), 1u);
  EXPECT_EQ(nodes_.List(1, "").items[0].containers(), 1u);
  EXPECT_EQ(nodes_.Get("a")->runtimes(0).name(), "docker");
  // A message without runtimes says nothing of them.
  inventory.clear_runtimes();
  nodes_.TakeInventory("a", 2, inventory);
  EXPECT_EQ(nodes_.Get("a")->runtimes_size(), 1);
}

TEST_F(NodeRegistryTest, ContainersGoSomeTimeAfterTheirNode) {
  ASSERT_OK(nodes_.Connected(HelloOf("a"), "peer", 1));
  v1::ContainerInventory inventory;
  inventory.add_containers()->set_id("c1");
  nodes_.TakeInventory("a", 1, inventory);
  nodes_.Disconnected("a", 1);
  EXPECT_EQ(nodes_.Get("a")->containers(), 1u);
  clock_.Advance(ContainerRegistry::kForgetAfter);
  ASSERT_OK(nodes_.Connected(HelloOf("b"), "peer", 2));
  EXPECT_EQ(nodes_.Get("a")->containers(), 0u);
}

TEST_F(NodeRegistryTest, ListsByNameInPages) {
  for (const char* name : {"c", "a", "b"}) {
    ASSERT_OK(nodes_.Connected(HelloOf(name), "peer", 1));
  }
  const Page<v1::Node> first = nodes_.List(2, "");
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].name(), "a");
  EXPECT_EQ(first.next_page_token, "b");
  const Page<v1::Node> second = nodes_.List(2, first.next_page_token);
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.items[0].name(), "c");
  EXPECT_EQ(second.next_page_token, "");
}

TEST_F(NodeRegistryTest, LossesCountFromTheStartOfEachRun) {
  ASSERT_OK(nodes_.Connected(HelloOf("a", 1), "peer", 1));
  v1::Heartbeat heartbeat;
  v1::LossReport* loss = heartbeat.add_losses();
  loss->set_reason(v1::LossReport::REASON_SPOOL_FULL);
  loss->set_count(10);
  EXPECT_EQ(nodes_.TakeHeartbeat("a", 1, heartbeat).losses(0).count(), 10u);
  EXPECT_EQ(nodes_.TakeHeartbeat("a", 1, heartbeat).losses_size(), 0);
  // A new run of the collector counts from zero again.
  ASSERT_OK(nodes_.Connected(HelloOf("a", 2), "peer", 2));
  loss->set_count(3);
  EXPECT_EQ(nodes_.TakeHeartbeat("a", 2, heartbeat).losses(0).count(), 3u);
}

TEST_F(NodeRegistryTest, GapLastsFromTheMessageBeforeToNow) {
  ASSERT_OK(nodes_.Connected(HelloOf("a"), "peer", 1));
  clock_.Advance(absl::Seconds(10));
  v1::Heartbeat heartbeat;
  heartbeat.add_losses()->set_count(1);
  const v1::CoverageGap gap = nodes_.TakeHeartbeat("a", 1, heartbeat);
  EXPECT_EQ(gap.first_seen().seconds(), 1'000'000);
  EXPECT_EQ(gap.last_seen().seconds(), 1'000'010);
}

TEST_F(NodeRegistryTest, UnknownNodeIsNotFoundByName) {
  EXPECT_EQ(nodes_.Get("none").status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(nodes_.Get("none").status().message().find("none"),
            absl::string_view::npos);
}

}  // namespace
}  // namespace eyrie::server
