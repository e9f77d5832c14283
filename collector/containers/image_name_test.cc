// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/image_name.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::collector {
namespace {

TEST(ImageNameTest, SplitsNames) {
  const std::string digest = absl::StrCat("sha256:", std::string(64, 'a'));
  const struct {
    std::string text;
    std::string repository;
    std::string tag;
    std::string digest;
  } cases[] = {
      {"nginx", "nginx", "", ""},
      {"nginx:1.25", "nginx", "1.25", ""},
      {"docker.io/library/nginx:1.25", "docker.io/library/nginx", "1.25", ""},
      {"registry:5000/team/app", "registry:5000/team/app", "", ""},
      {"registry:5000/team/app:v2", "registry:5000/team/app", "v2", ""},
      {absl::StrCat("quay.io/a/b@", digest), "quay.io/a/b", "", digest},
      {absl::StrCat("quay.io/a/b:1@", digest), "quay.io/a/b", "1", digest},
      {digest, "", "", ""},
      {std::string(64, 'a'), "", "", ""},
      {"", "", "", ""},
  };
  for (const auto& c : cases) {
    const ImageName name = ParseImageName(c.text);
    EXPECT_EQ(std::string(name.repository), c.repository) << c.text;
    EXPECT_EQ(std::string(name.tag), c.tag) << c.text;
    EXPECT_EQ(std::string(name.digest), c.digest) << c.text;
  }
}

TEST(ImageNameTest, DigestThatIsKnownStays) {
  v1::Container container;
  container.set_image_digest("sha256:known");
  SetImage("a:1@sha256:other", &container);
  EXPECT_EQ(container.image(), "a:1@sha256:other");
  EXPECT_EQ(container.image_repository(), "a");
  EXPECT_EQ(container.image_tag(), "1");
  EXPECT_EQ(container.image_digest(), "sha256:known");
}

}  // namespace
}  // namespace eyrie::collector
