// SPDX-License-Identifier: Apache-2.0

#include "collector/node_identity.h"

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

TEST(NodeIdentityTest, TellsAboutThisNode) {
  ASSERT_OK_AND_ASSIGN(const NodeIdentity identity, ReadNodeIdentity());
  EXPECT_NE(identity.host_name, "");
  EXPECT_EQ(identity.boot_id.size(), 36) << identity.boot_id;
  EXPECT_NE(identity.kernel_release, "");
  EXPECT_NE(identity.architecture, "");
  EXPECT_GE(identity.cpus, 1);
}

TEST(NodeIdentityTest, EveryRunHasItsOwnId) {
  const uint64_t first = DrawRunId();
  const uint64_t second = DrawRunId();
  EXPECT_NE(first, 0);
  EXPECT_NE(second, 0);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace eyrie::collector
