// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/paths.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules {
namespace {

std::string Absolute(absl::string_view base, absl::string_view path) {
  Scratch scratch;
  return std::string(AbsolutePath(base, path, scratch));
}

TEST(PathsTest, MakesPathsAbsoluteAndNormal) {
  struct Case {
    const char* base;
    const char* path;
    const char* expected;
  };
  const Case cases[] = {
      {"", "/", "/"},
      {"", "/etc/shadow", "/etc/shadow"},
      {"", "//etc///shadow", "/etc/shadow"},
      {"", "/etc/", "/etc"},
      {"", "/etc/./shadow/.", "/etc/shadow"},
      {"", "/etc/ssl/../shadow", "/etc/shadow"},
      {"", "/../../etc/shadow", "/etc/shadow"},
      {"", "/etc/..", "/"},
      {"", "/...", "/..."},
      {"", "/a/..b/.c", "/a/..b/.c"},
      {"/root", "x", "/root/x"},
      {"/root/", "./x", "/root/x"},
      {"/root", "../etc/shadow", "/etc/shadow"},
      {"/root", "..", "/"},
      {"/", "x", "/x"},
      {"/a/b", "../../../x", "/x"},
      // The base of an absolute path does not count.
      {"/root", "/x", "/x"},
      // What a relative path starts from is not known.
      {"", "x", ""},
      {"root", "x", ""},
      {"/root", "", ""},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Absolute(test.base, test.path), test.expected)
        << test.base << " + " << test.path;
  }
}

TEST(PathsTest, NormalPathIsNotCopied) {
  Scratch scratch;
  const absl::string_view path = "/etc/ssl/cert.pem";
  EXPECT_EQ(AbsolutePath("/root", path, scratch).data(), path.data());
}

TEST(PathsTest, TakesPathsApart) {
  struct Case {
    const char* path;
    const char* directory;
    const char* filename;
  };
  const Case cases[] = {
      {"/etc/shadow", "/etc", "shadow"},
      {"/etc", "/", "etc"},
      {"/", "/", ""},
      {"/etc/", "/etc/", ""},
      {"shadow", "shadow", "shadow"},
      {"", "", ""},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Directory(test.path), test.directory) << test.path;
    EXPECT_EQ(Filename(test.path), test.filename) << test.path;
  }
}

}  // namespace
}  // namespace eyrie::rules
