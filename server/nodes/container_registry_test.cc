// SPDX-License-Identifier: Apache-2.0

#include "server/nodes/container_registry.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/clock.h"
#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;
using Names = std::vector<std::string>;

v1::Container ContainerOf(const std::string& id) {
  v1::Container container;
  container.set_id(id);
  container.set_name(absl::StrCat("name-", id));
  container.set_image("docker.io/library/nginx:1");
  container.set_pod_namespace("shop");
  container.set_pod_name(absl::StrCat("pod-", id));
  (*container.mutable_labels())["app"] = "web";
  (*container.mutable_pod_labels())["tier"] = "front";
  return container;
}

v1::ContainerInventory Snapshot(const Names& ids) {
  v1::ContainerInventory inventory;
  inventory.set_is_snapshot(true);
  for (const std::string& id : ids) {
    *inventory.add_containers() = ContainerOf(id);
  }
  return inventory;
}

class ContainerRegistryTest : public ::testing::Test {
 protected:
  // "node/id" of all that is listed, page by page.
  Names List(v1::ListContainersRequest request = {}, size_t page_size = 2) {
    Names names;
    do {
      const auto page = containers_.List(request, page_size);
      EXPECT_OK(page.status());
      if (!page.ok()) break;
      EXPECT_LE(page->items_size(), static_cast<int>(page_size));
      for (const auto& item : page->items()) {
        names.push_back(absl::StrCat(item.node(), "/", item.container().id()));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return names;
  }

  SimulatedClock clock_{absl::FromUnixSeconds(1'000'000)};
  ContainerRegistry containers_{&clock_};
};

TEST_F(ContainerRegistryTest, ListsByNodeAndIdInPages) {
  containers_.Take("n2", Snapshot({"c", "a"}));
  containers_.Take("n1", Snapshot({"e", "d", "b"}));
  const Names all = {"n1/b", "n1/d", "n1/e", "n2/a", "n2/c"};
  for (const size_t page_size : {1, 2, 3, 5, 100}) {
    EXPECT_EQ(List({}, page_size), all) << page_size;
  }
  EXPECT_EQ(containers_.count(), 5u);
  EXPECT_EQ(containers_.CountOf("n1"), 3u);
  EXPECT_EQ(containers_.CountOf("n3"), 0u);
}

TEST_F(ContainerRegistryTest, TakesChangesAndSnapshots) {
  containers_.Take("n", Snapshot({"a", "b"}));
  v1::ContainerInventory change;
  v1::Container changed = ContainerOf("b");
  changed.set_pod_namespace("other");
  (*changed.mutable_annotations())["large"] = "annotation";
  *change.add_containers() = changed;
  *change.add_containers() = ContainerOf("c");
  change.add_removed("a");
  change.add_removed("nobody");
  containers_.Take("n", change);
  EXPECT_EQ(List(), Names({"n/b", "n/c"}));
  EXPECT_EQ(containers_.count(), 2u);
  v1::ListContainersRequest request;
  request.set_namespace_("other");
  ASSERT_OK_AND_ASSIGN(const auto page, containers_.List(request, 10));
  ASSERT_EQ(page.items_size(), 1);
  EXPECT_EQ(page.items(0).container().name(), "name-b");
  EXPECT_TRUE(page.items(0).container().annotations().empty());
  containers_.Take("n", Snapshot({"d"}));
  EXPECT_EQ(List(), Names({"n/d"}));
  EXPECT_EQ(containers_.count(), 1u);
}

TEST_F(ContainerRegistryTest, FiltersByEveryCondition) {
  using Request = v1::ListContainersRequest;
  v1::ContainerInventory inventory = Snapshot({"aa1", "ab2"});
  v1::Container sandbox = ContainerOf("ac3");
  sandbox.set_is_sandbox(true);
  *inventory.add_containers() = sandbox;
  v1::Container plain;
  plain.set_id("b4");
  *inventory.add_containers() = plain;
  containers_.Take("n1", inventory);
  containers_.Take("n2", Snapshot({"aa5"}));
  const struct {
    const char* name;
    void (*set)(Request&);
    Names expected;
  } cases[] = {
      {"node", [](Request& r) { r.set_node("n2"); }, {"n2/aa5"}},
      {"other node", [](Request& r) { r.set_node("n"); }, {}},
      {"namespace",
       [](Request& r) { r.set_namespace_("shop"); },
       {"n1/aa1", "n1/ab2", "n2/aa5"}},
      {"pod", [](Request& r) { r.set_pod("pod-ab2"); }, {"n1/ab2"}},
      {"image prefix",
       [](Request& r) { r.set_image("docker.io/library/nginx"); },
       {"n1/aa1", "n1/ab2", "n2/aa5"}},
      {"other image", [](Request& r) { r.set_image("nginx"); }, {}},
      {"labels of container and pod",
       [](Request& r) {
         r.add_labels("app=web");
         r.add_labels("tier=front");
       },
       {"n1/aa1", "n1/ab2", "n2/aa5"}},
      {"other label", [](Request& r) { r.add_labels("app=api"); }, {}},
      {"id prefix", [](Request& r) { r.set_id("aa"); }, {"n1/aa1", "n2/aa5"}},
      {"sandboxes",
       [](Request& r) {
         r.set_include_sandboxes(true);
         r.set_node("n1");
       },
       {"n1/aa1", "n1/ab2", "n1/ac3", "n1/b4"}},
  };
  for (const auto& test : cases) {
    Request request;
    test.set(request);
    EXPECT_EQ(List(request), test.expected) << test.name;
  }
}

TEST_F(ContainerRegistryTest, RefusesWhatNobodyCanMean) {
  containers_.Take("n", Snapshot({"a", "b"}));
  v1::ListContainersRequest request;
  request.add_labels("app");
  EXPECT_THAT(containers_.List(request, 10),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"app\" is not written as key=value")));
  request.clear_labels();
  for (int i = 0; i <= ContainerRegistry::kMaxLabels; ++i) {
    request.add_labels("a=b");
  }
  EXPECT_THAT(
      containers_.List(request, 10),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 16")));
  request.Clear();
  ASSERT_OK_AND_ASSIGN(const auto page, containers_.List(request, 1));
  request.set_page_token(page.next_page_token());
  request.set_node("n");
  EXPECT_THAT(containers_.List(request, 1),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ContainerRegistryTest, ForgetsANodeThatStaysAway) {
  containers_.Take("n", Snapshot({"a"}));
  containers_.Take("m", Snapshot({"b"}));
  containers_.Disconnected("n");
  clock_.Advance(ContainerRegistry::kForgetAfter - absl::Seconds(1));
  EXPECT_EQ(List(), Names({"m/b", "n/a"}));
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(List(), Names({"m/b"}));
  // The memory goes when something comes.
  containers_.Take("m", {});
  EXPECT_EQ(containers_.count(), 1u);
}

TEST_F(ContainerRegistryTest, KeepsThoseOfANodeThatComesBack) {
  containers_.Take("n", Snapshot({"a"}));
  containers_.Disconnected("n");
  clock_.Advance(absl::Minutes(4));
  containers_.Connected("n");
  clock_.Advance(absl::Hours(1));
  containers_.Take("m", {});
  EXPECT_EQ(List(), Names({"n/a"}));
}

TEST_F(ContainerRegistryTest, BoundsTheContainersOfANode) {
  Names ids;
  for (size_t i = 0; i < ContainerRegistry::kMaxContainersOfNode + 3; ++i) {
    ids.push_back(absl::StrCat("c", i));
  }
  containers_.Take("n", Snapshot(ids));
  EXPECT_EQ(containers_.CountOf("n"), ContainerRegistry::kMaxContainersOfNode);
  EXPECT_EQ(containers_.dropped(), 3u);
  // Those that are known may change; there is room where others are gone.
  v1::ContainerInventory change;
  change.add_removed("c0");
  *change.add_containers() = ContainerOf("c1");
  *change.add_containers() = ContainerOf("new");
  containers_.Take("n", change);
  EXPECT_EQ(containers_.CountOf("n"), ContainerRegistry::kMaxContainersOfNode);
  EXPECT_EQ(containers_.dropped(), 3u);
}

TEST_F(ContainerRegistryTest, BoundsTheContainersOfAll) {
  Names ids;
  for (size_t i = 0; i < ContainerRegistry::kMaxContainersOfNode; ++i) {
    ids.push_back(absl::StrCat("c", i));
  }
  v1::ContainerInventory inventory;
  inventory.set_is_snapshot(true);
  for (const std::string& id : ids) inventory.add_containers()->set_id(id);
  const size_t nodes = ContainerRegistry::kMaxContainers / ids.size() + 1;
  for (size_t i = 0; i < nodes; ++i) {
    containers_.Take(absl::StrCat("n", i), inventory);
  }
  EXPECT_EQ(containers_.count(), ContainerRegistry::kMaxContainers);
  EXPECT_EQ(containers_.dropped(),
            nodes * ids.size() - ContainerRegistry::kMaxContainers);
}

TEST_F(ContainerRegistryTest, BoundsThePage) {
  v1::ContainerInventory inventory = Snapshot({"a", "b", "c"});
  for (v1::Container& container : *inventory.mutable_containers()) {
    container.set_cni_json(
        std::string(ContainerRegistry::kMaxPageBytes / 2, 'x'));
  }
  containers_.Take("n", inventory);
  ASSERT_OK_AND_ASSIGN(const auto page, containers_.List({}, 100));
  EXPECT_EQ(page.items_size(), 1);
  EXPECT_EQ(List(), Names({"n/a", "n/b", "n/c"}));
}

}  // namespace
}  // namespace eyrie::server
