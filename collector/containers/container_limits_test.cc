// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/container_limits.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"

#include "common/utf8.h"

namespace eyrie::collector {
namespace {

TEST(ContainerLimitsTest, LeavesOrdinaryContainersAlone) {
  v1::Container container;
  container.set_id(std::string(64, 'a'));
  container.set_name("web");
  (*container.mutable_labels())["app"] = "web";
  container.add_mounts()->set_source("/srv");
  container.add_env_names("PATH");
  const v1::Container before = container;
  EXPECT_FALSE(BoundContainer(&container));
  EXPECT_TRUE(
      google::protobuf::util::MessageDifferencer::Equals(container, before));
}

TEST(ContainerLimitsTest, CutsCountsAndTexts) {
  v1::Container container;
  for (size_t i = 0; i <= kMaxLabels; ++i) {
    (*container.mutable_labels())[absl::StrCat("l", 1000 + i)] = "v";
  }
  for (size_t i = 0; i <= kMaxMounts; ++i) container.add_mounts();
  for (size_t i = 0; i <= kMaxEnvNames; ++i) container.add_env_names("X");
  container.set_name(std::string(kMaxLabelBytes + 1, 'n'));
  EXPECT_TRUE(BoundContainer(&container));
  EXPECT_TRUE(container.truncated());
  EXPECT_EQ(container.labels().size(), kMaxLabels);
  EXPECT_FALSE(
      container.labels().contains(absl::StrCat("l", 1000 + kMaxLabels)));
  EXPECT_EQ(container.mounts().size(), static_cast<int>(kMaxMounts));
  EXPECT_EQ(container.env_names().size(), static_cast<int>(kMaxEnvNames));
  EXPECT_EQ(container.name().size(), kMaxLabelBytes);
}

TEST(ContainerLimitsTest, CutsNoCharacterInTwo) {
  v1::Container container;
  std::string name(kMaxLabelBytes - 1, 'n');
  name += "\xc3\xa9";  // one character of two bytes
  container.set_name(name);
  EXPECT_TRUE(BoundContainer(&container));
  EXPECT_EQ(container.name(), std::string(kMaxLabelBytes - 1, 'n'));
}

TEST(ContainerLimitsTest, MakesTextsValid) {
  v1::Container container;
  container.set_name("a\xff");
  (*container.mutable_labels())["k\xfe"] = "v\xfd";
  EXPECT_FALSE(BoundContainer(&container));
  EXPECT_TRUE(IsValidUtf8(container.name()));
  EXPECT_TRUE(IsValidUtf8(container.labels().begin()->first));
  EXPECT_TRUE(IsValidUtf8(container.labels().begin()->second));
}

TEST(ContainerLimitsTest, BoundsTheWhole) {
  v1::Container container;
  container.set_id("x");
  for (size_t i = 0; i < kMaxMounts; ++i) {
    v1::Container::Mount* const mount = container.add_mounts();
    mount->set_source(std::string(kMaxTextBytes, 's'));
    mount->set_destination(std::string(kMaxTextBytes, 'd'));
  }
  for (size_t i = 0; i < kMaxLabels; ++i) {
    (*container.mutable_annotations())[absl::StrCat(i)] =
        std::string(kMaxLabelBytes, 'v');
  }
  for (size_t i = 0; i < kMaxProbeArguments; ++i) {
    container.mutable_liveness_probe()->add_command(
        std::string(kMaxTextBytes, 'c'));
  }
  EXPECT_TRUE(BoundContainer(&container));
  EXPECT_TRUE(container.truncated());
  EXPECT_EQ(container.id(), "x");
  EXPECT_LE(container.ByteSizeLong(), kMaxContainerBytes + 16);
}

}  // namespace
}  // namespace eyrie::collector
