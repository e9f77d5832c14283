// SPDX-License-Identifier: Apache-2.0

#include "rules/json/image_repository.h"

#include <gtest/gtest.h>

namespace eyrie::rules {
namespace {

TEST(ImageRepositoryTest, CutsTagsAndDigests) {
  struct Case {
    absl::string_view image, repository, in_reference;
  };
  for (const Case& test : {
           Case{"nginx", "nginx", "nginx"},
           Case{"nginx:1.25", "nginx", "nginx"},
           Case{"nginx@sha256:ab", "nginx", "nginx"},
           Case{"nginx:1@sha256:ab", "nginx", "nginx"},
           Case{"host:5000/x", "host:5000/x", "host"},
           Case{"host:5000/x:1", "host:5000/x", "host"},
           Case{"a/b/c:d", "a/b/c", "a/b/c"},
           Case{"", "", ""},
       }) {
    EXPECT_EQ(ImageRepository(test.image), test.repository) << test.image;
    EXPECT_EQ(ImageRepositoryInReference(test.image), test.in_reference)
        << test.image;
  }
}

}  // namespace
}  // namespace eyrie::rules
